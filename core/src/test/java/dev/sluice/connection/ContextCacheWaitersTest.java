package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.testing.CopyBackend;
import dev.sluice.testing.CopyContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * W02, W04, W17: what those get who asked for a context while another thread was creating it. Here they are known to wait:
 * the creation goes on only when each of them was seen in the cache's wait.
 */
class ContextCacheWaitersTest {
    private static final int WAITERS = 3;

    private static final ContextSpec SPEC = new ContextSpec(
            ProtocolRange.SECURE,
            SslCipher.defaults(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty());

    private final LiveCountsCheck before = new LiveCountsCheck();
    private final ContextCache cache = new ContextCache();
    private final HeldBackend backend = new HeldBackend();
    private final List<Thread> threads = new ArrayList<>();
    private final List<FutureTask<ContextLease>> waiters = new ArrayList<>();

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        backend.gate.countDown();
        for (Thread thread : threads) {
            thread.join(20_000);
            assertFalse(thread.isAlive(), "a thread still waits");
        }
        before.assertNothingLeft();
    }

    /** A backend that creates nothing before the gate opens, and then what it was told to. */
    private static final class HeldBackend extends CopyBackend {
        private final CountDownLatch gate = new CountDownLatch(1);
        private boolean refuses;
        private boolean errs;
        private boolean retains;

        @Override
        public TlsContext createContext(ContextSpec spec) throws TlsContextException {
            try {
                assertTrue(gate.await(20, TimeUnit.SECONDS), "the gate stayed closed");
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
            if (refuses) {
                throw new TlsContextException("no such group", null);
            }
            if (errs) {
                throw new AssertionError("out of something");
            }
            TlsContext made = super.createContext(spec);
            return retains ? (TlsContext) made.retain() : made;
        }
    }

    private FutureTask<ContextLease> start() {
        FutureTask<ContextLease> lease = new FutureTask<>(() -> cache.lease(backend, SPEC));
        Thread thread = new Thread(lease, "lease " + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return lease;
    }

    /** One thread creates, the others wait for it. */
    private FutureTask<ContextLease> creatorWithWaiters() {
        FutureTask<ContextLease> creator = start();
        awaitState(threads.get(0), Thread.State.TIMED_WAITING, "createContext");
        for (int i = 0; i < WAITERS; i++) {
            waiters.add(start());
            awaitState(threads.get(threads.size() - 1), Thread.State.WAITING, "join");
        }
        return creator;
    }

    private static void awaitState(Thread thread, Thread.State state, String method) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (thread.getState() != state
                || Arrays.stream(thread.getStackTrace())
                        .noneMatch(frame -> frame.getMethodName().equals(method))) {
            assertTrue(System.nanoTime() < deadline, () -> thread + " is not in " + method);
            Thread.onSpinWait();
        }
    }

    private static ContextLease get(FutureTask<ContextLease> lease) throws Exception {
        return lease.get(20, TimeUnit.SECONDS);
    }

    private TlsContextException refusalOf(FutureTask<ContextLease> lease) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> get(lease));
        return assertThrows(TlsContextException.class, () -> {
            throw failed.getCause();
        });
    }

    @Test
    void w02_whoeverWaitsGetsTheContextAndAReferenceOfItsOwn() throws Exception {
        FutureTask<ContextLease> creator = creatorWithWaiters();
        assertTrue(waiters.stream().noneMatch(FutureTask::isDone), "nobody sees it before it is complete");
        backend.gate.countDown();
        TlsContext context = get(creator).context();
        for (FutureTask<ContextLease> waiter : waiters) {
            assertSame(context, get(waiter).context());
        }
        assertEquals(1 + WAITERS, context.refCnt());
        assertTrue(get(creator).release());
        for (FutureTask<ContextLease> waiter : waiters) {
            assertEquals(0, backend.freed());
            assertTrue(get(waiter).release());
        }
        assertEquals(1, backend.freed());
        assertEquals(1, backend.created());
    }

    @Test
    void w17_whoeverWaitedFindsTheContextAliveThoughItsCreatorHasGone() throws Exception {
        FutureTask<ContextLease> creator = creatorWithWaiters();
        backend.gate.countDown();
        assertTrue(get(creator).release());
        for (FutureTask<ContextLease> waiter : waiters) {
            assertTrue(get(waiter).context().refCnt() > 0);
        }
        for (FutureTask<ContextLease> waiter : waiters) {
            get(waiter).release();
        }
        assertEquals(1, backend.freed());
    }

    @Test
    void w04_whoeverWaitsIsToldWhyTheBackendRefused() throws Exception {
        backend.refuses = true;
        FutureTask<ContextLease> creator = creatorWithWaiters();
        backend.gate.countDown();
        TlsContextException first = refusalOf(creator);
        for (FutureTask<ContextLease> waiter : waiters) {
            TlsContextException told = refusalOf(waiter);
            assertEquals("no such group", told.getMessage());
            assertSame(first, told.getCause(), "its own exception, with the first one's trace");
        }
    }

    @Test
    void w04_whoeverWaitsIsToldThatTheCreationEndedWithAnError() throws Exception {
        backend.errs = true;
        FutureTask<ContextLease> creator = creatorWithWaiters();
        backend.gate.countDown();
        ExecutionException failed = assertThrows(ExecutionException.class, () -> get(creator));
        assertEquals("out of something", failed.getCause().getMessage());
        for (FutureTask<ContextLease> waiter : waiters) {
            assertEquals(
                    "creation of the context ended with an error",
                    refusalOf(waiter).getMessage());
        }
    }

    @Test
    void w03_aNewContextThatSomebodyElseHoldsIsRefusedBySayingHowManyDo() {
        backend.retains = true;
        backend.gate.countDown();
        TlsContextException refused = assertThrows(TlsContextException.class, () -> cache.lease(backend, SPEC));
        assertTrue(refused.getMessage().endsWith("got a count of 2"), refused.getMessage());
    }

    @Test
    void w04_aBackendThatGivesNothingIsSaidToHaveGivenNone() {
        @SuppressWarnings("NullAway") // the lie under test
        CopyBackend empty = new CopyBackend() {
            @Override
            public CopyContext createContext(ContextSpec spec) {
                return null;
            }
        };
        TlsContextException refused = assertThrows(TlsContextException.class, () -> cache.lease(empty, SPEC));
        assertTrue(refused.getMessage().endsWith("got none"), refused.getMessage());
    }
}
