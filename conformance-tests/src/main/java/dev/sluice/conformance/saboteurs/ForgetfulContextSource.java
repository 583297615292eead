package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.ContextLease;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import org.jspecify.annotations.Nullable;

/** Keeps, after a failed creation, what was made until then, and hands it to whoever comes next (W04). */
public final class ForgetfulContextSource extends SimpleContextSource {
    /** Makes a source without contexts. */
    public ForgetfulContextSource() {}

    @Override
    public ContextLease lease(TlsBackend backend, ContextSpec spec) throws TlsContextException {
        Key key = new Key(backend, spec);
        lock.lock(); // also while the context is made: slow, and correct
        try {
            @Nullable ContextLease present = join(key);
            if (present != null) {
                return present;
            }
            ShellContext shell = new ShellContext();
            show(key, shell);
            shell.fill(backend.createContext(spec)); // what was shown stays if this fails
            return leaseOf(key, shell);
        } finally {
            lock.unlock();
        }
    }
}
