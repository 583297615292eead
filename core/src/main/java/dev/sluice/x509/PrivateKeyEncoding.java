package dev.sluice.x509;

import java.math.BigInteger;
import java.security.spec.ECParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The encodings of private keys: PKCS #8 (RFC 5208 §5, RFC 5958 §2) and the traditional ones. What is read is rewritten into
 * one form, so that a key is the same key however it was written; what does not belong to the key, as attributes, is dropped.
 */
final class PrivateKeyEncoding {
    private static final int CONSTRUCTED = 0x20;
    private static final int ATTRIBUTES = DerReader.contextTag(0) | CONSTRUCTED;
    private static final int PUBLIC_KEY = DerReader.contextTag(1);

    private static final int EC_PARAMETERS = DerReader.contextTag(0) | CONSTRUCTED;
    private static final int EC_PUBLIC_KEY = DerReader.contextTag(1) | CONSTRUCTED;

    private PrivateKeyEncoding() {}

    /** Reads {@code PrivateKeyInfo} or {@code OneAsymmetricKey}. */
    static ParsedKey readPkcs8(byte[] der) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(der);
        DerReader info = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        int version = info.readSaturatedUnsigned();
        AlgorithmId algorithmId = AlgorithmId.read(info);
        byte[] content = info.readBytes(DerReader.OCTET_STRING);
        try {
            if (info.nextIs(ATTRIBUTES)) {
                info.skip();
            }
            // RFC 5958 §2: version 2, which is written as 1, if and only if there is a public key.
            boolean hasPublicKey = info.nextIs(PUBLIC_KEY);
            if (hasPublicKey) {
                info.skip();
            }
            info.expectEnd();
            if (version != (hasPublicKey ? 1 : 0)) {
                throw KeyFormatException.malformed("private key has version " + version + " of PKCS #8 "
                        + (hasPublicKey ? "with a public key, expected 1" : "without a public key, expected 0"));
            }
            return of(algorithmId, content);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    private static ParsedKey of(AlgorithmId found, byte[] content)
            throws CertificateFormatException, KeyFormatException {
        KeyAlgorithm algorithm = KeyAlgorithm.ofIdentifier(found.identifier())
                .orElseThrow(() -> KeyFormatException.unsupported("key algorithm " + found + " is not known"));
        AlgorithmId algorithmId = PublicKeyEncoding.checkParameters(algorithm, found);
        return switch (algorithm) {
            case RSA, RSASSA_PSS ->
                ofNumber(algorithm, algorithmId, KeyNumbers.checkRsaPrivate(content), content.clone());
            case EC -> ofSec1(algorithmId, content);
            case ED25519, X25519 -> ofOctets(algorithm, algorithmId, content, 32, 255);
            case ED448 -> ofOctets(algorithm, algorithmId, content, 57, 448);
            case X448 -> ofOctets(algorithm, algorithmId, content, 56, 448);
            case DSA -> {
                KeyNumbers.DsaParameters domain = KeyNumbers.checkDsaParameters(algorithmId);
                KeyNumbers.requireBelow(readOnlyNumber(content), domain.q());
                yield ofNumber(algorithm, algorithmId, domain.p(), content.clone());
            }
            case DH -> {
                BigInteger modulus = KeyNumbers.checkDhParameters(algorithmId);
                KeyNumbers.requireBelow(readOnlyNumber(content), modulus);
                yield ofNumber(algorithm, algorithmId, modulus, content.clone());
            }
            case OTHER -> throw KeyFormatException.unsupported("key algorithm " + found + " is not known");
        };
    }

    private static BigInteger readOnlyNumber(byte[] content) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(content);
        BigInteger number = KeyNumbers.readPositive(reader);
        reader.expectEnd();
        return number;
    }

    /** RFC 8410 §7: the private key is an octet string within the octet string. */
    private static ParsedKey ofOctets(
            KeyAlgorithm algorithm, AlgorithmId algorithmId, byte[] content, int expectedBytes, int bits)
            throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(content);
        byte[] octets = reader.readBytes(DerReader.OCTET_STRING);
        int length = octets.length;
        Arrays.fill(octets, (byte) 0);
        reader.expectEnd();
        if (length != expectedBytes) {
            throw KeyFormatException.malformed(
                    algorithm + " private key has " + length + " bytes, expected " + expectedBytes);
        }
        return new ParsedKey(KeyType.PRIVATE, algorithm, algorithmId, bits, encode(algorithmId, content.clone()));
    }

    private static ParsedKey ofNumber(
            KeyAlgorithm algorithm, AlgorithmId algorithmId, BigInteger modulus, byte[] content) {
        return ParsedKey.ofNumber(KeyType.PRIVATE, algorithm, algorithmId, modulus, encode(algorithmId, content));
    }

    /** {@code PrivateKeyInfo}; the content is taken and wiped. */
    private static byte[] encode(AlgorithmId algorithmId, byte[] content) {
        return DerWriter.wrap(
                DerReader.SEQUENCE,
                DerWriter.integer(0),
                algorithmId.encoded().clone(),
                DerWriter.wrap(DerReader.OCTET_STRING, content));
    }

    /** Reads {@code RSAPrivateKey} (RFC 8017 §A.1.2). */
    static ParsedKey readPkcs1(byte[] der) throws CertificateFormatException, KeyFormatException {
        return of(AlgorithmId.of(KeyAlgorithm.RSA.identifier(), DerWriter.nothing()), der);
    }

    /**
     * Reads {@code ECPrivateKey} (RFC 5915 §3).
     *
     * @param curve the parameters of the block before it, one element; null if there were none
     */
    static ParsedKey readSec1(byte[] der, byte @Nullable [] curve)
            throws CertificateFormatException, KeyFormatException {
        byte[] inside = parametersInSec1(der);
        if (inside.length == 0 && curve == null) {
            throw KeyFormatException.malformed("EC private key does not say on which curve it is");
        }
        return of(
                AlgorithmId.of(KeyAlgorithm.EC.identifier(), inside.length == 0 && curve != null ? curve : inside),
                der);
    }

    private static byte[] parametersInSec1(byte[] der) throws CertificateFormatException {
        DerReader key = DerReader.of(der).enter(DerReader.SEQUENCE);
        key.skip();
        key.skip();
        if (!key.nextIs(EC_PARAMETERS)) {
            return new byte[0];
        }
        DerReader parameters = key.enter(EC_PARAMETERS);
        byte[] element = DerWriter.copyOfNext(parameters);
        parameters.expectEnd();
        return element;
    }

    /** The key of a checked curve: its number in the length that belongs to the curve, and its public key if it has one. */
    private static ParsedKey ofSec1(AlgorithmId algorithmId, byte[] sec1)
            throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(sec1);
        DerReader key = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        int version = key.readSaturatedUnsigned();
        if (version != 1) {
            throw KeyFormatException.malformed("EC private key has version " + version + ", expected 1");
        }
        byte[] number = key.readBytes(DerReader.OCTET_STRING);
        try {
            // RFC 5915 §3: in PKCS #8 the parameters may stand in both places, and then are the same.
            byte[] inside = parametersInSec1(sec1);
            if (inside.length > 0 && !Arrays.equals(inside, algorithmId.parameters())) {
                throw KeyFormatException.malformed("EC private key names two different curves");
            }
            if (key.nextIs(EC_PARAMETERS)) {
                key.skip();
            }
            byte[] publicKey = readPublicKey(key);
            key.expectEnd();
            byte[] content = DerWriter.wrap(
                    DerReader.SEQUENCE,
                    DerWriter.integer(1),
                    DerWriter.wrap(DerReader.OCTET_STRING, inLengthOfCurve(number, algorithmId)),
                    publicKey);
            return new ParsedKey(KeyType.PRIVATE, KeyAlgorithm.EC, algorithmId, 0, encode(algorithmId, content));
        } finally {
            Arrays.fill(number, (byte) 0);
        }
    }

    /** The public key of {@code ECPrivateKey} with its tag; empty if there is none. */
    private static byte[] readPublicKey(DerReader key) throws CertificateFormatException, KeyFormatException {
        if (!key.nextIs(EC_PUBLIC_KEY)) {
            return new byte[0];
        }
        DerReader tagged = key.enter(EC_PUBLIC_KEY);
        byte[] bits = tagged.readBytes(DerReader.BIT_STRING);
        tagged.expectEnd();
        if (bits.length < 2 || bits[0] != 0) {
            throw KeyFormatException.malformed("public key within the EC private key is no point");
        }
        return DerWriter.wrap(EC_PUBLIC_KEY, DerWriter.wrap(DerReader.BIT_STRING, bits));
    }

    /** Programs have dropped leading zeros, or added some. */
    private static byte[] inLengthOfCurve(byte[] number, AlgorithmId algorithmId) throws KeyFormatException {
        Optional<ECParameterSpec> curve = EcCurve.find(algorithmId);
        int length = curve.map(EcCurve::privateBytes).orElse(number.length);
        int surplus = number.length - length;
        for (int i = 0; i < surplus; i++) {
            if (number[i] != 0) {
                throw KeyFormatException.malformed("number in the key is out of its range");
            }
        }
        byte[] result = new byte[length];
        System.arraycopy(number, Math.max(surplus, 0), result, Math.max(-surplus, 0), Math.min(length, number.length));
        return result;
    }

    /** Reads the form of DSA keys that OpenSSL has always written: version 0, p, q, g, public and private number. */
    static ParsedKey readTraditionalDsa(byte[] der) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(der);
        DerReader key = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        if (key.readSaturatedUnsigned() != 0) {
            throw KeyFormatException.malformed("DSA private key has another version than 0");
        }
        KeyNumbers.DsaParameters domain = KeyNumbers.checkDsaParameters(key);
        BigInteger publicNumber = KeyNumbers.readPositive(key);
        BigInteger privateNumber = KeyNumbers.readPositive(key);
        key.expectEnd();
        KeyNumbers.requireBelow(privateNumber, domain.q());
        if (!domain.publicNumber(privateNumber).equals(publicNumber)) {
            throw KeyFormatException.malformed("numbers of the DSA private key do not fit each other");
        }
        byte[] parameters =
                DerWriter.element(DerReader.SEQUENCE, element(domain.p()), element(domain.q()), element(domain.g()));
        AlgorithmId algorithmId = AlgorithmId.of(KeyAlgorithm.DSA.identifier(), parameters);
        return ofNumber(KeyAlgorithm.DSA, algorithmId, domain.p(), element(privateNumber));
    }

    private static byte[] element(BigInteger number) {
        return DerWriter.wrap(DerReader.INTEGER, number.toByteArray());
    }

    /** The PEM label of the traditional form; empty if there is no such form. */
    static Optional<String> traditionalLabel(KeyAlgorithm algorithm) {
        return switch (algorithm) {
            case RSA -> Optional.of("RSA PRIVATE KEY");
            case EC -> Optional.of("EC PRIVATE KEY");
            case DSA -> Optional.of("DSA PRIVATE KEY");
            case RSASSA_PSS, ED25519, ED448, X25519, X448, DH, OTHER -> Optional.empty();
        };
    }

    /** The traditional form of a key of which {@link #traditionalLabel} is not empty, from its PKCS #8 form. */
    static byte[] toTraditional(KeyAlgorithm algorithm, byte[] pkcs8)
            throws CertificateFormatException, KeyFormatException {
        DerReader info = DerReader.of(pkcs8).enter(DerReader.SEQUENCE);
        info.skip();
        AlgorithmId algorithmId = AlgorithmId.read(info);
        byte[] content = info.readBytes(DerReader.OCTET_STRING);
        return switch (algorithm) {
            case EC -> {
                DerReader key = DerReader.of(content).enter(DerReader.SEQUENCE);
                byte[] version = DerWriter.copyOfNext(key);
                byte[] number = DerWriter.copyOfNext(key);
                byte[] publicKey = key.rest();
                Arrays.fill(content, (byte) 0);
                yield DerWriter.wrap(
                        DerReader.SEQUENCE,
                        version,
                        number,
                        DerWriter.element(EC_PARAMETERS, algorithmId.parameters()),
                        publicKey);
            }
            case DSA -> {
                KeyNumbers.DsaParameters domain = KeyNumbers.checkDsaParameters(algorithmId);
                BigInteger privateNumber = readOnlyNumber(content);
                Arrays.fill(content, (byte) 0);
                yield DerWriter.wrap(
                        DerReader.SEQUENCE,
                        DerWriter.integer(0),
                        element(domain.p()),
                        element(domain.q()),
                        element(domain.g()),
                        element(domain.publicNumber(privateNumber)),
                        element(privateNumber));
            }
            default -> content;
        };
    }

    /** What makes the key what it is: its PKCS #8 form without the public key, which EC keys may have beside the number. */
    static byte[] essence(KeyAlgorithm algorithm, byte[] pkcs8) throws CertificateFormatException {
        if (algorithm != KeyAlgorithm.EC) {
            return pkcs8.clone();
        }
        DerReader info = DerReader.of(pkcs8).enter(DerReader.SEQUENCE);
        info.skip();
        byte[] curve = DerWriter.copyOfNext(info);
        DerReader key = info.enter(DerReader.OCTET_STRING).enter(DerReader.SEQUENCE);
        key.skip();
        return DerWriter.wrap(DerReader.SEQUENCE, curve, DerWriter.copyOfNext(key));
    }
}
