package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PhaseTest {
    private static final Map<Phase, Set<Phase>> LEGAL = new EnumMap<>(Map.of(
            Phase.NEW, EnumSet.of(Phase.PLAIN, Phase.HANDSHAKING, Phase.CLOSED, Phase.FAILED),
            Phase.PLAIN, EnumSet.of(Phase.HANDSHAKING, Phase.CLOSED, Phase.FAILED),
            Phase.HANDSHAKING, EnumSet.of(Phase.VERIFYING, Phase.ESTABLISHED, Phase.CLOSED, Phase.FAILED),
            Phase.VERIFYING, EnumSet.of(Phase.HANDSHAKING, Phase.ESTABLISHED, Phase.CLOSED, Phase.FAILED),
            Phase.ESTABLISHED, EnumSet.of(Phase.CLOSED, Phase.FAILED),
            Phase.CLOSED, EnumSet.noneOf(Phase.class),
            Phase.FAILED, EnumSet.noneOf(Phase.class)));

    @Test
    void theTableOfMovesIsAsWritten() {
        for (Phase from : Phase.values()) {
            Set<Phase> next = EnumSet.noneOf(Phase.class);
            for (Phase to : Phase.values()) {
                if (from.mayBecome(to)) {
                    next.add(to);
                }
            }
            assertEquals(LEGAL.get(from), next, "from " + from);
        }
    }

    @Test
    void exactlyThePhasesThatNothingFollowsAreFinal() {
        for (Phase phase : Phase.values()) {
            assertEquals(LEGAL.getOrDefault(phase, Set.of()).isEmpty(), phase.isFinal(), phase.name());
        }
    }
}
