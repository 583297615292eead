package dev.sluice.bc;

import dev.sluice.spi.KeyCodec;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.generators.OpenSSLPBEParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Keys under the legacy ciphers, and keys that the platform cannot parse, by BouncyCastle: traditional encrypted PEM, PBES1,
 * the schemes of PKCS #12, PBES2 with DES, RC2, Blowfish or Camellia; keys on named curves, DSA and DH keys. Found by {@link
 * java.util.ServiceLoader}. Installs no provider.
 *
 * <p>None of this should protect anything any more. It is here to read what there is, and to write it for programs that read
 * nothing else.
 */
public final class BcKeyCodec implements KeyCodec {
    /** The salt of a traditional PEM file: the beginning of the vector. */
    private static final int PEM_SALT_BYTES = 8;

    /** An encoding of more bytes holds numbers whose arithmetic takes minutes. */
    private static final int MAXIMUM_KEY_BYTES = 16 * 1024;

    /** Makes the codec. */
    public BcKeyCodec() {}

    @Override
    public String name() {
        return "bc";
    }

    @Override
    public boolean supports(Encryption encryption) {
        if (encryption instanceof Encryption.TraditionalPem traditional) {
            return LegacyCipher.ofPemName(traditional.cipher()).isPresent();
        }
        if (!(encryption instanceof Encryption.Scheme scheme)) {
            return false;
        }
        try {
            return !PasswordScheme.read(scheme.algorithmIdentifier()).toString().isEmpty();
        } catch (GeneralSecurityException e) {
            return false; // what cannot be read cannot be decrypted
        }
    }

    @Override
    public byte[] decrypt(Encryption encryption, byte[] ciphertext, char[] password) throws GeneralSecurityException {
        return run(false, encryption, ciphertext, password);
    }

    @Override
    public byte[] encrypt(Encryption encryption, byte[] plaintext, char[] password) throws GeneralSecurityException {
        return run(true, encryption, plaintext, password);
    }

    private static byte[] run(boolean encrypt, Encryption encryption, byte[] input, char[] password)
            throws GeneralSecurityException {
        if (encryption instanceof Encryption.TraditionalPem traditional) {
            return runPem(encrypt, traditional, input, password);
        }
        if (encryption instanceof Encryption.Scheme scheme) {
            return PasswordScheme.read(scheme.algorithmIdentifier()).run(encrypt, input, password);
        }
        throw new GeneralSecurityException("encryption of an unknown kind");
    }

    private static byte[] runPem(boolean encrypt, Encryption.TraditionalPem pem, byte[] input, char[] password)
            throws GeneralSecurityException {
        LegacyCipher cipher = LegacyCipher.ofPemName(pem.cipher())
                .orElseThrow(() -> new GeneralSecurityException("cipher of the PEM file is not known"));
        byte[] vector = pem.initializationVector();
        if (vector.length != cipher.blockBytes()) {
            throw new GeneralSecurityException(
                    "initialisation vector has " + vector.length + " bytes, expected " + cipher.blockBytes());
        }
        byte[] bytes = PBEParametersGenerator.PKCS5PasswordToUTF8Bytes(password);
        OpenSSLPBEParametersGenerator generator = new OpenSSLPBEParametersGenerator();
        generator.init(bytes, Arrays.copyOf(vector, PEM_SALT_BYTES));
        byte[] key = ((KeyParameter) generator.generateDerivedParameters(Byte.SIZE * cipher.keyBytes())).getKey();
        try {
            return cipher.run(encrypt, cipher.parameters(key, vector), input);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public Optional<PrivateKey> privateKey(byte[] pkcs8) throws GeneralSecurityException {
        try {
            Optional<KeyFactory> factory =
                    factory(pkcs8.length, PrivateKeyInfo.getInstance(pkcs8).getPrivateKeyAlgorithm());
            return factory.isPresent()
                    ? Optional.of(factory.get().generatePrivate(new PKCS8EncodedKeySpec(pkcs8)))
                    : Optional.empty();
        } catch (RuntimeException e) { // what BouncyCastle's parsers throw; its message may quote the key
            throw new GeneralSecurityException("private key is malformed");
        }
    }

    @Override
    public Optional<PublicKey> publicKey(byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
        try {
            Optional<KeyFactory> factory = factory(
                    subjectPublicKeyInfo.length,
                    SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo).getAlgorithm());
            return factory.isPresent()
                    ? Optional.of(factory.get().generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo)))
                    : Optional.empty();
        } catch (RuntimeException e) { // a point that is not on its curve, for example
            throw new GeneralSecurityException("public key is malformed");
        }
    }

    private static Optional<KeyFactory> factory(int encodedBytes, AlgorithmIdentifier algorithm)
            throws GeneralSecurityException {
        if (encodedBytes > MAXIMUM_KEY_BYTES) {
            throw new GeneralSecurityException(
                    "key has " + encodedBytes + " bytes, expected at most " + MAXIMUM_KEY_BYTES);
        }
        ASN1ObjectIdentifier identifier = algorithm.getAlgorithm();
        if (identifier.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            // Parameters that are written out are no curve that anybody has looked at (RFC 5480 §2.1.1).
            ASN1Encodable curve = algorithm.getParameters();
            return curve instanceof ASN1ObjectIdentifier name && ECNamedCurveTable.getByOID(name) != null
                    ? Optional.of(KeyFactory.getInstance("EC", Own.PROVIDER))
                    : Optional.empty();
        }
        if (identifier.equals(X9ObjectIdentifiers.id_dsa)) {
            return Optional.of(KeyFactory.getInstance("DSA", Own.PROVIDER));
        }
        if (identifier.equals(PKCSObjectIdentifiers.dhKeyAgreement)
                || identifier.equals(X9ObjectIdentifiers.dhpublicnumber)) {
            return Optional.of(KeyFactory.getInstance("DH", Own.PROVIDER));
        }
        return Optional.empty();
    }

    /** BouncyCastle's provider, which nobody but this class sees. */
    private static final class Own {
        static final Provider PROVIDER = new BouncyCastleProvider();
    }
}
