package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ContextLease;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import org.jspecify.annotations.Nullable;

/** Shows a context to other threads before it is complete (W02). */
public final class HalfMadeContextSource extends SimpleContextSource {
    /** Makes a source without contexts. */
    public HalfMadeContextSource() {}

    @Override
    public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
        Key key = new Key(backend, spec);
        ShellContext shell = new ShellContext();
        lock.lock();
        try {
            @Nullable ContextLease present = join(key);
            if (present != null) {
                return present;
            }
            show(key, shell);
        } finally {
            lock.unlock();
        }
        boolean complete = false;
        try {
            shell.fill(backend.createContext(spec));
            complete = true;
        } finally {
            if (!complete) {
                withdraw(key, shell);
            }
        }
        return leaseOf(key, shell);
    }

    /** Nobody finds it any more, and the reference of the one who made it goes. */
    private void withdraw(Key key, ShellContext shell) {
        lock.lock();
        try {
            hide(key, shell);
        } finally {
            lock.unlock();
        }
        giveBack(key, shell);
    }
}
