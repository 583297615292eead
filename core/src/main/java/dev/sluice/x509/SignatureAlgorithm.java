package dev.sluice.x509;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.DSAPublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an {@code AlgorithmIdentifier} (RFC 5280 §4.1.1.2) says of a signature: which algorithm of the JDK checks it, and how.
 *
 * <p>Parameters have to be what the RFC of the algorithm says, because what is not checked there can be varied by anybody:
 * an encoding with other parameters is malformed. An algorithm that is not listed here is merely unknown: not strong, and
 * no signature of it is good.
 *
 * <p>Immutable, share freely.
 */
final class SignatureAlgorithm {
    /** The kinds of signature, with the type of key that each needs. */
    private enum Scheme {
        RSA_PKCS1(RSAPublicKey.class),
        RSA_PSS(RSAPublicKey.class),
        ECDSA(ECPublicKey.class),
        DSA(DSAPublicKey.class),
        EDDSA(EdECPublicKey.class);

        private final Class<? extends PublicKey> keyType;

        Scheme(Class<? extends PublicKey> keyType) {
            this.keyType = keyType;
        }
    }

    /**
     * The digests, by their names in the JDK. MD5 and SHA-1 are known so that they can be called weak.
     *
     * <p>Not {@code java.security.MessageDigest}'s list: what is not here is refused.
     */
    enum Digest {
        MD5("MD5", "1.2.840.113549.2.5", false),
        SHA_1("SHA-1", "1.3.14.3.2.26", false),
        SHA_256("SHA-256", "2.16.840.1.101.3.4.2.1", true),
        SHA_384("SHA-384", "2.16.840.1.101.3.4.2.2", true),
        SHA_512("SHA-512", "2.16.840.1.101.3.4.2.3", true),
        /** The digest that belongs to Ed25519 or Ed448 and cannot be chosen (RFC 8032 §5). */
        INTRINSIC("", "", true);

        private final String jcaName;
        private final String identifier;
        private final boolean strong;

        Digest(String jcaName, String identifier, boolean strong) {
            this.jcaName = jcaName;
            this.identifier = identifier;
            this.strong = strong;
        }

        /** The name of the digest in the JDK; empty if it has none of its own. */
        String jcaName() {
            return jcaName;
        }

        /** Reads the identifier of a digest, whose parameters are NULL or absent (RFC 4055 §2.1, RFC 5754 §2). */
        static Optional<Digest> read(DerReader reader) throws CertificateFormatException {
            DerReader algorithm = reader.enter(DerReader.SEQUENCE);
            String identifier = algorithm.readObjectIdentifier();
            Optional<Digest> digest = Arrays.stream(values())
                    .filter(known -> known != INTRINSIC && known.identifier.equals(identifier))
                    .findFirst();
            if (digest.isPresent() && algorithm.hasMore()) {
                algorithm.readNull();
                algorithm.expectEnd();
            }
            return digest;
        }
    }

    private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    private static final String MGF1 = "1.2.840.113549.1.1.8";
    /** RFC 4055 §3.1: the trailer field 0xBC, the only one there is. */
    private static final int TRAILER_FIELD_BC = 1;
    /** RFC 4055 §3.1. */
    private static final int DEFAULT_SALT_BYTES = 20;
    /** No salt fits into the largest key that is checked if it is longer. */
    private static final int MAXIMUM_SALT_BYTES = 2048;

    /** Beyond these bounds, which are OpenSSL's as well, a hostile key makes one check take seconds. */
    private static final int MAXIMUM_RSA_BITS = 16384;

    private static final int MAXIMUM_RSA_EXPONENT_BITS = 64;

    private record Known(Scheme scheme, Digest digest, String jcaName) {}

    private static final Map<String, Known> KNOWN = Map.ofEntries(
            Map.entry("1.2.840.113549.1.1.4", new Known(Scheme.RSA_PKCS1, Digest.MD5, "MD5withRSA")), // RFC 3279
            Map.entry("1.2.840.113549.1.1.5", new Known(Scheme.RSA_PKCS1, Digest.SHA_1, "SHA1withRSA")),
            Map.entry(
                    "1.2.840.113549.1.1.11", new Known(Scheme.RSA_PKCS1, Digest.SHA_256, "SHA256withRSA")), // RFC 4055
            Map.entry("1.2.840.113549.1.1.12", new Known(Scheme.RSA_PKCS1, Digest.SHA_384, "SHA384withRSA")),
            Map.entry("1.2.840.113549.1.1.13", new Known(Scheme.RSA_PKCS1, Digest.SHA_512, "SHA512withRSA")),
            Map.entry("1.2.840.10045.4.1", new Known(Scheme.ECDSA, Digest.SHA_1, "SHA1withECDSA")), // RFC 3279
            Map.entry("1.2.840.10045.4.3.2", new Known(Scheme.ECDSA, Digest.SHA_256, "SHA256withECDSA")), // RFC 5758
            Map.entry("1.2.840.10045.4.3.3", new Known(Scheme.ECDSA, Digest.SHA_384, "SHA384withECDSA")),
            Map.entry("1.2.840.10045.4.3.4", new Known(Scheme.ECDSA, Digest.SHA_512, "SHA512withECDSA")),
            Map.entry("2.16.840.1.101.3.4.3.2", new Known(Scheme.DSA, Digest.SHA_256, "SHA256withDSA")), // RFC 5758
            Map.entry("1.3.101.112", new Known(Scheme.EDDSA, Digest.INTRINSIC, "Ed25519")), // RFC 8410
            Map.entry("1.3.101.113", new Known(Scheme.EDDSA, Digest.INTRINSIC, "Ed448")));

    private final String identifier;
    private final @Nullable Known known;
    private final @Nullable PSSParameterSpec pss;

    private SignatureAlgorithm(String identifier, @Nullable Known known, @Nullable PSSParameterSpec pss) {
        this.identifier = identifier;
        this.known = known;
        this.pss = pss;
    }

    /** Reads an {@code AlgorithmIdentifier}, DER, and nothing after it. */
    static SignatureAlgorithm of(byte[] algorithmIdentifier) throws CertificateFormatException {
        DerReader reader = DerReader.of(algorithmIdentifier);
        SignatureAlgorithm algorithm = read(reader);
        reader.expectEnd();
        return algorithm;
    }

    /** As {@link #of}; one that is malformed is merely unknown. */
    static SignatureAlgorithm orUnknown(byte[] algorithmIdentifier) {
        try {
            return of(algorithmIdentifier);
        } catch (CertificateFormatException e) {
            // Neither strong nor to be checked: whoever depends on such a signature refuses it.
            return new SignatureAlgorithm("malformed", null, null);
        }
    }

    /** The algorithm of a certificate, a CRL or a basic OCSP response: the element after the one that is signed. */
    static SignatureAlgorithm ofSigned(byte[] der) throws CertificateFormatException {
        DerReader signed = DerReader.of(der).enter(DerReader.SEQUENCE);
        signed.skip();
        return read(signed);
    }

    /** Reads the next element as an {@code AlgorithmIdentifier}. */
    static SignatureAlgorithm read(DerReader reader) throws CertificateFormatException {
        DerReader algorithm = reader.enter(DerReader.SEQUENCE);
        String identifier = algorithm.readObjectIdentifier();
        if (identifier.equals(RSASSA_PSS)) {
            return pss(algorithm);
        }
        Known known = KNOWN.get(identifier);
        if (known == null) {
            return new SignatureAlgorithm(identifier, null, null);
        }
        if (known.scheme == Scheme.RSA_PKCS1 && algorithm.hasMore()) {
            // RFC 4055 §5: "the parameters MUST be NULL. Implementations MUST accept the parameters being absent as
            // well".
            algorithm.readNull();
        }
        // RFC 5758 §3.2 and RFC 8410 §3: parameters "MUST be absent".
        algorithm.expectEnd();
        return new SignatureAlgorithm(identifier, known, null);
    }

    /** RFC 4055 §3.1. Without any of its fields it means SHA-1; without parameters it means nothing in a signature. */
    private static SignatureAlgorithm pss(DerReader algorithm) throws CertificateFormatException {
        DerReader parameters = algorithm.enter(DerReader.SEQUENCE);
        algorithm.expectEnd();
        Digest digest = Digest.SHA_1;
        Digest maskDigest = Digest.SHA_1;
        int saltBytes = DEFAULT_SALT_BYTES;
        if (parameters.nextIs(DerReader.constructedTag(0))) {
            DerReader field = parameters.enter(DerReader.constructedTag(0));
            digest = required(Digest.read(field));
            field.expectEnd();
        }
        if (parameters.nextIs(DerReader.constructedTag(1))) {
            DerReader field = parameters.enter(DerReader.constructedTag(1));
            maskDigest = readMaskGeneration(field);
            field.expectEnd();
        }
        if (parameters.nextIs(DerReader.constructedTag(2))) {
            DerReader field = parameters.enter(DerReader.constructedTag(2));
            saltBytes = field.readSaturatedUnsigned();
            field.expectEnd();
        }
        if (parameters.nextIs(DerReader.constructedTag(3))) {
            DerReader field = parameters.enter(DerReader.constructedTag(3));
            // "The value MUST be 1"; present with this value it has to be recognised as well.
            if (field.readSaturatedUnsigned() != TRAILER_FIELD_BC) {
                throw new CertificateFormatException("RSASSA-PSS trailer field is not 1");
            }
            field.expectEnd();
        }
        parameters.expectEnd();
        // RFC 4055 §3.1 recommends it; with two digests the weaker one would decide, and nobody uses two.
        if (maskDigest != digest) {
            throw new CertificateFormatException("RSASSA-PSS has two digests, expected the same one twice");
        }
        if (saltBytes > MAXIMUM_SALT_BYTES) {
            throw new CertificateFormatException("RSASSA-PSS salt is too long");
        }
        return new SignatureAlgorithm(
                RSASSA_PSS,
                new Known(Scheme.RSA_PSS, digest, "RSASSA-PSS"),
                new PSSParameterSpec(
                        digest.jcaName, "MGF1", new MGF1ParameterSpec(digest.jcaName), saltBytes, TRAILER_FIELD_BC));
    }

    private static Digest readMaskGeneration(DerReader reader) throws CertificateFormatException {
        DerReader mask = reader.enter(DerReader.SEQUENCE);
        String identifier = mask.readObjectIdentifier();
        if (!identifier.equals(MGF1)) {
            throw new CertificateFormatException("RSASSA-PSS mask generation function is not MGF1");
        }
        Digest digest = required(Digest.read(mask));
        mask.expectEnd();
        return digest;
    }

    private static Digest required(Optional<Digest> digest) throws CertificateFormatException {
        if (digest.isEmpty()) {
            throw new CertificateFormatException("RSASSA-PSS has a digest that is not known");
        }
        return digest.get();
    }

    /** Its dotted object identifier. */
    String identifier() {
        return identifier;
    }

    /** Whether it is one of those that can be checked here. */
    boolean isKnown() {
        return known != null;
    }

    /** Whether no way is known, nor feared, to find two texts with the same signature. What is not known is not strong. */
    boolean isStrong() {
        return known != null && known.digest.strong && known.scheme != Scheme.DSA;
    }

    /**
     * The name of the algorithm in the JDK, {@code SHA256withECDSA} for example.
     *
     * @throws IllegalStateException if it is not known
     */
    String jcaName() {
        return required().jcaName;
    }

    /**
     * The digest.
     *
     * @throws IllegalStateException if it is not known
     */
    Digest digest() {
        return required().digest;
    }

    /** Whether {@code signature} is one of {@code key} over {@code signed}; false as well if that cannot be checked. */
    boolean verify(PublicKey key, byte[] signed, byte[] signature) {
        return verify(key, signed, 0, signed.length, signature);
    }

    /** As {@link #verify(PublicKey, byte[], byte[])}, over a part of {@code bytes}. */
    boolean verify(PublicKey key, byte[] bytes, int offset, int length, byte[] signature) {
        if (known == null || !known.scheme.keyType.isInstance(key) || !isOfBearableSize(key)) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(known.jcaName);
            if (pss != null) {
                verifier.setParameter(pss);
            }
            verifier.initVerify(key);
            verifier.update(bytes, offset, length);
            return verifier.verify(signature);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Key and signature are hostile input, and providers answer some of it with unchecked exceptions. What
            // cannot be checked proves nothing.
            return false;
        }
    }

    private static boolean isOfBearableSize(PublicKey key) {
        if (!(key instanceof RSAPublicKey rsa)) {
            return true;
        }
        BigInteger exponent = rsa.getPublicExponent();
        return rsa.getModulus().bitLength() <= MAXIMUM_RSA_BITS && exponent.bitLength() <= MAXIMUM_RSA_EXPONENT_BITS;
    }

    private Known required() {
        if (known == null) {
            throw new IllegalStateException("signature algorithm " + identifier + " is not known");
        }
        return known;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignatureAlgorithm algorithm
                && identifier.equals(algorithm.identifier)
                && Objects.equals(known, algorithm.known)
                && saltBytes() == algorithm.saltBytes();
    }

    @Override
    public int hashCode() {
        return Objects.hash(identifier, known, saltBytes());
    }

    private int saltBytes() {
        return pss == null ? 0 : pss.getSaltLength();
    }

    @Override
    public String toString() {
        return known == null ? identifier : known.jcaName;
    }
}
