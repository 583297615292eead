package dev.sluice.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslBackends;
import dev.sluice.conformance.oracle.OraclePlayer.Driving;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every scenario of the real QSslSocket's traces, in both drivers: the same order of events, the same values. With {@code
 * -Ddev.sluice.oracle.directory=...} those of a directory instead, see docs/oracle.md.
 */
class OracleTest {
    private static final OraclePlayer PLAYER = player(System.getProperty("dev.sluice.oracle.directory"));

    private static OraclePlayer player(String directory) {
        return directory == null
                ? new OraclePlayer(SslBackends.active())
                : new OraclePlayer(SslBackends.active(), Path.of(directory));
    }

    static Stream<Arguments> plays() {
        return PLAYER.scenarios().stream()
                .flatMap(scenario -> Stream.of(Driving.values()).map(driving -> Arguments.of(scenario, driving)));
    }

    @ParameterizedTest
    @MethodSource("plays")
    void isAsTheRealOneSaveForNamedEdits(String scenario, Driving driving) {
        assertEquals(List.of(), PLAYER.play(scenario, driving).differences());
    }
}
