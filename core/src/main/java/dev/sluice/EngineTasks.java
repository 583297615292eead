package dev.sluice;

import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionFailure;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Runs the tasks of an engine, always outside the socket's lock: on the driving thread, on the executor that the user
 * gave, or, where verification may wait for an answer, on a helper thread.
 */
final class EngineTasks {
    private static final System.Logger LOGGER = System.getLogger(EngineTasks.class.getName());

    /** What has to be known of the socket. Under the lock. */
    interface Host {
        Connection connection();

        SslConfiguration configuration();

        /** Says whether a task may have to wait for an answer about the peer. */
        boolean tasksMayWait();

        /** Lets whoever waits look again. Called without the lock. */
        void wake();
    }

    private final Host host;
    private final ProgressSignal signal;
    private final ReentrantLock lock;

    EngineTasks(Host host, ProgressSignal signal) {
        this.host = host;
        this.signal = signal;
        this.lock = signal.lock();
    }

    /** Under the lock, held once, which is given up while the task runs here. True if a task was run to its end. */
    boolean runNext() {
        Connection connection = host.connection();
        if (!connection.hasTask()) {
            return false;
        }
        Connection.EngineTask task = connection.takeTask();
        if (host.tasksMayWait()) {
            runOnHelperThread(connection, task);
            return false;
        }
        Executor executor = host.configuration().taskExecutor().orElse(null);
        if (executor != null && runOn(executor, task)) {
            return false;
        }
        if (!task.claim()) {
            return false; // the executor took it after all
        }
        lock.unlock();
        try {
            task.run();
        } finally {
            lock.lock();
            task.finish();
        }
        signal.progressed(ProgressSignal.What.ANY);
        return true;
    }

    private void runOnHelperThread(Connection connection, Connection.EngineTask task) {
        if (!HelperThreads.run(() -> runElsewhere(task))) {
            connection.fail(
                    ConnectionFailure.of(SslSocketError.SOCKET_RESOURCE, "too many verifications wait for an answer"));
            task.finish();
        }
    }

    /** Gives up the lock: the executor is the user's, and may run the task at once. */
    private boolean runOn(Executor executor, Connection.EngineTask task) {
        lock.unlock();
        try {
            executor.execute(() -> runElsewhere(task));
            return true;
        } catch (RuntimeException e) { // full, shut down, or broken: the handshake need not suffer for it
            LOGGER.log(System.Logger.Level.DEBUG, "the task executor refused; the task runs on the driving thread", e);
            return false;
        } finally {
            lock.lock();
        }
    }

    private void runElsewhere(Connection.EngineTask task) {
        if (!task.claim()) {
            return; // the connection has ended, and with it the engine
        }
        try {
            task.run();
        } finally {
            lock.lock();
            try {
                task.finish();
                signal.progressed(ProgressSignal.What.ANY);
            } finally {
                lock.unlock();
            }
            host.wake();
        }
    }
}
