package dev.sluice.conformance.concurrency;

import dev.sluice.SessionStore;
import dev.sluice.conformance.concurrency.ModelBackend.Refusal;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What threads may do with contexts, small enough for every interleaving. */
final class ContextScenarios {
    private ContextScenarios() {}

    /** Two threads lease, use and give back, twice the first. */
    static final class TwoComeAndGo extends ContextScenario {
        TwoComeAndGo(ContextSource source) {
            super(source);
        }

        @Override
        public List<Work> threads() {
            return each(2, thread -> () -> {
                for (int round = thread; round < 2; round++) {
                    ContextLease lease = lease();
                    holdAndUse(thread, lease);
                    require(lease.release(), "a first release has to count");
                }
            });
        }
    }

    /** Three threads lease, use and give back. */
    static final class ThreeComeAndGo extends ContextScenario {
        ThreeComeAndGo(ContextSource source) {
            super(source);
        }

        @Override
        public List<Work> threads() {
            return each(3, thread -> () -> {
                ContextLease lease = lease();
                use(lease);
                lease.release();
            });
        }
    }

    /** Three threads lease, and hold on to it: there is one context, whoever came first. */
    static final class ThreeHoldTogether extends ContextScenario {
        private final ContextLease[] leases = new ContextLease[3];

        ThreeHoldTogether(ContextSource source) {
            super(source);
        }

        @Override
        public List<Work> threads() {
            return each(leases.length, thread -> () -> {
                leases[thread] = lease();
                use(leases[thread]);
            });
        }

        @Override
        public void atRest() throws Exception {
            require(
                    backend.made().size() == 1,
                    "W02: three threads asked for one specification and created " + backend.made());
            long different =
                    Arrays.stream(leases).map(ContextLease::context).distinct().count();
            require(different == 1, "W02: " + different + " contexts of one specification");
            for (ContextLease lease : leases) {
                require(backend.made().get(0).freed() == 0, "W17: freed while it was leased");
                use(lease);
                lease.release();
            }
            super.atRest();
        }
    }

    /** One gives back its lease twice while another one uses its own. */
    static final class OneReleasesTwice extends ContextScenario {
        OneReleasesTwice(ContextSource source) {
            super(source);
        }

        @Override
        public List<Work> threads() {
            return List.of(
                    () -> {
                        ContextLease lease = lease();
                        lease.release();
                        require(!lease.release(), "W17: the second release of a lease counts");
                    },
                    () -> {
                        ContextLease lease = lease();
                        use(lease);
                        lease.release();
                    });
        }
    }

    /** Two threads give back one lease at the same time, while somebody else holds another. */
    static final class TwoReleaseOneLease extends ContextScenario {
        private final ContextLease shared;
        private final ContextLease own;
        private final AtomicInteger counted = new AtomicInteger();

        TwoReleaseOneLease(ContextSource source) throws TlsContextException {
            super(source);
            shared = lease();
            own = lease();
        }

        @Override
        public List<Work> threads() {
            return each(2, thread -> () -> {
                if (shared.release()) {
                    counted.incrementAndGet();
                }
            });
        }

        @Override
        public void atRest() throws Exception {
            require(counted.get() == 1, "W17: a lease was given back " + counted.get() + " times");
            use(own);
            own.release();
            super.atRest();
        }
    }

    /** The last holder leaves while another thread comes. */
    static final class OneLeavesAsOneComes extends ContextScenario {
        private final ContextLease last;

        OneLeavesAsOneComes(ContextSource source) throws TlsContextException {
            super(source);
            last = lease();
        }

        @Override
        public List<Work> threads() {
            return List.of(
                    () -> {
                        use(last);
                        last.release();
                    },
                    () -> {
                        ContextLease lease = lease();
                        use(lease);
                        lease.release();
                    });
        }
    }

    /** Two specifications at once: nobody gets the context of the other one. */
    static final class TwoSpecifications extends ContextScenario {
        TwoSpecifications(ContextSource source) {
            super(source);
        }

        @Override
        public List<Work> threads() {
            return each(2, thread -> () -> {
                ContextSpec wanted = thread == 1 ? OTHER : SPEC;
                ContextLease lease = source.lease(backend, wanted);
                use(lease);
                if (lease.context() instanceof ModelContext context) {
                    require(context.spec().equals(wanted), "W30: the context of another specification");
                }
                lease.release();
            });
        }
    }

    /** No context can be created: all learn of it, nobody waits for ever, and then it is as if nothing had been. */
    abstract static class Refused extends ContextScenario {
        private final AtomicInteger refused = new AtomicInteger();

        Refused(ContextSource source, Refusal refusal) {
            super(source);
            backend.refuse(refusal, Integer.MAX_VALUE);
        }

        @Override
        public List<Work> threads() {
            return each(3, thread -> () -> {
                try {
                    lease();
                } catch (TlsContextException | ModelBackend.OutOfKeys e) {
                    refused.incrementAndGet();
                }
            });
        }

        @Override
        public void atRest() throws Exception {
            require(refused.get() == 3, "W04: no context was created, yet of three threads learned " + refused.get());
            backend.refuse(Refusal.NONE, 0);
            ContextLease lease = lease();
            require(
                    backend.made().size() == 1,
                    "W04: a failed creation has left something behind, which is handed out");
            use(lease);
            lease.release();
            super.atRest();
        }
    }

    static final class RefusedAsDeclared extends Refused {
        RefusedAsDeclared(ContextSource source) {
            super(source, Refusal.DECLARED);
        }
    }

    static final class RefusedUnexpectedly extends Refused {
        RefusedUnexpectedly(ContextSource source) {
            super(source, Refusal.UNEXPECTED);
        }
    }

    static final class RefusedByAnError extends Refused {
        RefusedByAnError(ContextSource source) {
            super(source, Refusal.ERROR);
        }
    }

    /** The first creation fails. Whoever learns of it tries once more, and succeeds. */
    static final class RefusedOnce extends ContextScenario {
        RefusedOnce(ContextSource source) {
            super(source);
            backend.refuse(Refusal.DECLARED, 1);
        }

        @Override
        public List<Work> threads() {
            return each(2, thread -> () -> {
                ContextLease lease = leaseStubbornly();
                use(lease);
                lease.release();
            });
        }

        private ContextLease leaseStubbornly() throws TlsContextException {
            try {
                return lease();
            } catch (TlsContextException first) {
                return lease();
            }
        }
    }

    /** Nobody else is there: what every source, right or wrong, has to get right. */
    static final class OneAlone extends ContextScenario {
        OneAlone(ContextSource source) {
            super(source);
        }

        @Override
        public List<Work> threads() {
            return each(1, thread -> () -> {
                for (int round = 0; round < 2; round++) {
                    ContextLease lease = lease();
                    holdAndUse(thread, lease);
                    require(lease.release(), "a first release has to count");
                }
            });
        }
    }

    /** Two connections put their context into a session store, and use it, while somebody closes the store. */
    static final class StoreIsClosedMeanwhile extends ContextScenario {
        private final SessionStore store = SessionStore.create();

        StoreIsClosedMeanwhile(ContextSource source) {
            super(source);
        }

        @Override
        public List<Work> threads() {
            return List.of(this::connect, this::connect, store::close);
        }

        private void connect() throws Exception {
            Method keep = Class.forName("dev.sluice.SessionLeases")
                    .getDeclaredMethod(
                            "keep", SessionStore.class, ContextSource.class, TlsBackend.class, ContextSpec.class);
            keep.setAccessible(true);
            keep.invoke(null, store, source, backend, SPEC);
        }
    }

    /** The same, and nobody closes the store before the end: until then it keeps one context. */
    static final class StoreKeeps extends ContextScenario {
        private final StoreIsClosedMeanwhile connections;

        StoreKeeps(ContextSource source) {
            super(source);
            connections = new StoreIsClosedMeanwhile(source);
        }

        @Override
        public List<Work> threads() {
            return connections.threads().subList(0, 2);
        }

        @Override
        public void atRest() throws Exception {
            List<ModelContext> kept = connections.backend.made();
            require(kept.size() == 1, "W03: two connections with one store created " + kept);
            require(kept.get(0).refCnt() == 1, "W03: a store has " + kept.get(0).refCnt() + " leases of one context");
            connections.store.close();
            connections.atRest();
        }
    }
}
