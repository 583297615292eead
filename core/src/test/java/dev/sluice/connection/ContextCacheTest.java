package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.testing.CopyBackend;
import dev.sluice.testing.CopyContext;
import io.netty.util.IllegalReferenceCountException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** W02 to W05, W17: one context per specification, made once, freed once, whoever comes and goes meanwhile. */
class ContextCacheTest {
    private static final int THREADS = 64;

    private final LiveCountsCheck before = new LiveCountsCheck();
    private final ContextCache cache = new ContextCache();
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void nothingIsLeft() {
        threads.shutdownNow();
        before.assertNothingLeft();
    }

    private static ContextSpec spec(ProtocolRange range) {
        return new ContextSpec(
                range,
                SslCipher.defaults(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    private static final ContextSpec SPEC = spec(ProtocolRange.SECURE);

    /** A backend that takes its time, and may refuse. */
    private static final class SlowBackend extends CopyBackend {
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch gate = new CountDownLatch(1);
        private final AtomicInteger attempts = new AtomicInteger();

        @Override
        public TlsContext createContext(ContextSpec spec) throws TlsContextException {
            attempts.incrementAndGet();
            entered.countDown();
            await(gate);
            return super.createContext(spec);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "nobody came");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private <T> List<Future<T>> everywhere(Callable<T> work) {
        CyclicBarrier start = new CyclicBarrier(THREADS);
        List<Future<T>> results = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            results.add(threads.submit(() -> {
                start.await();
                return work.call();
            }));
        }
        return results;
    }

    private static <T> T get(Future<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void w02_sixtyFourThreadsAtOnceGetOneContext() throws Exception {
        SlowBackend backend = new SlowBackend();
        List<Future<ContextLease>> leases = everywhere(() -> cache.lease(backend, SPEC));
        await(backend.entered);
        assertTrue(leases.stream().noneMatch(Future::isDone), "nobody sees it before it is complete");
        backend.gate.countDown();
        TlsContext context = get(leases.get(0)).context();
        for (Future<ContextLease> lease : leases) {
            assertSame(context, get(lease).context());
        }
        assertEquals(1, backend.created());
        assertEquals(1, backend.attempts.get());
        assertEquals(THREADS, context.refCnt());
        for (Future<ContextLease> lease : leases) {
            assertEquals(0, backend.freed());
            assertTrue(get(lease).release());
        }
        assertEquals(1, backend.freed());
    }

    /** Some have gone before others got to see it: theirs must not be freed. */
    @Test
    void w02_w17_thoseWhoReleaseAtOnceTakeNothingFromThoseWhoWaited() throws Exception {
        for (int round = 0; round < 50; round++) {
            CopyBackend backend = new CopyBackend();
            List<Future<Integer>> done = everywhere(() -> {
                ContextLease lease = cache.lease(backend, SPEC);
                int count = lease.context().refCnt();
                lease.release();
                return count;
            });
            for (Future<Integer> count : done) {
                assertTrue(get(count) >= 1, "a context that was freed already");
            }
            assertEquals(backend.created(), backend.freed(), "W03");
        }
    }

    @Test
    void w03_theLastLeaseFreesAndTheNextOneCreatesAnew() throws Exception {
        CopyBackend backend = new CopyBackend();
        ContextLease first = cache.lease(backend, SPEC);
        ContextLease second = cache.lease(backend, SPEC);
        assertSame(first.context(), second.context());
        TlsContext old = first.context();
        first.release();
        assertEquals(0, backend.freed());
        second.release();
        assertEquals(1, backend.freed());
        ContextLease third = cache.lease(backend, SPEC);
        assertNotSame(old, third.context());
        third.release();
        assertEquals(2, backend.created());
        assertEquals(2, backend.freed());
    }

    @Test
    void otherSpecificationsAndOtherBackendsHaveOtherContexts() throws Exception {
        CopyBackend backend = new CopyBackend();
        CopyBackend other = new CopyBackend();
        ContextLease one = cache.lease(backend, SPEC);
        ContextLease two = cache.lease(backend, spec(ProtocolRange.TLS_1_3));
        ContextLease three = cache.lease(other, SPEC);
        ContextLease same = cache.lease(backend, spec(ProtocolRange.SECURE));
        assertNotSame(one.context(), two.context());
        assertNotSame(one.context(), three.context());
        assertSame(one.context(), same.context());
        List.of(one, two, three, same).forEach(ContextLease::release);
        assertEquals(2, backend.freed());
        assertEquals(1, other.freed());
    }

    /** 2^32 + 31 and 2^33 have the same hash code; so a cache that compared hash codes only would take one for the other. */
    @Test
    void specificationsOfTheSameHashCodeHaveContextsOfTheirOwn() throws Exception {
        CopyBackend backend = new CopyBackend();
        ContextSpec spec = withPrime(BigInteger.ONE.shiftLeft(32).add(BigInteger.valueOf(31)));
        ContextSpec colliding = withPrime(BigInteger.ONE.shiftLeft(33));
        assertEquals(spec.hashCode(), colliding.hashCode(), "or this test shows nothing");
        ContextLease one = cache.lease(backend, spec);
        ContextLease two = cache.lease(backend, colliding);
        assertNotSame(one.context(), two.context());
        assertEquals(2, backend.created());
        one.release();
        two.release();
    }

    private static ContextSpec withPrime(BigInteger prime) {
        return new ContextSpec(
                ProtocolRange.SECURE,
                SslCipher.defaults(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.of(new ContextSpec.DhParameters(prime, BigInteger.TWO)),
                Optional.empty());
    }

    // ---- W04 ----

    /** How creating a context can fail. */
    private enum Refusal {
        REFUSED,
        BROKEN,
        NOTHING,
        FREED_ALREADY,
        CANNOT_LINK,
        ERROR
    }

    private static final class RefusingBackend extends CopyBackend {
        private final Refusal refusal;
        private final CountDownLatch gate = new CountDownLatch(1);
        private volatile boolean refuses = true;

        RefusingBackend(Refusal refusal) {
            this.refusal = refusal;
        }

        @Override
        @SuppressWarnings("NullAway") // the lie under test
        public TlsContext createContext(ContextSpec spec) throws TlsContextException {
            await(gate);
            if (!refuses) {
                return super.createContext(spec);
            }
            return switch (refusal) {
                case REFUSED -> throw new TlsContextException("no such group", null);
                case BROKEN -> throw new IllegalStateException("broke");
                case NOTHING -> null;
                case FREED_ALREADY -> {
                    CopyContext context = new CopyContext();
                    context.release();
                    yield context;
                }
                case CANNOT_LINK -> throw new UnsatisfiedLinkError("no such symbol");
                case ERROR -> throw new AssertionError("out of something");
            };
        }
    }

    @Test
    void w04_whenCreationFailsAllAreToldNothingIsLeftAndTheNextTriesAnew() throws Exception {
        for (Refusal refusal : Refusal.values()) {
            RefusingBackend backend = new RefusingBackend(refusal);
            List<Future<ContextLease>> leases = everywhere(() -> cache.lease(backend, SPEC));
            backend.gate.countDown();
            int errors = 0;
            for (Future<ContextLease> lease : leases) {
                ExecutionException failed = assertThrows(ExecutionException.class, () -> get(lease), refusal.name());
                if (failed.getCause() instanceof AssertionError) {
                    errors++;
                } else {
                    assertSame(TlsContextException.class, failed.getCause().getClass(), refusal.name());
                }
                if (refusal == Refusal.REFUSED) {
                    assertEquals("no such group", failed.getCause().getMessage());
                }
            }
            assertEquals(refusal == Refusal.ERROR, errors > 0, refusal.name());
            before.assertNothingLeft();
            backend.refuses = false;
            ContextLease lease = cache.lease(backend, SPEC);
            assertEquals(1, backend.created());
            lease.release();
            assertEquals(1, backend.freed());
        }
    }

    // ---- W05 ----

    @Test
    void w05_useAfterReleaseIsRefused() throws Exception {
        CopyBackend backend = new CopyBackend();
        ContextLease lease = cache.lease(backend, SPEC);
        TlsContext context = lease.context();
        assertTrue(lease.release());
        assertThrows(IllegalStateException.class, lease::context);
        assertThrows(IllegalReferenceCountException.class, context::retain);
        EngineSpec engine = new EngineSpec(
                Side.CLIENT,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                ClientAuthentication.NONE,
                false,
                false,
                false,
                1000,
                FeatureSettings.NONE);
        assertThrows(
                IllegalReferenceCountException.class,
                () -> context.createEngine(
                        engine, credentials -> PeerVerdict.Accepted.INSTANCE, (dev.sluice.spi.EngineEvents)
                                java.lang.reflect.Proxy.newProxyInstance(
                                        getClass().getClassLoader(),
                                        new Class<?>[] {dev.sluice.spi.EngineEvents.class},
                                        (proxy, method, arguments) -> null)));
    }

    // ---- W17 ----

    @Test
    void w17_releasingTwiceTakesNothingFromAnotherHolder() throws Exception {
        CopyBackend backend = new CopyBackend();
        ContextLease mine = cache.lease(backend, SPEC);
        ContextLease yours = cache.lease(backend, SPEC);
        assertTrue(mine.release());
        assertFalse(mine.release());
        assertFalse(mine.release());
        assertEquals(0, backend.freed());
        assertEquals(1, yours.context().refCnt());
        yours.release();
        assertEquals(1, backend.freed());
    }

    @Test
    void w17_oneLeaseReleasedFromManyThreadsIsReleasedOnce() throws Exception {
        CopyBackend backend = new CopyBackend();
        ContextLease yours = cache.lease(backend, SPEC);
        ContextLease mine = cache.lease(backend, SPEC);
        int released = 0;
        for (Future<Boolean> result : everywhere(mine::release)) {
            released += get(result) ? 1 : 0;
        }
        assertEquals(1, released);
        assertEquals(0, backend.freed());
        yours.release();
    }

    @Test
    void w17_anySequenceOnAnyThreadsFreesEachContextOnce() throws Exception {
        for (long seed = 0; seed < 20; seed++) {
            CopyBackend backend = new CopyBackend();
            AtomicInteger next = new AtomicInteger((int) seed * 1000);
            for (Future<Void> done : everywhere(() -> leaseAndRelease(backend, next.getAndIncrement()))) {
                get(done);
            }
            assertEquals(backend.created(), backend.freed(), "seed " + seed);
            before.assertNothingLeft();
        }
    }

    @SuppressWarnings("NullAway") // a Void is null
    private Void leaseAndRelease(CopyBackend backend, int seed) throws TlsContextException {
        Random random = new Random(seed);
        List<ContextLease> held = new ArrayList<>();
        List<ContextSpec> specs = List.of(SPEC, spec(ProtocolRange.TLS_1_3), spec(ProtocolRange.TLS_1_2));
        for (int i = 0; i < 60; i++) {
            if (held.isEmpty() || random.nextBoolean()) {
                held.add(cache.lease(backend, specs.get(random.nextInt(specs.size()))));
            } else {
                ContextLease lease = held.remove(random.nextInt(held.size()));
                assertTrue(lease.context().refCnt() > 0, "freed while it is held");
                lease.release();
                if (random.nextInt(4) == 0) {
                    lease.release();
                }
            }
        }
        held.forEach(ContextLease::release);
        return null;
    }
}
