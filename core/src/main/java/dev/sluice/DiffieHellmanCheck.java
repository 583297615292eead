package dev.sluice;

import dev.sluice.spi.ContextSpec.DhParameters;
import java.math.BigInteger;
import javax.crypto.spec.DHParameterSpec;

/** Checks Diffie-Hellman parameters of the user (RFC 9325 §4.5: 2048 bits or more). */
final class DiffieHellmanCheck {
    private static final int MINIMUM_BITS = 2048;
    /** The largest group of RFC 7919; more would give a client the power to keep this side busy. */
    private static final int MAXIMUM_BITS = 8192;
    /** Of 2^-64 a composite passes; honest parameters are what is checked here, no attacker sets them. */
    private static final int CERTAINTY = 64;

    private DiffieHellmanCheck() {}

    static DhParameters require(DHParameterSpec parameters) {
        BigInteger prime = parameters.getP();
        BigInteger generator = parameters.getG();
        int bits = prime.bitLength();
        if (prime.signum() <= 0 || bits < MINIMUM_BITS || bits > MAXIMUM_BITS) {
            throw new IllegalArgumentException("prime of the Diffie-Hellman parameters has " + bits + " bits, expected "
                    + MINIMUM_BITS + " to " + MAXIMUM_BITS);
        }
        if (!prime.testBit(0) || !prime.isProbablePrime(CERTAINTY)) {
            throw new IllegalArgumentException("modulus of the Diffie-Hellman parameters is not prime");
        }
        // 1 and p-1 make subgroups of one and two elements.
        if (generator.compareTo(BigInteger.TWO) < 0 || generator.compareTo(prime.subtract(BigInteger.TWO)) > 0) {
            throw new IllegalArgumentException(
                    "generator of the Diffie-Hellman parameters is out of range, expected 2 to prime - 2");
        }
        return new DhParameters(prime, generator);
    }
}
