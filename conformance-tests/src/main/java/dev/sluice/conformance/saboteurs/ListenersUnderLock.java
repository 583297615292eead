package dev.sluice.conformance.saboteurs;

import dev.sluice.SslSocketListener;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** Calls listeners under a lock, one for all of them (W25). */
public final class ListenersUnderLock implements UnaryOperator<SslSocketListener> {
    private final ReentrantLock lock = new ReentrantLock();

    /** Makes the fault, with a lock of its own. */
    public ListenersUnderLock() {}

    /**
     * Puts a listener under the lock.
     *
     * @param listener to be told
     * @return a listener that tells it
     */
    @Override
    public SslSocketListener apply(SslSocketListener listener) {
        return (SslSocketListener) Proxy.newProxyInstance(
                SslSocketListener.class.getClassLoader(),
                new Class<?>[] {SslSocketListener.class},
                (self, method, arguments) -> {
                    lock.lock();
                    try {
                        return method.invoke(listener, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    } finally {
                        lock.unlock();
                    }
                });
    }
}
