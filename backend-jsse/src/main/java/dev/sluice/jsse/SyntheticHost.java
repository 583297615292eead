package dev.sluice.jsse;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The peer name under which a JSSE client keeps and finds its sessions.
 *
 * <p>JSSE's client cache is keyed by host and port alone: left to itself it resumes a session under another server name,
 * other trust anchors, other pins. So the "host" given to it is a digest of everything that must be equal. It never
 * leaves the process: server names are always set explicitly, and without a dot in it no provider takes it for one.
 */
final class SyntheticHost {
    /** Any port will do but -1, which means "do not cache". */
    static final int PORT = 1;

    private SyntheticHost() {}

    /** The host for a session identity: equal identities, and only they, give equal hosts. */
    static String of(String sessionIdentity) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(sessionIdentity.getBytes(StandardCharsets.UTF_8));
            return "sluice-" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256, and this one has not", e);
        }
    }
}
