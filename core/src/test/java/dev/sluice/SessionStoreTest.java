package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionStoreTest {

    @Test
    void runsItsActionsOnceWhenItIsClosed() {
        AtomicInteger runs = new AtomicInteger();
        SessionStore store = SessionStore.create();
        store.whenClosed(runs::incrementAndGet);
        assertEquals(0, runs.get());

        store.close();
        store.close();

        assertTrue(store.isClosed());
        assertEquals(1, runs.get());
    }

    @Test
    void runsAnActionAtOnceIfItIsClosedAlready() {
        AtomicInteger runs = new AtomicInteger();
        SessionStore store = SessionStore.create();
        store.close();

        store.whenClosed(runs::incrementAndGet);

        assertEquals(1, runs.get());
    }

    @Test
    void runsEveryActionWhateverTheOthersThrow() {
        AtomicInteger runs = new AtomicInteger();
        SessionStore store = SessionStore.create();
        IllegalStateException first = new IllegalStateException("first");
        IllegalStateException second = new IllegalStateException("second");
        store.whenClosed(() -> {
            throw first;
        });
        store.whenClosed(() -> {
            throw second;
        });
        store.whenClosed(runs::incrementAndGet);

        assertSame(first, assertThrows(IllegalStateException.class, store::close));
        assertEquals(List.of(second), List.of(first.getSuppressed()));
        assertEquals(1, runs.get());
    }

    @Test
    void anActionMayUseTheStore() {
        SessionStore store = SessionStore.create();
        store.whenClosed(() -> assertTrue(store.isClosed()));
        store.whenClosed(store::close);

        store.close();
    }

    @Test
    void w25_eachActionRunsOnceHoweverManyThreadsCloseAndAdd() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            SessionStore store = SessionStore.create();
            AtomicInteger runs = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(new Thread(() -> store.whenClosed(runs::incrementAndGet)));
                threads.add(new Thread(store::close));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(4, runs.get());
        }
    }

    @Test
    void isEqualOnlyToItself() {
        try (SessionStore one = SessionStore.create();
                SessionStore other = SessionStore.create()) {
            assertNotEquals(one, other);
            assertFalse(one.isClosed());
        }
    }

    @Test
    void limitsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> SessionStore.create(0, Duration.ofHours(1)));
        assertThrows(IllegalArgumentException.class, () -> SessionStore.create(1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> SessionStore.create(1, Duration.ofDays(8)));
    }
}
