package dev.sluice.x509;

import dev.sluice.spi.KeyCodec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.generators.OpenSSLPBEParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/** A key codec of BouncyCastle, as a module might offer one: proof that the seam is enough. */
final class TestKeyCodec implements KeyCodec {
    static final KeyCodecs INSTALLED = KeyCodecs.load(List.of(new TestKeyCodec()));

    private static final Provider PROVIDER = new BouncyCastleProvider();
    private static final String AES_256_CBC = "AES-256-CBC";

    @Override
    public String name() {
        return "test";
    }

    @Override
    public boolean supports(Encryption encryption) {
        if (encryption instanceof Encryption.TraditionalPem traditional) {
            return List.of("DES-EDE3-CBC", AES_256_CBC).contains(traditional.cipher());
        }
        return true;
    }

    @Override
    public byte[] decrypt(Encryption encryption, byte[] ciphertext, char[] password) throws GeneralSecurityException {
        try {
            if (encryption instanceof Encryption.TraditionalPem traditional) {
                return new JcePEMDecryptorProviderBuilder()
                        .setProvider(PROVIDER)
                        .build(password)
                        .get(traditional.cipher())
                        .decrypt(ciphertext, traditional.initializationVector());
            }
            Encryption.Scheme scheme = (Encryption.Scheme) encryption;
            try (InputStream plaintext = new JcePKCSPBEInputDecryptorProviderBuilder()
                    .setProvider(PROVIDER)
                    .build(password)
                    .get(AlgorithmIdentifier.getInstance(scheme.algorithmIdentifier()))
                    .getInputStream(new ByteArrayInputStream(ciphertext))) {
                return plaintext.readAllBytes();
            }
        } catch (PEMException | OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    @Override
    public byte[] encrypt(Encryption encryption, byte[] plaintext, char[] password) throws GeneralSecurityException {
        if (!(encryption instanceof Encryption.TraditionalPem traditional)
                || !traditional.cipher().equals(AES_256_CBC)) {
            throw new GeneralSecurityException("not in this test");
        }
        byte[] vector = traditional.initializationVector();
        OpenSSLPBEParametersGenerator generator = new OpenSSLPBEParametersGenerator();
        generator.init(PBEParametersGenerator.PKCS5PasswordToUTF8Bytes(password), Arrays.copyOf(vector, 8));
        CipherParameters parameters = generator.generateDerivedParameters(256);
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(((KeyParameter) parameters).getKey(), "AES"),
                new IvParameterSpec(vector));
        return cipher.doFinal(plaintext);
    }

    @Override
    public Optional<PrivateKey> privateKey(byte[] pkcs8) throws GeneralSecurityException {
        String algorithm = PrivateKeyInfo.getInstance(pkcs8)
                .getPrivateKeyAlgorithm()
                .getAlgorithm()
                .getId();
        return Optional.of(KeyFactory.getInstance(algorithm, PROVIDER).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    }

    @Override
    public Optional<PublicKey> publicKey(byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
        String algorithm = SubjectPublicKeyInfo.getInstance(subjectPublicKeyInfo)
                .getAlgorithm()
                .getAlgorithm()
                .getId();
        return Optional.of(KeyFactory.getInstance(algorithm, PROVIDER)
                .generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo)));
    }
}
