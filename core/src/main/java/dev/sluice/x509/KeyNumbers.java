package dev.sluice.x509;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The numbers of which RSA, DSA and Diffie-Hellman keys are made, checked before a provider computes with them: those of a
 * hostile file would otherwise decide how long that takes.
 */
final class KeyNumbers {
    /** The bounds of the JDK and of OpenSSL for RSA, and for Diffie-Hellman the same. */
    private static final int MAXIMUM_MODULUS_BITS = 16384;
    /** FIPS 186-4 §4.2 ends at 3072, OpenSSL at 10000. */
    private static final int MAXIMUM_DSA_MODULUS_BITS = 10000;

    private static final int MAXIMUM_DSA_ORDER_BITS = 512;

    private KeyNumbers() {}

    /** The next element, an integer above zero. */
    static BigInteger readPositive(DerReader reader) throws CertificateFormatException, KeyFormatException {
        byte[] content = reader.readBytes(DerReader.INTEGER);
        try {
            // X.690 §8.3.2: not the first nine bits alike.
            boolean needlessZero = content.length > 1 && content[0] == 0 && content[1] >= 0;
            if (content.length == 0 || content[0] < 0 || needlessZero) {
                throw KeyFormatException.malformed("number in the key is negative or not in its shortest form");
            }
            BigInteger value = new BigInteger(content);
            if (value.signum() == 0) {
                throw KeyFormatException.malformed("number in the key is 0, expected 1 or more");
            }
            return value;
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /** Checks {@code RSAPublicKey} (RFC 8017 §A.1.1) and gives the modulus. */
    static BigInteger checkRsaPublic(byte[] encoded) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(encoded);
        DerReader key = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        BigInteger modulus = readPositive(key);
        readPositive(key);
        key.expectEnd();
        return modulus;
    }

    /**
     * Checks {@code RSAPrivateKey} (RFC 8017 §A.1.2) and gives the modulus. The numbers have to fit each other: one signature
     * with a damaged one can be enough to find the key.
     */
    static BigInteger checkRsaPrivate(byte[] encoded) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(encoded);
        DerReader key = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        int version = key.readSaturatedUnsigned();
        if (version != 0) {
            throw KeyFormatException.unsupported(
                    "RSA private key has version " + version + ", expected 0, for two primes");
        }
        BigInteger modulus = readPositive(key);
        BigInteger publicExponent = readPositive(key);
        BigInteger privateExponent = readPositive(key);
        BigInteger p = readPositive(key);
        BigInteger q = readPositive(key);
        BigInteger exponentP = readPositive(key);
        BigInteger exponentQ = readPositive(key);
        BigInteger coefficient = readPositive(key);
        key.expectEnd();
        requireBits(modulus, MAXIMUM_MODULUS_BITS, "RSA modulus");
        boolean fits = p.multiply(q).equals(modulus)
                && p.compareTo(BigInteger.ONE) > 0
                && q.compareTo(BigInteger.ONE) > 0
                && privateExponent.compareTo(modulus) < 0
                && fitsPrime(p, publicExponent, privateExponent, exponentP)
                && fitsPrime(q, publicExponent, privateExponent, exponentQ)
                && coefficient.compareTo(p) < 0
                && coefficient.multiply(q).mod(p).equals(BigInteger.ONE);
        if (!fits) {
            throw KeyFormatException.malformed("numbers of the RSA private key do not fit each other");
        }
        return modulus;
    }

    private static boolean fitsPrime(BigInteger prime, BigInteger e, BigInteger d, BigInteger exponent) {
        BigInteger order = prime.subtract(BigInteger.ONE);
        return exponent.equals(d.mod(order)) && e.multiply(exponent).mod(order).equals(BigInteger.ONE.mod(order));
    }

    /** Checks {@code Dss-Parms} (RFC 3279 §2.3.2) and gives them. */
    static DsaParameters checkDsaParameters(AlgorithmId algorithm)
            throws CertificateFormatException, KeyFormatException {
        DerReader parameters = algorithm.enterParameters(DerReader.SEQUENCE);
        DsaParameters result = checkDsaParameters(parameters);
        parameters.expectEnd();
        return result;
    }

    /** Reads the three numbers of {@code Dss-Parms}, checks them and gives them. */
    static DsaParameters checkDsaParameters(DerReader parameters)
            throws CertificateFormatException, KeyFormatException {
        BigInteger p = readPositive(parameters);
        BigInteger q = readPositive(parameters);
        BigInteger g = readPositive(parameters);
        requireBits(p, MAXIMUM_DSA_MODULUS_BITS, "DSA modulus");
        requireBits(q, MAXIMUM_DSA_ORDER_BITS, "DSA order");
        boolean inRange = p.testBit(0) && q.compareTo(p) < 0 && g.compareTo(p) < 0 && g.compareTo(BigInteger.ONE) > 0;
        if (!inRange) {
            throw KeyFormatException.malformed("parameters of the DSA key do not fit each other");
        }
        return new DsaParameters(p, q, g);
    }

    /** Checks the parameters of Diffie-Hellman (PKCS #3, X9.42: either begins with the modulus) and gives the modulus. */
    static BigInteger checkDhParameters(AlgorithmId algorithm) throws CertificateFormatException, KeyFormatException {
        DerReader parameters = algorithm.enterParameters(DerReader.SEQUENCE);
        BigInteger modulus = readPositive(parameters);
        BigInteger generator = readPositive(parameters);
        requireBits(modulus, MAXIMUM_MODULUS_BITS, "Diffie-Hellman modulus");
        if (!modulus.testBit(0)
                || generator.equals(BigInteger.ONE)
                || generator.compareTo(modulus) >= 0
                || (parameters.hasMore() && readPositive(parameters).compareTo(modulus) >= 0)) {
            throw KeyFormatException.malformed("parameters of the Diffie-Hellman key do not fit each other");
        }
        if (algorithm.identifier().equals(KeyAlgorithm.DH.identifier())) {
            parameters.expectEnd();
        }
        return modulus;
    }

    /** Checks that {@code value} lies from 1 to {@code bound} - 1. */
    static void requireBelow(BigInteger value, BigInteger bound) throws KeyFormatException {
        if (value.signum() <= 0 || value.compareTo(bound) >= 0) {
            throw KeyFormatException.malformed("number in the key is out of its range");
        }
    }

    private static void requireBits(BigInteger number, int maximum, String what) throws KeyFormatException {
        if (number.bitLength() > maximum) {
            throw KeyFormatException.malformed(
                    what + " has " + number.bitLength() + " bits, expected " + maximum + " at most");
        }
    }

    /**
     * The domain of a DSA key.
     *
     * @param p the modulus
     * @param q the order of the subgroup
     * @param g the generator
     */
    record DsaParameters(BigInteger p, BigInteger q, BigInteger g) {
        /** The public number that belongs to a private one. */
        BigInteger publicNumber(BigInteger privateNumber) {
            return g.modPow(privateNumber, p);
        }
    }
}
