package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W26;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;

/** What becomes of bytes that are said to be keys or certificates. */
public interface ImportContract extends Contract {
    /** How many mutants of each encoding are tried at a time; the slow ones have password hashing inside. */
    int MUTANTS = 40;

    /** How many structures are put into each other. */
    int NESTED = 100_000;

    /**
     * Imports certificates and keys in DER, PEM, encrypted PEM and PKCS #12, valid ones, and changed ones: bits flipped, bytes lost,
     * inserted, repeated, lengths made large, and no encoding at all. Observes that each gives a complete object, or the documented
     * exception with words. If it fails, look for a parser that trusts what it reads.
     */
    @Proves(value = W26, tries = 32)
    default void anyBytesGiveACompleteObjectOrTheDocumentedException(@ForAll Encoding encoding, @ForAll long seed) {
        Random random = new Random(seed);
        check(
                encoding.read(subject().importers(), encoding.valid()),
                () -> "a valid " + encoding + " is refused, expected it to be read");
        int mutants = encoding.isSlow() ? MUTANTS / 10 : MUTANTS;
        for (int i = 0; i < mutants; i++) {
            byte[] mutant = Mutation.of(encoding.valid(), random);
            encoding.read(subject().importers(), mutant);
        }
    }

    /**
     * Imports certificates of which one is broken, in one way or another, among good ones or behind one, and empty input. Observes
     * that they are refused as a whole. If it fails, look for a reader that skips what it does not understand.
     */
    @Proves(value = W26, tries = 8)
    default void aBrokenOneAmongGoodOnesIsNotSkipped(@ForAll long seed) {
        Random random = new Random(seed);
        for (Encoding.Breakage breakage : Encoding.Breakage.values()) {
            for (byte[] pem : List.of(
                    Encoding.brokenBetweenGoodOnes(breakage, random),
                    Encoding.brokenBehindAGoodOne(breakage, random))) {
                check(
                        !Encoding.CERTIFICATES_PEM.read(subject().importers(), pem),
                        () -> "several certificates, the second of which is broken (" + breakage
                                + "), were read as if that one were not there; expected the documented exception");
            }
        }
        for (Encoding encoding : Encoding.values()) {
            check(
                    !encoding.read(subject().importers(), new byte[0]),
                    () -> "no bytes at all were read as a " + encoding + ", expected the documented exception");
        }
    }

    /**
     * Imports what is made to cost its reader all it has: structures in structures without end, and a password that is to be hashed
     * for years. Observes that they are refused, with the documented exception and soon. If it fails, look for a parser that calls
     * itself, and for a number of iterations that is believed.
     */
    @Proves(value = W26, tries = 1)
    default void whatIsMadeToExhaustItsReaderIsRefused() {
        for (Encoding encoding : Encoding.values()) {
            check(
                    !encoding.read(subject().importers(), encoding.nested(NESTED)),
                    () -> NESTED + " structures in each other were read as a " + encoding + ", expected a refusal");
        }
        long start = System.nanoTime();
        Future<Boolean> reading =
                Crowd.begin(() -> Encoding.ENCRYPTED_KEY_PEM.read(subject().importers(), Encoding.hashedForYears()));
        Crowd.until(
                reading::isDone,
                "an end of the import of a key whose password is to be hashed " + Integer.MAX_VALUE
                        + " times; expected a refusal");
        check(
                !Crowd.resultOf(reading, "the import of a key whose password is to be hashed for years"),
                () -> "a key whose password is hashed for years was read within " + (System.nanoTime() - start)
                        + " ns");
    }
}
