package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsEngine;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A subject with one fault: it passes the happy path, and the suite must find the fault.
 *
 * <p>Immutable, share freely.
 *
 * @param name what it does, as a class would be called: {@code DropsTailOnWouldBlock}
 * @param breaks the weakness that it has
 * @param says words that the finding has to hold, so that a stranger understands what happened
 * @param alsoBlamed further weaknesses that it inevitably shows; at most two
 * @param whyAlso the reason for them; empty if there are none
 * @param make puts the fault into the library around an honest backend
 * @param applies to which backends; a fault in what a backend does not have cannot be there
 */
public record Saboteur(
        String name,
        Weakness breaks,
        String says,
        Set<Weakness> alsoBlamed,
        String whyAlso,
        Function<TlsBackend, Subject> make,
        Predicate<BackendCapabilities> applies) {
    private static final int MAX_ALSO_BLAMED = 2;

    /** Copies the set and checks what is declared. */
    public Saboteur {
        alsoBlamed = Set.copyOf(alsoBlamed);
        if (alsoBlamed.size() > MAX_ALSO_BLAMED || alsoBlamed.contains(breaks)) {
            throw new IllegalArgumentException(name + " is declared to show " + alsoBlamed + " beside " + breaks.id()
                    + ", expected at most " + MAX_ALSO_BLAMED + " others");
        }
        if (alsoBlamed.isEmpty() != whyAlso.isEmpty()) {
            throw new IllegalArgumentException(name + ": further weaknesses need a reason, and a reason needs them");
        }
    }

    /** A saboteur that shows one weakness, on every backend. */
    static Saboteur of(String name, Weakness breaks, String says, Function<TlsBackend, Subject> make) {
        return new Saboteur(name, breaks, says, Set.of(), "", make, capabilities -> true);
    }

    /** A saboteur whose fault is in the backend. */
    static Saboteur ofBackend(String name, Weakness breaks, String says, UnaryOperator<TlsBackend> fault) {
        return of(name, breaks, says, backend -> new Subject(fault.apply(backend)));
    }

    /** A saboteur whose fault is in each engine. */
    static Saboteur ofEngine(String name, Weakness breaks, String says, UnaryOperator<TlsEngine> fault) {
        return ofBackend(name, breaks, says, backend -> new EngineFault(backend, fault));
    }

    /** The same, which also shows others. */
    Saboteur showing(String why, Weakness... others) {
        return new Saboteur(name, breaks, says, Set.of(others), why, make, applies);
    }

    /** The same, where a backend has what the fault is in. */
    Saboteur where(Predicate<BackendCapabilities> condition) {
        return new Saboteur(name, breaks, says, alsoBlamed, whyAlso, make, condition);
    }

    @Override
    public String toString() {
        return breaks.id() + " " + name;
    }
}
