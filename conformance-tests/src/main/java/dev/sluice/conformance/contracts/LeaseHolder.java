package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.connection.ContextLease;
import dev.sluice.connection.ContextSource;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Somebody who leases contexts and looks after each step whether those that are held are alive. One thread at a time. */
final class LeaseHolder {
    private final ContextSource source;
    private final TlsBackend backend;
    private final List<Held> held = new ArrayList<>();
    private final List<ContextLease> givenBack = new ArrayList<>();

    private record Held(ContextLease lease, TlsContext context) {}

    LeaseHolder(ContextSource source, TlsBackend backend) {
        this.source = source;
        this.backend = backend;
    }

    void lease(ContextSpec spec) throws TlsContextException {
        ContextLease lease = source.lease(backend, spec);
        held.add(new Held(lease, contextOf(lease)));
        checkAlive();
    }

    private static TlsContext contextOf(ContextLease fresh) {
        try {
            return fresh.context();
        } catch (IllegalStateException e) {
            throw new AssertionError(
                    "a context was freed while one of its holders had not given it back: its right to it"
                            + " was given back by somebody else",
                    e);
        }
    }

    void release(Random random) {
        if (!held.isEmpty()) {
            giveBack(held.remove(random.nextInt(held.size())));
        }
    }

    private void giveBack(Held one) {
        check(one.lease().release(), "a right to a context was given back and counts as given back before");
        givenBack.add(one.lease());
        checkAlive();
    }

    void releaseAgain(Random random) {
        if (!givenBack.isEmpty()) {
            boolean again = givenBack.get(random.nextInt(givenBack.size())).release();
            check(!again, "a right to a context was given back twice and the second time counted as well");
            checkAlive();
        }
    }

    void releaseAll() {
        while (!held.isEmpty()) {
            giveBack(held.remove(held.size() - 1));
        }
    }

    private void checkAlive() {
        for (Held one : held) {
            check(one.context().refCnt() > 0, "a context was freed while one of its holders had not given it back");
        }
    }
}
