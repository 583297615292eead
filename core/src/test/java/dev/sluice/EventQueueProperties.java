package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.EventQueue.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The ring against a plain list. */
class EventQueueProperties {
    private record Event(Kind kind, long number, Object payload) {}

    @Property
    void isAQueueThatAddsUpTheCountsAtItsEnd(@ForAll long seed, @ForAll @IntRange(max = 300) int steps) {
        Random random = new Random(seed);
        EventQueue queue = new EventQueue();
        List<Event> model = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            Kind kind = Kind.values()[random.nextInt(4) + Kind.READY_READ.ordinal()];
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    Object payload = new Object();
                    queue.add(kind, i, payload);
                    model.add(new Event(kind, i, payload));
                }
                case 2 -> {
                    queue.addCount(kind, i);
                    int same = waitingCount(model, kind);
                    if (same >= 0) {
                        Event before = model.get(same);
                        model.set(same, new Event(kind, before.number() + i, before.payload()));
                    } else {
                        model.add(new Event(kind, i, ""));
                    }
                }
                default -> {
                    if (!model.isEmpty()) {
                        Event first = model.remove(0);
                        assertEquals(first.kind(), queue.firstKind());
                        assertEquals(first.number(), queue.firstNumber());
                        if (!"".equals(first.payload())) {
                            assertSame(first.payload(), queue.firstPayload());
                        }
                        queue.removeFirst();
                    }
                }
            }
            assertEquals(model.isEmpty(), queue.isEmpty());
        }
        while (!model.isEmpty()) {
            assertEquals(model.remove(0).kind(), queue.firstKind());
            queue.removeFirst();
        }
        assertTrue(queue.isEmpty());
    }

    /** The last event of this kind, unless one that is no count has come since; -1 if there is none. */
    private static int waitingCount(List<Event> model, Kind kind) {
        for (int i = model.size() - 1; i >= 0; i--) {
            if (model.get(i).kind() == kind) {
                return i;
            }
            if (!model.get(i).kind().isCount()) {
                return -1;
            }
        }
        return -1;
    }
}
