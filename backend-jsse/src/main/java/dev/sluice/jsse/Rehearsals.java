package dev.sluice.jsse;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.spi.ContextSpec;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a provider was seen to begin a handshake with.
 *
 * <p>A rehearsal makes key pairs, as every client hello does: a quarter of a handshake's time, which a client that opens
 * one connection after the other (and so makes one context after the other) would pay each time.
 *
 * <p>Thread-safe. Holds no key and no certificate.
 */
final class Rehearsals {
    /** More combinations than this no program uses; those beyond are rehearsed each time. */
    private static final int MAX_REMEMBERED = 64;

    /** The parts of a specification that the beginning of a handshake depends on. */
    private record Combination(
            List<String> protocols, List<String> suites, List<NamedGroup> groups, List<SignatureScheme> schemes) {}

    private final Set<Combination> succeeded = ConcurrentHashMap.newKeySet();

    /** Says whether this combination was begun with before. */
    boolean isKnown(ContextSpec spec, String[] protocols, String[] suites) {
        return succeeded.contains(combination(spec, protocols, suites));
    }

    /** Remembers that the provider took this combination. */
    void remember(ContextSpec spec, String[] protocols, String[] suites) {
        if (succeeded.size() < MAX_REMEMBERED) {
            succeeded.add(combination(spec, protocols, suites));
        }
    }

    private static Combination combination(ContextSpec spec, String[] protocols, String[] suites) {
        return new Combination(List.of(protocols), List.of(suites), spec.groups(), spec.signatureSchemes());
    }
}
