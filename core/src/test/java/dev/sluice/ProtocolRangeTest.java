package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which versions a range holds: the whole table, written out. */
class ProtocolRangeTest {

    @ParameterizedTest(name = "w20: {0}..{1} and {2}")
    @CsvSource({
        "TLS_1_2, TLS_1_2, TLS_1_0, false",
        "TLS_1_2, TLS_1_2, TLS_1_1, false",
        "TLS_1_2, TLS_1_2, TLS_1_2, true",
        "TLS_1_2, TLS_1_2, TLS_1_3, false",
        "TLS_1_2, TLS_1_3, TLS_1_0, false",
        "TLS_1_2, TLS_1_3, TLS_1_1, false",
        "TLS_1_2, TLS_1_3, TLS_1_2, true",
        "TLS_1_2, TLS_1_3, TLS_1_3, true",
        "TLS_1_3, TLS_1_3, TLS_1_0, false",
        "TLS_1_3, TLS_1_3, TLS_1_1, false",
        "TLS_1_3, TLS_1_3, TLS_1_2, false",
        "TLS_1_3, TLS_1_3, TLS_1_3, true",
    })
    void everyPairOfConfiguredAndNegotiatedVersionsIsJudgedAsTheTableSays(
            SslProtocol min, SslProtocol max, SslProtocol negotiated, boolean within) {
        assertEquals(within, new ProtocolRange(min, max).contains(negotiated));
    }

    @ParameterizedTest(name = "w19: {0}..{1}")
    @CsvSource({
        "TLS_1_0, TLS_1_0", "TLS_1_0, TLS_1_1", "TLS_1_0, TLS_1_2", "TLS_1_0, TLS_1_3",
        "TLS_1_1, TLS_1_0", "TLS_1_1, TLS_1_1", "TLS_1_1, TLS_1_2", "TLS_1_1, TLS_1_3",
        "TLS_1_2, TLS_1_0", "TLS_1_2, TLS_1_1", "TLS_1_3, TLS_1_0", "TLS_1_3, TLS_1_1",
        "TLS_1_3, TLS_1_2",
    })
    void rangesThatAreEmptyOrReachBelowTls12CannotBeMade(SslProtocol min, SslProtocol max) {
        assertThrows(IllegalArgumentException.class, () -> new ProtocolRange(min, max));
    }

    @Test
    void theWireVersionsAreThoseOfTheRegistryAndGrowWithTheVersion() {
        assertEquals(0x0301, SslProtocol.TLS_1_0.wireVersion());
        assertEquals(0x0302, SslProtocol.TLS_1_1.wireVersion());
        assertEquals(0x0303, SslProtocol.TLS_1_2.wireVersion());
        assertEquals(0x0304, SslProtocol.TLS_1_3.wireVersion());
    }

    @Test
    void listsItsVersionsTheLowestFirst() {
        assertEquals(List.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3), ProtocolRange.SECURE.protocols());
        assertEquals(List.of(SslProtocol.TLS_1_3), ProtocolRange.TLS_1_3_OR_LATER.protocols());
    }

    @Test
    void theRefusalSaysWhatWasGivenAndWhatIsExpected() {
        IllegalArgumentException refusal = assertThrows(
                IllegalArgumentException.class, () -> new ProtocolRange(SslProtocol.TLS_1_1, SslProtocol.TLS_1_3));

        assertTrue(refusal.getMessage().contains("TLSv1.1"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("TLSv1.2"), refusal.getMessage());
    }
}
