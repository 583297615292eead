package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W26;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import java.util.Random;
import net.jqwik.api.ForAll;

/** What becomes of bytes that are said to be keys or certificates. */
public interface ImportContract extends Contract {
    /** How many mutants of each encoding are tried at a time; the slow ones have password hashing inside. */
    int MUTANTS = 40;

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
     * Imports certificates of which one is broken, among good ones, and empty input. Observes that they are refused as a whole. If
     * it fails, look for a reader that skips what it does not understand.
     */
    @Proves(value = W26, tries = 8)
    default void aBrokenOneAmongGoodOnesIsNotSkipped(@ForAll long seed) {
        byte[] pem = Encoding.brokenBetweenGoodOnes(new Random(seed));
        check(
                !Encoding.CERTIFICATES_PEM.read(subject().importers(), pem),
                "three certificates, the second of which is broken, were read as if that one were not there; expected the"
                        + " documented exception");
        for (Encoding encoding : Encoding.values()) {
            check(
                    !encoding.read(subject().importers(), new byte[0]),
                    () -> "no bytes at all were read as a " + encoding + ", expected the documented exception");
        }
    }
}
