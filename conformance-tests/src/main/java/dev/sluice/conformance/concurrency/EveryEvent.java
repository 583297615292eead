package dev.sluice.conformance.concurrency;

import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Listeners that do the same whatever they are told, also what is added to {@link SslSocketListener} some day. */
public final class EveryEvent {
    private EveryEvent() {}

    /** What to do. */
    @FunctionalInterface
    public interface Action {
        /**
         * Hears of an event.
         *
         * @param socket whose event it is
         * @param event the name of the listener's method
         */
        void heard(SslSocket socket, String event);
    }

    /**
     * Makes a listener.
     *
     * @param action runs at each event
     * @return a new listener, equal only to itself
     */
    public static SslSocketListener does(Action action) {
        return (SslSocketListener) Proxy.newProxyInstance(
                SslSocketListener.class.getClassLoader(),
                new Class<?>[] {SslSocketListener.class},
                (self, method, arguments) -> answer(action, self, method, arguments));
    }

    private static @Nullable Object answer(
            Action action, Object self, Method method, @Nullable Object @Nullable [] arguments) {
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof SslSocket socket) {
            action.heard(socket, method.getName());
            return null;
        }
        return switch (method.getName()) {
            case "equals" -> arguments != null && self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "a listener that does the same at every event";
        };
    }
}
