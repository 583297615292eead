package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.TlsBackend;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;

class BackendRegistryTest {
    private final TlsBackend one = FakeBackend.named("one");
    private final TlsBackend two = FakeBackend.named("two");

    @Test
    void theFirstFoundIsActiveUntilAnotherIsSet() {
        BackendRegistry registry = new BackendRegistry(List.of(one, two), false);
        assertEquals(List.of("one", "two"), registry.available());
        assertSame(one, registry.active());

        registry.setActive("two");

        assertSame(two, registry.active());
    }

    @Test
    void anUnknownNameIsRefusedWithTheNamesThereAre() {
        BackendRegistry registry = new BackendRegistry(List.of(one, two), false);

        IllegalArgumentException refusal =
                assertThrows(IllegalArgumentException.class, () -> registry.setActive("three"));

        assertEquals(Optional.empty(), registry.find("three"));
        assertTrue(refusal.getMessage().contains("\"three\""), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("one, two"), refusal.getMessage());
        assertSame(one, registry.active());
    }

    @Test
    void withoutABackendThatIsSaid() {
        BackendRegistry registry = new BackendRegistry(List.of(), false);

        assertEquals(List.of(), registry.available());
        assertThrows(IllegalStateException.class, registry::active);
        assertThrows(IllegalArgumentException.class, () -> registry.byName("one"));
    }

    @Test
    void w22_aLibraryThatIsTooOldIsRefusedWithBothVersions() {
        BackendRegistry registry =
                new BackendRegistry(List.of(FakeBackend.named("old").withVersions(1, 2), two), false);

        IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> registry.byName("old"));

        assertEquals(List.of("two"), registry.available());
        assertSame(two, registry.active());
        assertTrue(refusal.getMessage().contains("FakeTLS 1"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("FakeTLS 2"), refusal.getMessage());
    }

    @Test
    void w22_ifNothingElseIsThereTheRefusalIsTold() {
        BackendRegistry registry =
                new BackendRegistry(List.of(FakeBackend.named("old").withVersions(1, 2)), false);

        IllegalStateException refusal = assertThrows(IllegalStateException.class, registry::active);

        assertTrue(refusal.getMessage().contains("FakeTLS 1"), refusal.getMessage());
    }

    @Test
    void w22_aLibraryThatIsTooOldCanBeAllowedExplicitly() {
        TlsBackend old = FakeBackend.named("old").withVersions(1, 2);

        assertSame(old, new BackendRegistry(List.of(old), true).active());
    }

    @Test
    void w22_aNewerLibraryIsFine() {
        TlsBackend newer = FakeBackend.named("newer").withVersions(99, 2);

        assertSame(newer, new BackendRegistry(List.of(newer), false).active());
    }

    @Test
    void aBackendThatCannotBeLoadedIsLeftOut() {
        Iterator<TlsBackend> found = new FailingOnce(List.of(one, two).iterator());

        assertEquals(List.of("one", "two"), new BackendRegistry(() -> found, false).available());
    }

    @Test
    void aBackendThatCannotSayItsVersionIsLeftOut() {
        TlsBackend broken = FakeBackend.named("broken").withVersions(-1, 2);

        assertEquals(List.of("one"), new BackendRegistry(List.of(broken, one), false).available());
    }

    @Test
    void aSourceThatFailsForEverEndsNoProgram() {
        Iterator<TlsBackend> found = new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new ServiceConfigurationError("made for this test");
            }

            @Override
            public TlsBackend next() {
                throw new ServiceConfigurationError("made for this test");
            }
        };

        assertEquals(List.of(), new BackendRegistry(() -> found, false).available());
    }

    @Test
    void ofTwoWithOneNameTheFirstIsUsed() {
        TlsBackend impostor = FakeBackend.named("one").withVersions(3, 2);

        assertSame(one, new BackendRegistry(List.of(one, impostor), false).byName("one"));
    }

    /** Fails at the first element, as ServiceLoader does for a class that is not there. */
    private static final class FailingOnce implements Iterator<TlsBackend> {
        private final Iterator<TlsBackend> others;
        private boolean failed;

        FailingOnce(Iterator<TlsBackend> others) {
            this.others = others;
        }

        @Override
        public boolean hasNext() {
            return !failed || others.hasNext();
        }

        @Override
        public TlsBackend next() {
            if (!failed) {
                failed = true;
                throw new ServiceConfigurationError("made for this test");
            }
            return others.next();
        }
    }

    @Test
    void thePreferredBackendIsActiveWhereverItStands() {
        FakeBackend one = FakeBackend.named("one");
        FakeBackend two = FakeBackend.named("two");

        assertSame(two, new BackendRegistry(List.of(one, two), false, Optional.of("two")).active());
    }

    @Test
    void aPreferredBackendThatIsNotThereIsAnErrorAndNotAnotherBackend() {
        BackendRegistry registry = new BackendRegistry(List.of(FakeBackend.named("one")), false, Optional.of("three"));

        IllegalStateException refused = assertThrows(IllegalStateException.class, registry::active);
        assertTrue(String.valueOf(refused.getMessage()).contains("\"three\" was not found, available: one"));
        registry.setActive("one");
        assertEquals("one", registry.active().name());
    }
}
