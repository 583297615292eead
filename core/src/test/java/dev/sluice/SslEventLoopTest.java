package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop by itself, without sockets. */
@Timeout(30)
class SslEventLoopTest {
    private SslEventLoop loop;

    @BeforeEach
    void start() throws Exception {
        loop = SslEventLoop.start("loop under test");
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private <T> T inLoop(java.util.function.Supplier<T> work) throws Exception {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> result.complete(work.get()));
        return result.get(10, TimeUnit.SECONDS);
    }

    /** A member that takes note of what it is told. */
    private static class Watcher implements SslEventLoop.Member {
        private final List<String> told = new ArrayList<>();

        @Override
        public void onReady() {
            told.add("ready");
        }

        @Override
        public void onTimer() {
            told.add("timer");
        }

        @Override
        public void onLoopClosed() {
            told.add("closed");
        }
    }

    @Test
    void tasksRunInOrderOnTheLoopsThread() throws Exception {
        List<Integer> order = new ArrayList<>();
        AtomicInteger elsewhere = new AtomicInteger();
        for (int i = 0; i < 1000; i++) {
            int number = i;
            loop.execute(() -> {
                order.add(number);
                elsewhere.addAndGet(loop.inLoop() ? 0 : 1);
            });
        }
        List<Integer> seen = inLoop(() -> List.copyOf(order));
        assertEquals(1000, seen.size());
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, seen.get(i));
        }
        assertEquals(0, elsewhere.get());
        assertFalse(loop.inLoop());
    }

    @Test
    void aTaskSubmittedByATaskRunsAfterThoseThatWaited() throws Exception {
        List<String> order = new ArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch begin = new CountDownLatch(1);
        loop.execute(() -> {
            awaitQuietly(begin);
            loop.execute(() -> {
                order.add("nested");
                ended.countDown();
            });
            order.add("first");
        });
        loop.execute(() -> order.add("second"));
        begin.countDown();
        assertTrue(ended.await(10, TimeUnit.SECONDS));
        assertEquals(List.of("first", "second", "nested"), order);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** W42: one defect is no reason for the others to stand still. */
    @Test
    void w42_aTaskThatThrowsHarmsNobody() throws Exception {
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        inLoop(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> told.complete(thrown));
            return true;
        });
        IllegalStateException thrown = new IllegalStateException("on purpose");
        loop.execute(() -> {
            throw thrown;
        });
        assertEquals(thrown, told.get(10, TimeUnit.SECONDS));
        assertEquals("alive", inLoop(() -> "alive"));
    }

    @Test
    void w42_aMemberThatThrowsHarmsNoOther() throws Exception {
        Watcher good = new Watcher();
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        CountDownLatch rang = new CountDownLatch(1);
        SslEventLoop.Member bad = new Watcher() {
            @Override
            public void onTimer() {
                throw new IllegalStateException("on purpose");
            }
        };
        SslEventLoop.Member last = new Watcher() {
            @Override
            public void onTimer() {
                rang.countDown();
            }
        };
        loop.execute(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> told.complete(thrown));
            long now = System.nanoTime();
            loop.callAt(now, bad);
            loop.callAt(now, good);
            loop.callAt(now + 1, last);
        });
        assertTrue(rang.await(10, TimeUnit.SECONDS));
        assertEquals("on purpose", told.get(10, TimeUnit.SECONDS).getMessage());
        assertEquals(List.of("timer"), inLoop(() -> List.copyOf(good.told)));
    }

    @Test
    void timersRingInTheOrderOfTheirTimes() throws Exception {
        List<String> order = new ArrayList<>();
        CountDownLatch rang = new CountDownLatch(3);
        loop.execute(() -> {
            long now = System.nanoTime();
            for (int delay : new int[] {30, 10, 20}) {
                loop.callAt(now + TimeUnit.MILLISECONDS.toNanos(delay), new Watcher() {
                    @Override
                    public void onTimer() {
                        order.add("after " + delay + (System.nanoTime() - now < delay * 1_000_000L ? " early" : ""));
                        rang.countDown();
                    }
                });
            }
        });
        assertTrue(rang.await(10, TimeUnit.SECONDS));
        assertEquals(List.of("after 10", "after 20", "after 30"), inLoop(() -> List.copyOf(order)));
    }

    @Test
    void aCancelledTimerDoesNotRing() throws Exception {
        Watcher cancelled = new Watcher();
        CountDownLatch rang = new CountDownLatch(1);
        loop.execute(() -> {
            long now = System.nanoTime();
            SslEventLoop.Timer timer = loop.callAt(now + 1, cancelled);
            loop.callAt(now + 2, new Watcher() {
                @Override
                public void onTimer() {
                    rang.countDown();
                }
            });
            loop.cancel(timer);
        });
        assertTrue(rang.await(10, TimeUnit.SECONDS));
        assertEquals(List.of(), inLoop(() -> List.copyOf(cancelled.told)));
    }

    @Test
    void aWatchedChannelIsReportedUntilItIsNotWatchedAnyMore() throws Exception {
        Pipe pipe = Pipe.open();
        Pipe.SourceChannel source = pipe.source();
        try (Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            CountDownLatch ready = new CountDownLatch(1);
            AtomicInteger times = new AtomicInteger();
            Watcher watcher = new Watcher() {
                @Override
                public void onReady() {
                    times.incrementAndGet();
                    loop.watch(source, 0, this);
                    ready.countDown();
                }
            };
            inLoop(() -> {
                loop.watch(source, SelectionKey.OP_READ, watcher);
                return true;
            });
            sink.write(ByteBuffer.wrap(new byte[] {1}));
            assertTrue(ready.await(10, TimeUnit.SECONDS));
            assertEquals(1, inLoop(times::get));
            source.close();
            inLoop(() -> {
                loop.watch(source, SelectionKey.OP_READ, watcher); // closed: not watched, no exception
                return true;
            });
        } finally {
            source.close();
        }
    }

    @Test
    void closeEndsTheMembersOnTheLoopsThreadAndRefusesTasks() throws Exception {
        CompletableFuture<Boolean> there = new CompletableFuture<>();
        Watcher gone = new Watcher();
        inLoop(() -> {
            loop.join(new Watcher() {
                @Override
                public void onLoopClosed() {
                    there.complete(loop.inLoop());
                }
            });
            loop.join(gone);
            loop.leave(gone);
            return true;
        });
        loop.close();
        assertTrue(there.isDone(), "close waits for the thread");
        assertTrue(there.get());
        assertEquals(List.of(), gone.told);
        assertThrows(RejectedExecutionException.class, () -> loop.execute(() -> {}));
        assertFalse(loop.submit(() -> {}));
        loop.close();
    }

    @Test
    void whatWasAcceptedBeforeCloseStillRuns() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        loop.execute(() -> {
            entered.countDown();
            awaitQuietly(begin);
        });
        assertTrue(entered.await(10, TimeUnit.SECONDS));
        for (int i = 0; i < 10; i++) {
            loop.execute(ran::incrementAndGet);
        }
        Thread closer = new Thread(loop::close);
        closer.start();
        begin.countDown();
        closer.join(10_000);
        assertFalse(closer.isAlive());
        assertEquals(10, ran.get());
    }

    /** W34: from inside as well, and without waiting for itself. */
    @Test
    void w34_closeFromTheLoopItselfReturns() throws Exception {
        CompletableFuture<String> done = new CompletableFuture<>();
        loop.execute(() -> {
            loop.close();
            done.complete("returned");
        });
        assertEquals("returned", done.get(10, TimeUnit.SECONDS));
        loop.close();
        assertFalse(loop.submit(() -> {}));
    }

    @Test
    void anInterruptedCloseWaitsAllTheSameAndKeepsTheInterrupt() throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        loop.execute(() -> awaitQuietly(begin));
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread closer = new Thread(() -> {
            loop.close();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        closer.start();
        closer.interrupt();
        begin.countDown();
        assertTrue(interrupted.get(10, TimeUnit.SECONDS));
    }
}
