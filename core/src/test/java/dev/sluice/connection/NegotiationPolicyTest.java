package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.SessionFacts;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** W19, W20, W39: what an engine says it has negotiated is held against what was allowed. */
class NegotiationPolicyTest {
    private static final SslCipher TLS_1_3 =
            SslCipher.fromName("TLS_AES_128_GCM_SHA256").orElseThrow();
    private static final SslCipher TLS_1_2 =
            SslCipher.fromName("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256").orElseThrow();
    private static final SslCipher OTHER =
            SslCipher.fromName("TLS_AES_256_GCM_SHA384").orElseThrow();

    private static final NegotiationPolicy POLICY =
            new NegotiationPolicy(ProtocolRange.TLS_1_2_OR_LATER, List.of(TLS_1_3, TLS_1_2), List.of("h2"));

    private static SessionFacts facts(
            Optional<SslProtocol> protocol, Optional<SslCipher> cipher, Optional<String> application) {
        return new SessionFacts(
                protocol,
                cipher,
                application,
                PeerCredentials.NONE,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Optional<String> judge(SslProtocol protocol, SslCipher cipher, Optional<String> application) {
        return POLICY.violation(facts(Optional.of(protocol), Optional.of(cipher), application));
    }

    @Test
    void whatWasOfferedPasses() {
        assertEquals(Optional.empty(), judge(SslProtocol.TLS_1_3, TLS_1_3, Optional.of("h2")));
        assertEquals(Optional.empty(), judge(SslProtocol.TLS_1_2, TLS_1_2, Optional.empty()));
    }

    @Test
    void w20_everyPairOfAllowedAndNegotiatedVersionIsJudgedByTheRange() {
        List<ProtocolRange> ranges =
                List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3, ProtocolRange.TLS_1_2_OR_LATER);
        for (ProtocolRange range : ranges) {
            NegotiationPolicy policy = new NegotiationPolicy(range, SslCipher.all(), List.of());
            for (SslProtocol protocol : SslProtocol.values()) {
                SslCipher cipher = protocol == SslProtocol.TLS_1_3 ? TLS_1_3 : TLS_1_2;
                boolean allowed = policy.violation(facts(Optional.of(protocol), Optional.of(cipher), Optional.empty()))
                        .isEmpty();
                assertEquals(range.protocols().contains(protocol), allowed, protocol + " in " + range);
            }
        }
    }

    @Test
    void w19_aSuiteThatWasNotOfferedIsRefused() {
        assertTrue(judge(SslProtocol.TLS_1_3, OTHER, Optional.empty())
                .orElseThrow()
                .contains("TLS_AES_256_GCM_SHA384"));
    }

    @Test
    void w19_aSuiteOfAnotherVersionIsRefused() {
        assertTrue(judge(SslProtocol.TLS_1_2, TLS_1_3, Optional.empty()).isPresent());
        assertTrue(judge(SslProtocol.TLS_1_3, TLS_1_2, Optional.empty()).isPresent());
    }

    @Test
    void w39_anApplicationProtocolThatWasNotOfferedIsRefused() {
        assertEquals(
                Optional.of("negotiated an application protocol that was not offered"),
                judge(SslProtocol.TLS_1_3, TLS_1_3, Optional.of("http/1.1")));
        assertTrue(new NegotiationPolicy(ProtocolRange.SECURE, List.of(TLS_1_3), List.of())
                .violation(facts(Optional.of(SslProtocol.TLS_1_3), Optional.of(TLS_1_3), Optional.of("h2")))
                .isPresent());
    }

    @Test
    void anEngineThatReportsNothingIsRefused() {
        assertTrue(POLICY.violation(SessionFacts.NONE).isPresent());
        assertTrue(POLICY.violation(facts(Optional.of(SslProtocol.TLS_1_3), Optional.empty(), Optional.empty()))
                .isPresent());
        assertTrue(POLICY.violation(facts(Optional.empty(), Optional.of(TLS_1_3), Optional.empty()))
                .isPresent());
    }
}
