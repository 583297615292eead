package dev.sluice.conformance.peers;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.util.EnumMap;
import java.util.Map;

/** Servers called localhost with keys of different kinds. */
final class Identities {
    private static final Map<KeyKind, Issued> SERVERS = new EnumMap<>(KeyKind.class);

    private Identities() {}

    /** A server under a root of its own, all keys being of one kind; the same one at each call. */
    static synchronized Issued localhost(KeyKind kind) {
        return SERVERS.computeIfAbsent(kind, Identities::issue);
    }

    private static Issued issue(KeyKind kind) {
        Issued root = TestCertificates.ca(kind + " Root").keyKind(kind).selfSigned();
        return TestCertificates.server("localhost")
                .ip("127.0.0.1")
                .keyKind(kind)
                .issuedBy(root);
    }
}
