package dev.sluice.conformance.certificates;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** An encrypted key that nobody can afford to read. There is no key in it. */
public final class CostlyKey {
    private static final int SALT_BYTES = 16;
    private static final int KEY_BYTES = 128;

    private CostlyKey() {}

    /**
     * Makes one.
     *
     * @param iterations how often its password is to be hashed
     * @return an EncryptedPrivateKeyInfo (RFC 5958) with PBKDF2 and AES (RFC 8018)
     */
    public static byte[] toDer(int iterations) {
        AlgorithmIdentifier derivation = new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBKDF2,
                new PBKDF2Params(
                        new byte[SALT_BYTES],
                        iterations,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256)));
        AlgorithmIdentifier cipher =
                new AlgorithmIdentifier(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(new byte[SALT_BYTES]));
        AlgorithmIdentifier scheme = new AlgorithmIdentifier(
                PKCSObjectIdentifiers.id_PBES2,
                new PBES2Parameters(KeyDerivationFunc.getInstance(derivation), EncryptionScheme.getInstance(cipher)));
        try {
            return new EncryptedPrivateKeyInfo(scheme, new byte[KEY_BYTES]).getEncoded();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
