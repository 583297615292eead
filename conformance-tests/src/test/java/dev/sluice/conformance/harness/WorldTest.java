package dev.sluice.conformance.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.SslBackends;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.certificates.Identities;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulated world is as patient as it says. */
class WorldTest {
    /** Else a handshake fails by a timeout of thirty seconds because a thread had to wait some milliseconds for a processor. */
    @ParameterizedTest
    @EnumSource(Version.class)
    void noTimePassesWhileAHelperThreadWorks(Version version) {
        for (int i = 0; i < 20; i++) {
            try (World world = World.of(new Subject(SslBackends.active()), version.range())) {
                world.identity(Identities.wrongHost());
                world.client().socket().setErrorHandler((door, errors) -> door.dangerouslyIgnoreAllSslErrors());
                world.start().encrypted();
                assertEquals(Duration.ZERO, world.clock().elapsed());
            }
        }
    }
}
