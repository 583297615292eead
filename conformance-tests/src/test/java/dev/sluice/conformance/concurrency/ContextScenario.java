package dev.sluice.conformance.concurrency;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.conformance.concurrency.explorer.Hooks;
import dev.sluice.conformance.concurrency.explorer.Scenario;
import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.connection.LiveCounts;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** What threads do to a source of contexts. At rest, whatever they did, all that was created is freed, once. */
abstract class ContextScenario implements Scenario {
    static final ContextSpec SPEC = spec(ProtocolRange.TLS_1_3);
    static final ContextSpec OTHER = spec(ProtocolRange.TLS_1_2);

    final ContextSource source;
    final ModelBackend backend = new ModelBackend();
    /** Who holds what, by thread. */
    private final TlsContext[] held = new TlsContext[4];

    private final long liveBefore = LiveCounts.CONTEXTS.get();

    ContextScenario(ContextSource source) {
        this.source = source;
    }

    private static ContextSpec spec(ProtocolRange range) {
        return new ContextSpec(
                range,
                SslCipher.defaults().subList(0, 1),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    static List<Work> each(int threads, IntFunction<Work> work) {
        return IntStream.range(0, threads).mapToObj(work).toList();
    }

    final ContextLease lease() throws TlsContextException {
        return source.lease(backend, SPEC);
    }

    /** Uses a context as a connection does. */
    static void use(ContextLease lease) {
        try {
            lease.context().createEngine(null, null, null);
        } catch (TlsContextException e) {
            throw new AssertionError("W02: a context can be had that cannot be used: " + e.getMessage(), e);
        }
    }

    /** Uses it while others may hold one of the same specification: it has to be the same. */
    final void holdAndUse(int thread, ContextLease lease) {
        Hooks.write(held, "hold " + lease.context());
        for (TlsContext other : held) {
            if (other != null && other != lease.context()) {
                throw new AssertionError("W02: two contexts of one specification: " + backend.made());
            }
        }
        held[thread] = lease.context();
        use(lease);
        Hooks.write(held, "hold no longer " + lease.context());
        held[thread] = null;
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    @Override
    public void atRest() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (ModelContext context : backend.made()) {
            if (context.freed() != 1) {
                wrong.add(context + " was freed " + context.freed() + " times");
            }
        }
        require(wrong.isEmpty(), "W03: all leases were given back, but " + wrong);
        require(
                LiveCounts.CONTEXTS.get() == liveBefore,
                "W03: nobody holds a context, but the live count has grown by "
                        + (LiveCounts.CONTEXTS.get() - liveBefore));
    }
}
