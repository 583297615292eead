package dev.sluice.conformance.contracts;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.certificates.IdentityMaker;
import dev.sluice.conformance.certificates.KeyKind;
import dev.sluice.conformance.harness.World;
import java.util.List;

/**
 * What the two sides of a handshake need so that it can end with a given suite: a certificate whose key goes with it, or a key
 * that both know.
 *
 * <p>Left out are suites with the keys of Diffie-Hellman in a certificate (RFC 5246 §F.1.1.3, RFC 8422 §2), those that prove
 * nothing, those that encrypt nothing, and passwords (RFC 5054): whoever has those is beyond the promises of the library.
 */
enum SuiteNeeds {
    /** Nothing more than any server has. */
    KEY_ON_CURVE,
    /** A server with an RSA key. */
    RSA_KEY,
    /** A server with a DSA key. */
    DSA_KEY,
    /** A key that both know, and no certificate. */
    SHARED_KEY,
    /** A key that both know, and a server with an RSA key. */
    SHARED_AND_RSA_KEY,
    /** What the suite has no use for. */
    UNKNOWN;

    private static final byte[] SHARED = {
        0x4F,
        0x12,
        (byte) 0xC9,
        0x70,
        0x35,
        (byte) 0xAA,
        0x5E,
        (byte) 0x81,
        0x1D,
        (byte) 0xE6,
        0x09,
        0x77,
        (byte) 0xB2,
        0x63,
        0x3C,
        0x58
    };

    /** Made once, and only by who needs them: RSA keys take time. */
    private static final class Servers {
        static final Identity RSA =
                IdentityMaker.server("localhost").key(KeyKind.RSA).issuedBy(Identities.root());
        static final Identity DSA =
                IdentityMaker.server("localhost").key(KeyKind.DSA).issuedBy(Identities.root());
    }

    static SuiteNeeds of(SslCipher suite) {
        if (suite.protocols().contains(SslProtocol.TLS_1_3)) {
            return KEY_ON_CURVE;
        }
        if (!suite.protocols().contains(SslProtocol.TLS_1_2) || suite.usedBits() == 0) {
            return UNKNOWN;
        }
        return switch (suite.keyExchange()) {
            case PSK, DHE_PSK, ECDHE_PSK -> SHARED_KEY;
            case RSA_PSK -> SHARED_AND_RSA_KEY;
            case RSA -> RSA_KEY;
            case DHE, ECDHE ->
                switch (suite.authentication()) {
                    case ECDSA -> KEY_ON_CURVE;
                    case RSA -> RSA_KEY;
                    case DSS -> DSA_KEY;
                    case ANY, PSK, SRP, ANONYMOUS -> UNKNOWN;
                };
            case ANY, DH, ECDH, SRP -> UNKNOWN;
        };
    }

    /** Gives it to both sides. */
    void provide(World world) {
        switch (this) {
            case KEY_ON_CURVE -> {}
            case RSA_KEY -> world.identity(Servers.RSA);
            // No verifier takes DSA nowadays, and verification is not the question here.
            case DSA_KEY ->
                world.identity(Servers.DSA).client(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_NONE));
            case SHARED_KEY -> share(world.server(builder -> builder.identities(List.of())));
            case SHARED_AND_RSA_KEY -> share(world.identity(Servers.RSA));
            case UNKNOWN -> throw new IllegalStateException("nobody knows what this suite needs");
        }
    }

    private static void share(World world) {
        world.client(builder -> builder.preSharedKeyEnabled(true)).server(builder -> builder.preSharedKeyEnabled(true));
        world.client().trace().keys(asked -> {
            asked.setIdentity(KeysContract.IDENTITY);
            asked.setPreSharedKey(SHARED);
        });
        world.server().trace().keys(asked -> asked.setPreSharedKey(SHARED));
    }
}
