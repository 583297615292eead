package dev.sluice;

import static dev.sluice.PskPair.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PskPair.Driving;
import dev.sluice.PskPair.World;
import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.PreSharedKeySource.Answer;
import dev.sluice.spi.Side;
import dev.sluice.testing.AskingBackend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** W30: a question for a pre-shared key that comes late, or is told late, is never put to the next connection. */
@Timeout(60)
class PskLateQuestionTest {
    @AfterEach
    void nothingIsAlive() {
        PskPair.assertNothingIsAlive();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "waited in vain");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** The engine of the first connection asks when the second one is in the middle of its handshake. */
    private static final class Late {
        private final AtomicInteger connections = new AtomicInteger();
        private final CountDownLatch firstEntered = new CountDownLatch(1);
        private final CountDownLatch secondEntered = new CountDownLatch(1);
        private final CountDownLatch firstAnswered = new CountDownLatch(1);

        Function<PreSharedKeySource, Answer> asking(Function<PreSharedKeySource, Answer> question) {
            return source -> {
                if (connections.incrementAndGet() == 1) {
                    firstEntered.countDown();
                    await(secondEntered);
                    Answer answer = question.apply(source);
                    firstAnswered.countDown();
                    return answer;
                }
                secondEntered.countDown();
                await(firstAnswered);
                return Answer.None.INSTANCE;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void w30_anEngineThatAsksAfterItsConnectionHasEndedAsksNobody(Side side) {
        Late late = new Late();
        AskingBackend backend = new AskingBackend(late.asking(PskPair.OF_CLIENT), late.asking(PskPair.OF_SERVER));
        try (PskPair pair = new PskPair(new World(Driving.LOOP, side), backend)) {
            pair.start();
            await(late.firstEntered);
            pair.asked.abort();
            pair.other.abort();
            pair.until(() -> pair.heard.count("disconnected") == 1, "the first end");
            pair.start().until(() -> pair.heard.count("disconnected") == 2, "the second end");

            assertEquals(0, pair.heard.count("asked"), pair::toString);
            pair.until(() -> backend.answers().size() == 2, "both answers");
            backend.answers().forEach(answer -> assertInstanceOf(Answer.None.class, answer));
        }
    }

    /** A listener that is busy with an earlier event while the question comes, and the connection goes. */
    private static final class Busy implements SslSocketListener {
        private final List<String> events = new CopyOnWriteArrayList<>();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch left = new CountDownLatch(1);

        @Override
        public void modeChanged(SslSocket socket, SslMode mode) {
            if (entered.getCount() == 1) {
                entered.countDown();
                await(left);
            }
        }

        @Override
        public void preSharedKeyAuthenticationRequired(SslSocket socket, SslPreSharedKeyAuthenticator authenticator) {
            events.add("asked");
        }

        @Override
        public void disconnected(SslSocket socket) {
            events.add("disconnected");
        }
    }

    @Test
    void w30_aQuestionThatIsStillInTheQueueWhenItsConnectionEndsIsNotPut() throws Exception {
        Busy busy = new Busy();
        AtomicReference<Thread> task = new AtomicReference<>();
        Function<PreSharedKeySource, Answer> question = source -> {
            task.set(Thread.currentThread());
            return PskPair.OF_CLIENT.apply(source);
        };
        AskingBackend backend = new AskingBackend(question, PskPair.OF_SERVER);
        try (PskPair pair = new PskPair(new World(Driving.CALLER, Side.CLIENT), backend)) {
            pair.asked.setListener(busy);
            Thread inside = new Thread(pair::start, "inside the listener");
            inside.start();
            await(busy.entered);
            pair.until(
                    () -> task.get() != null && task.get().getState() == Thread.State.WAITING,
                    "the task that waits for its answer");
            pair.asked.abort();
            pair.other.abort();
            assertTrue(eventually(() -> backend.answers().size() == 1), "the task still waits");
            busy.left.countDown();
            inside.join(20_000);
            pair.until(() -> busy.events.contains("disconnected"), "the first end");
            assertEquals(List.of("disconnected"), busy.events, "a question of a connection that has ended was put");

            pair.start().until(() -> busy.events.size() == 3, "the second end");
            assertEquals(List.of("disconnected", "asked", "disconnected"), busy.events);
            backend.answers().forEach(answer -> assertInstanceOf(Answer.None.class, answer));
        }
    }
}
