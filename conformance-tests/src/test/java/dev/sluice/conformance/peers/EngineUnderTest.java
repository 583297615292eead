package dev.sluice.conformance.peers;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslBackends;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.spi.TlsFeature;

/** What the backend that these tests run with can do: the expectation follows what it declares. */
final class EngineUnderTest {
    private EngineUnderTest() {}

    static boolean has(TlsFeature feature) {
        return SslBackends.active().capabilities().has(feature);
    }

    /** Whether sessions of a version can be resumed; if they cannot, it is checked that a store is refused by name. */
    static boolean canResume(SslProtocol protocol) {
        boolean can =
                has(protocol == SslProtocol.TLS_1_3 ? TlsFeature.RESUMPTION_TLS_1_3 : TlsFeature.RESUMPTION_TLS_1_2);
        if (!can) {
            try (SessionStore store = SessionStore.create()) {
                IllegalArgumentException refused = assertThrows(
                        IllegalArgumentException.class,
                        () -> SslConfiguration.builder(SslBackends.active())
                                .protocols(new ProtocolRange(protocol, protocol))
                                .sessionStore(store)
                                .build());
                assertTrue(String.valueOf(refused.getMessage()).contains("sessionStore"), refused::getMessage);
            }
        }
        return can;
    }
}
