package dev.sluice;

import static dev.sluice.PskPair.KEY;
import static dev.sluice.PskPair.eventually;
import static dev.sluice.PskPair.give;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PskPair.Driving;
import dev.sluice.PskPair.World;
import dev.sluice.spi.PreSharedKeySource.Answer;
import dev.sluice.spi.Side;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The connection ends while somebody is asked for a pre-shared key: nobody waits in vain, and nothing reaches the next one. */
@Timeout(60)
class PskQuestionEndsTest {
    @AfterEach
    void nothingIsAlive() {
        PskPair.assertNothingIsAlive();
    }

    /** A listener that is held up until the test lets it go. */
    private static final class Gate {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        void pass() {
            reached.countDown();
            await(opened);
        }

        void awaitReached() {
            await(reached);
        }

        void open() {
            opened.countDown();
        }

        private static void await(CountDownLatch latch) {
            try {
                assertTrue(latch.await(20, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The listener thinks; whoever ends the connection meanwhile does not wait for it, and neither does the task. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void w06_abortWhileTheListenerThinksGivesTheTaskBack(Side side) {
        Gate gate = new Gate();
        try (PskPair pair = new PskPair(new World(Driving.LOOP, side)).answering((socket, asked) -> {
            gate.pass();
            give(asked, KEY);
        })) {
            pair.start();
            gate.awaitReached();
            pair.asked.abort();
            try {
                assertInstanceOf(Answer.None.class, pair.onlyAnswer());
                assertTrue(eventually(() -> SslDiagnostics.helperThreads() == 0), "the task still waits");
            } finally {
                gate.open();
            }
            pair.refused();
            assertFalse(pair.heard.asked.get(0).hasPreSharedKey(), "the late key is wiped");
        }
    }

    /** While one thread is inside the listener another one drives, and notices that time is up. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void w06_theHandshakeTimeoutEndsTheQuestion(Side side) throws Exception {
        Gate gate = new Gate();
        try (PskPair pair = new PskPair(new World(Driving.CALLER, side))
                .configured(builder -> builder.handshakeTimeout(Duration.ofMillis(300)))
                .answering((socket, asked) -> {
                    gate.pass();
                    give(asked, KEY);
                })) {
            pair.start();
            Thread inside = new Thread(
                    () -> eventually(() -> {
                        pair.asked.flush();
                        pair.other.flush();
                        return gate.opened.getCount() == 0;
                    }),
                    "inside the listener");
            inside.start();
            gate.awaitReached();
            try {
                pair.until(() -> !pair.backend.answers().isEmpty(), "the answer");
                assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            } finally {
                gate.open();
            }
            inside.join(20_000);
            pair.refused();
            assertEquals(SslSocketError.SOCKET_TIMEOUT, pair.asked.error(), pair::toString);
        }
    }

    /** An interrupt aborts the connection that is waited for, and with it the question. */
    @Test
    void w06_anInterruptWhileTheListenerThinksGivesTheTaskBack() throws Exception {
        Gate gate = new Gate();
        try (PskPair pair = new PskPair(new World(Driving.LOOP, Side.CLIENT)).answering((socket, asked) -> {
            gate.pass();
            give(asked, KEY);
        })) {
            pair.start();
            gate.awaitReached();
            CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
            Thread waiter = new Thread(() -> {
                try {
                    pair.asked.waitForEncrypted(Duration.ofSeconds(20));
                    interrupted.complete(false);
                } catch (InterruptedIOException e) {
                    interrupted.complete(true);
                }
            });
            waiter.start();
            waiter.interrupt();
            try {
                assertTrue(interrupted.get(20, TimeUnit.SECONDS));
                assertInstanceOf(Answer.None.class, pair.onlyAnswer());
            } finally {
                gate.open();
            }
            pair.refused();
        }
    }

    /** What a listener says after its connection has ended is about nobody whom it was told of. */
    @ParameterizedTest
    @EnumSource(Side.class)
    void w24_aLateAnswerIsNotForTheNextConnection(Side side) {
        Gate gate = new Gate();
        try (PskPair pair = new PskPair(new World(Driving.LOOP, side)).answering((socket, asked) -> {
            if (gate.reached.getCount() == 1) {
                gate.pass();
                give(asked, KEY);
                socket.dangerouslyIgnoreAllSslErrors();
            }
        })) {
            pair.start();
            gate.awaitReached();
            pair.asked.abort();
            pair.other.abort();
            gate.open();
            pair.until(() -> pair.heard.count("disconnected") == 1 && !pair.asked.isOpen(), "the first end");
            pair.start().until(() -> pair.heard.count("disconnected") == 2, "the second end");

            assertEquals(0, pair.heard.count("encrypted"), pair::toString);
            assertEquals(2, pair.heard.count("asked"), pair::toString);
            assertEquals(2, pair.backend.answers().size(), pair::toString);
            pair.backend.answers().forEach(answer -> assertInstanceOf(Answer.None.class, answer));
        }
    }
}
