package dev.sluice.x509;

import java.math.BigInteger;
import java.security.Key;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * A key whose structure was checked, in the one encoding that is kept of it: {@code PrivateKeyInfo} without attributes, or
 * {@code SubjectPublicKeyInfo}.
 */
final class ParsedKey {
    private final KeyType type;
    private final KeyAlgorithm algorithm;
    /** The algorithm and its parameters as they stand in the encoding. */
    private final AlgorithmId algorithmId;
    /** The length; 0 if only a provider can tell. */
    private final int lengthBits;
    /** The encoding; owned by the key that is made of this one, or wiped. */
    private final byte[] der;

    ParsedKey(KeyType type, KeyAlgorithm algorithm, AlgorithmId algorithmId, int lengthBits, byte[] der) {
        this.type = type;
        this.algorithm = algorithm;
        this.algorithmId = algorithmId;
        this.lengthBits = lengthBits;
        this.der = der;
    }

    KeyType type() {
        return type;
    }

    KeyAlgorithm algorithm() {
        return algorithm;
    }

    AlgorithmId algorithmId() {
        return algorithmId;
    }

    int lengthBits() {
        return lengthBits;
    }

    byte[] der() {
        return der;
    }

    /** This key with its length, after a provider has agreed that it is one. */
    ParsedKey confirmed(KeyCodecs codecs) throws KeyFormatException {
        Key key = switch (type) {
            case PRIVATE -> privateKey(codecs);
            case PUBLIC -> publicKey(codecs);
        };
        if (key instanceof ECPrivateKey ec) {
            KeyNumbers.requireBelow(ec.getS(), ec.getParams().getOrder());
        } else if (key instanceof ECPublicKey ec) {
            EcCurve.requireOnCurve(ec.getW(), ec.getParams());
        }
        if (lengthBits > 0) {
            return this;
        }
        int length = key instanceof ECKey ec ? fieldBits(ec) : 0;
        if (length == 0) {
            throw KeyFormatException.unsupported(this + " does not show its curve");
        }
        return new ParsedKey(type, algorithm, algorithmId, length, der);
    }

    static int fieldBits(ECKey key) {
        return key.getParams() == null
                ? 0
                : key.getParams().getCurve().getField().getFieldSize();
    }

    /** A new object of the JDK, which has its own copy of the key. */
    PrivateKey privateKey(KeyCodecs codecs) throws KeyFormatException {
        if (!isKnownToJdk()) {
            return codecs.privateKey(toString(), der);
        }
        try {
            return KeyFactory.getInstance(algorithm.jdkName()).generatePrivate(new PKCS8EncodedKeySpec(der));
        } catch (NoSuchAlgorithmException e) {
            return codecs.privateKey(toString(), der);
        } catch (InvalidKeySpecException | RuntimeException e) {
            // Not chained: no provider promises that its messages hold no part of the key.
            throw KeyFormatException.malformed(this + " is refused by the Java platform");
        }
    }

    /** A new object of the JDK. */
    PublicKey publicKey(KeyCodecs codecs) throws KeyFormatException {
        if (!isKnownToJdk()) {
            return codecs.publicKey(toString(), der);
        }
        try {
            return KeyFactory.getInstance(algorithm.jdkName()).generatePublic(new X509EncodedKeySpec(der));
        } catch (NoSuchAlgorithmException e) {
            return codecs.publicKey(toString(), der);
        } catch (InvalidKeySpecException | RuntimeException e) {
            throw KeyFormatException.malformed(this + " is refused by the Java platform");
        }
    }

    /** What the JDK knows it judges alone: a key that it finds malformed is not shown to a reader that may be laxer. */
    private boolean isKnownToJdk() {
        return switch (algorithm) {
            case EC -> EcCurve.find(algorithmId).isPresent();
            case DH -> algorithmId.identifier().equals(algorithm.identifier());
            default -> true;
        };
    }

    static ParsedKey ofNumber(
            KeyType type, KeyAlgorithm algorithm, AlgorithmId algorithmId, BigInteger modulus, byte[] der) {
        return new ParsedKey(type, algorithm, algorithmId, modulus.bitLength(), der);
    }

    void wipe() {
        Arrays.fill(der, (byte) 0);
    }

    /** The kind of the key, without anything of the key itself. */
    @Override
    public String toString() {
        return algorithm + (type == KeyType.PRIVATE ? " private key" : " public key");
    }
}
