package dev.sluice.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslBackends;
import dev.sluice.conformance.oracle.OraclePlayer.Driving;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every scenario of the real QSslSocket's traces, in both drivers: the same order of events, the same values. */
class OracleTest {
    private final OraclePlayer player = new OraclePlayer(SslBackends.active());

    static Stream<Arguments> plays() {
        return OraclePlayer.scenarios().stream()
                .flatMap(scenario -> Stream.of(Driving.values()).map(driving -> Arguments.of(scenario, driving)));
    }

    @ParameterizedTest
    @MethodSource("plays")
    void isAsTheRealOneSaveForNamedEdits(String scenario, Driving driving) {
        assertEquals(List.of(), player.play(scenario, driving).differences());
    }
}
