package dev.sluice.conformance.harness;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.spi.TlsBackend;
import java.util.HashMap;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * What servers begin with, made once for each subject: whoever gives a key with its certificate has both compared by a
 * signature, which takes as long as a third of a handshake.
 *
 * <p>Thread-safe.
 */
final class ServerConfigurations {
    /** Guarded by this class. */
    private static final Map<Subject, Map<Key, SslConfiguration>> MADE = new WeakHashMap<>();

    private record Key(TlsBackend backend, ProtocolRange range, Identity identity) {}

    private ServerConfigurations() {}

    static SslConfiguration.Builder of(Subject subject, TlsBackend backend, ProtocolRange range, Identity identity) {
        if (!Identities.isShared(identity)) {
            // A property's own key must not outlive the property: some look for it in memory.
            return make(subject, new Key(backend, range, identity)).toBuilder();
        }
        synchronized (ServerConfigurations.class) {
            return MADE
                    .computeIfAbsent(subject, unknown -> new HashMap<>())
                    .computeIfAbsent(new Key(backend, range, identity), key -> make(subject, key))
                    .toBuilder();
        }
    }

    private static SslConfiguration make(Subject subject, Key key) {
        return subject.configuration(key.backend)
                .protocols(key.range)
                .localCertificate(key.identity.chain(), key.identity.keys().getPrivate())
                .addCaCertificate(Identities.root().certificate())
                .peerVerifyMode(PeerVerifyMode.VERIFY_NONE)
                .build();
    }
}
