package dev.sluice.x509;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The encodings of public keys: {@code SubjectPublicKeyInfo} (RFC 5280 §4.1.2.7) and, for RSA, PKCS #1. With them the
 * parameters of algorithms, which private keys have as well.
 */
final class PublicKeyEncoding {
    /** The PEM label of {@code RSAPublicKey}. */
    static final String PKCS1_LABEL = "RSA PUBLIC KEY";

    private PublicKeyEncoding() {}

    /** Reads {@code SubjectPublicKeyInfo}. */
    static ParsedKey readSubjectPublicKeyInfo(byte[] der) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(der);
        DerReader info = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        AlgorithmId found = AlgorithmId.read(info);
        byte[] bits = info.readBytes(DerReader.BIT_STRING);
        info.expectEnd();
        if (bits.length < 2 || bits[0] != 0) {
            throw KeyFormatException.malformed("public key is no whole number of octets");
        }
        KeyAlgorithm algorithm = KeyAlgorithm.ofIdentifier(found.identifier())
                .orElseThrow(() -> KeyFormatException.unsupported("key algorithm " + found + " is not known"));
        AlgorithmId algorithmId = checkParameters(algorithm, found);
        int length = checkContent(algorithm, algorithmId, DerReader.of(bits), bits.length - 1);
        byte[] canonical = DerWriter.element(
                DerReader.SEQUENCE, algorithmId.encoded(), DerWriter.element(DerReader.BIT_STRING, bits));
        return new ParsedKey(KeyType.PUBLIC, algorithm, algorithmId, length, canonical);
    }

    /** The length in bits, 0 for curves: the provider knows them. */
    private static int checkContent(KeyAlgorithm algorithm, AlgorithmId algorithmId, DerReader bits, int length)
            throws CertificateFormatException, KeyFormatException {
        byte[] content = Arrays.copyOfRange(bits.rest(), 1, length + 1);
        return switch (algorithm) {
            case RSA, RSASSA_PSS -> KeyNumbers.checkRsaPublic(content).bitLength();
            case EC -> 0;
            case ED25519, X25519 -> octets(algorithm, length, 32, 255);
            case ED448 -> octets(algorithm, length, 57, 448);
            case X448 -> octets(algorithm, length, 56, 448);
            case DSA -> {
                KeyNumbers.DsaParameters domain = KeyNumbers.checkDsaParameters(algorithmId);
                yield numberBelow(domain.p(), content);
            }
            case DH -> numberBelow(KeyNumbers.checkDhParameters(algorithmId), content);
            case OTHER -> throw KeyFormatException.unsupported("key algorithm " + algorithmId + " is not known");
        };
    }

    private static int octets(KeyAlgorithm algorithm, int length, int expectedBytes, int bits)
            throws KeyFormatException {
        if (length != expectedBytes) {
            throw KeyFormatException.malformed(
                    algorithm + " public key has " + length + " bytes, expected " + expectedBytes);
        }
        return bits;
    }

    private static int numberBelow(BigInteger modulus, byte[] content)
            throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(content);
        KeyNumbers.requireBelow(KeyNumbers.readPositive(reader), modulus);
        reader.expectEnd();
        return modulus.bitLength();
    }

    /** Checks the parameters that an algorithm has in both halves, and gives them in the form that is kept. */
    static AlgorithmId checkParameters(KeyAlgorithm algorithm, AlgorithmId found)
            throws CertificateFormatException, KeyFormatException {
        switch (algorithm) {
            case RSA -> {
                // RFC 3279 §2.3.1: NULL; programs have left it out.
                requireParameters(found.hasNullOrNoParameters(), algorithm);
                return AlgorithmId.of(found.identifier(), DerWriter.nothing());
            }
            case EC -> EcCurve.requireNamed(found);
            // RFC 8410 §3: must be absent.
            case ED25519, ED448, X25519, X448 -> requireParameters(found.hasNoParameters(), algorithm);
            case RSASSA_PSS, DSA, DH, OTHER -> {
                // Read with the numbers, or by the provider.
            }
        }
        return found;
    }

    private static void requireParameters(boolean asExpected, KeyAlgorithm algorithm) throws KeyFormatException {
        if (!asExpected) {
            throw KeyFormatException.malformed(algorithm + " key has algorithm parameters, expected none");
        }
    }

    /** Reads {@code RSAPublicKey} (RFC 8017 §A.1.1). */
    static ParsedKey readPkcs1(byte[] der) throws CertificateFormatException, KeyFormatException {
        AlgorithmId algorithmId = AlgorithmId.of(KeyAlgorithm.RSA.identifier(), DerWriter.nothing());
        return readSubjectPublicKeyInfo(DerWriter.element(
                DerReader.SEQUENCE, algorithmId.encoded(), DerWriter.element(DerReader.BIT_STRING, new byte[1], der)));
    }

    /** {@code RSAPublicKey} of an RSA key. */
    static byte[] toPkcs1(byte[] subjectPublicKeyInfo) throws CertificateFormatException {
        DerReader info = DerReader.of(subjectPublicKeyInfo).enter(DerReader.SEQUENCE);
        info.skip();
        byte[] bits = info.readBytes(DerReader.BIT_STRING);
        return Arrays.copyOfRange(bits, 1, bits.length);
    }
}
