package dev.sluice.bc;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.PBEParametersGenerator;
import org.bouncycastle.crypto.digests.MD2Digest;
import org.bouncycastle.crypto.digests.MD5Digest;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA224Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.digests.SHA384Digest;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.engines.RC4Engine;
import org.bouncycastle.crypto.generators.PKCS12ParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS5S1ParametersGenerator;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/**
 * A password-based scheme with its salt and iteration count: PBES1 (RFC 8018 §6.1), those of PKCS #12 (RFC 7292 §C), and PBES2
 * (RFC 8018 §6.2) with a cipher that the platform lacks.
 */
final class PasswordScheme {
    /** Whoever asks has a smaller limit; this is for nobody having one. */
    private static final int MAXIMUM_ITERATIONS = 10_000_000;

    private static final int MAXIMUM_SALT_BYTES = 1024;
    private static final int PBES1_BLOCK_BYTES = 8;

    /** How key and vector are derived. */
    private enum Derivation {
        PBKDF1,
        PKCS12,
        PBKDF2
    }

    /**
     * A scheme whose identifier says everything.
     *
     * @param derivation how key and vector are derived
     * @param digest the hash function
     * @param cipher the cipher; null for RC4
     * @param keyBytes the length of the key
     */
    private record Fixed(
            Derivation derivation, Digest digest, @Nullable LegacyCipher cipher, int keyBytes) {}

    private static final String PBES1 = "1.2.840.113549.1.5.";
    private static final String PKCS12 = "1.2.840.113549.1.12.1.";

    private final Fixed scheme;
    private final byte[] salt;
    private final int iterations;
    /** The vector that stands in the parameters of PBES2; empty where it is derived. */
    private final byte[] vector;

    private PasswordScheme(Fixed scheme, byte[] salt, int iterations, byte[] vector) {
        this.scheme = scheme;
        this.salt = salt;
        this.iterations = iterations;
        this.vector = vector;
    }

    /**
     * Reads an {@code AlgorithmIdentifier}.
     *
     * @throws GeneralSecurityException if it is malformed, of a scheme that is not known, or out of bounds
     */
    static PasswordScheme read(byte[] encoded) throws GeneralSecurityException {
        try {
            AlgorithmIdentifier algorithm = AlgorithmIdentifier.getInstance(encoded);
            String identifier = algorithm.getAlgorithm().getId();
            return algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBES2)
                    ? pbes2(PBES2Parameters.getInstance(algorithm.getParameters()))
                    : fixed(identifier, ASN1Sequence.getInstance(algorithm.getParameters()));
        } catch (RuntimeException e) { // what BouncyCastle's parsers throw for a structure of another kind
            throw new GeneralSecurityException("parameters of the encryption are malformed");
        }
    }

    private static PasswordScheme fixed(String identifier, ASN1Sequence parameters) throws GeneralSecurityException {
        Fixed scheme = switch (identifier) {
            case PBES1 + "1" -> new Fixed(Derivation.PBKDF1, new MD2Digest(), LegacyCipher.DES, 8);
            case PBES1 + "3" -> new Fixed(Derivation.PBKDF1, new MD5Digest(), LegacyCipher.DES, 8);
            case PBES1 + "4" -> new Fixed(Derivation.PBKDF1, new MD2Digest(), LegacyCipher.RC2_64, 8);
            case PBES1 + "6" -> new Fixed(Derivation.PBKDF1, new MD5Digest(), LegacyCipher.RC2_64, 8);
            case PBES1 + "10" -> new Fixed(Derivation.PBKDF1, new SHA1Digest(), LegacyCipher.DES, 8);
            case PBES1 + "11" -> new Fixed(Derivation.PBKDF1, new SHA1Digest(), LegacyCipher.RC2_64, 8);
            case PKCS12 + "1" -> new Fixed(Derivation.PKCS12, new SHA1Digest(), null, 16);
            case PKCS12 + "2" -> new Fixed(Derivation.PKCS12, new SHA1Digest(), null, 5);
            case PKCS12 + "3" -> new Fixed(Derivation.PKCS12, new SHA1Digest(), LegacyCipher.DES_EDE3, 24);
            case PKCS12 + "4" -> new Fixed(Derivation.PKCS12, new SHA1Digest(), LegacyCipher.DES_EDE3, 16);
            case PKCS12 + "5" -> new Fixed(Derivation.PKCS12, new SHA1Digest(), LegacyCipher.RC2_128, 16);
            case PKCS12 + "6" -> new Fixed(Derivation.PKCS12, new SHA1Digest(), LegacyCipher.RC2_40, 5);
            default -> throw new GeneralSecurityException("scheme " + identifier + " is not known");
        };
        if (parameters.size() != 2) {
            throw new GeneralSecurityException(
                    "scheme has " + parameters.size() + " parameters, expected salt and iteration count");
        }
        byte[] salt = ASN1OctetString.getInstance(parameters.getObjectAt(0)).getOctets();
        return new PasswordScheme(
                scheme,
                checkedSalt(salt),
                checkedIterations(
                        ASN1Integer.getInstance(parameters.getObjectAt(1)).getValue()),
                new byte[0]);
    }

    private static PasswordScheme pbes2(PBES2Parameters parameters) throws GeneralSecurityException {
        AlgorithmIdentifier function = AlgorithmIdentifier.getInstance(parameters.getKeyDerivationFunc());
        if (!function.getAlgorithm().equals(PKCSObjectIdentifiers.id_PBKDF2)) {
            throw new GeneralSecurityException("key derivation function is not PBKDF2");
        }
        PBKDF2Params derivation = PBKDF2Params.getInstance(function.getParameters());
        AlgorithmIdentifier encryption = AlgorithmIdentifier.getInstance(parameters.getEncryptionScheme());
        LegacyCipher cipher = LegacyCipher.ofIdentifier(
                        encryption.getAlgorithm().getId())
                .orElseThrow(() -> new GeneralSecurityException("cipher of the encryption is not known"));
        byte[] vector;
        int keyBytes = cipher.keyBytes();
        if (cipher == LegacyCipher.RC2_128) {
            // RFC 8018 §B.2.3: the version says how many bits count, by a table; 58 stands for 128, the only one used
            // here.
            ASN1Sequence rc2 = ASN1Sequence.getInstance(encryption.getParameters());
            if (rc2.size() != 2 || !ASN1Integer.getInstance(rc2.getObjectAt(0)).hasValue(58)) {
                throw new GeneralSecurityException("RC2 with other than 128 effective bits");
            }
            vector = ASN1OctetString.getInstance(rc2.getObjectAt(1)).getOctets();
        } else {
            vector = ASN1OctetString.getInstance(encryption.getParameters()).getOctets();
        }
        BigInteger keyLength = derivation.getKeyLength();
        if (vector.length != cipher.blockBytes()
                || (keyLength != null && !keyLength.equals(BigInteger.valueOf(keyBytes)))) {
            throw new GeneralSecurityException("vector or key length does not fit the cipher");
        }
        return new PasswordScheme(
                new Fixed(Derivation.PBKDF2, hmac(derivation.getPrf().getAlgorithm()), cipher, keyBytes),
                checkedSalt(derivation.getSalt()),
                checkedIterations(derivation.getIterationCount()),
                vector);
    }

    private static Digest hmac(ASN1ObjectIdentifier function) throws GeneralSecurityException {
        Map<ASN1ObjectIdentifier, Digest> digests = Map.of(
                PKCSObjectIdentifiers.id_hmacWithSHA1, new SHA1Digest(),
                PKCSObjectIdentifiers.id_hmacWithSHA224, new SHA224Digest(),
                PKCSObjectIdentifiers.id_hmacWithSHA256, new SHA256Digest(),
                PKCSObjectIdentifiers.id_hmacWithSHA384, new SHA384Digest(),
                PKCSObjectIdentifiers.id_hmacWithSHA512, new SHA512Digest());
        Digest digest = digests.get(function);
        if (digest == null) {
            throw new GeneralSecurityException("pseudo-random function " + function + " is not known");
        }
        return digest;
    }

    private static byte[] checkedSalt(byte[] salt) throws GeneralSecurityException {
        if (salt.length < 1 || salt.length > MAXIMUM_SALT_BYTES) {
            throw new GeneralSecurityException(
                    "salt has " + salt.length + " bytes, expected 1 to " + MAXIMUM_SALT_BYTES);
        }
        return salt;
    }

    private static int checkedIterations(BigInteger count) throws GeneralSecurityException {
        if (count.signum() <= 0 || count.compareTo(BigInteger.valueOf(MAXIMUM_ITERATIONS)) > 0) {
            throw new GeneralSecurityException(
                    "iteration count is " + count.bitLength() + " bits long, expected 1 to " + MAXIMUM_ITERATIONS);
        }
        return count.intValue();
    }

    /**
     * Encrypts or decrypts.
     *
     * @param password borrowed
     * @return a new array
     * @throws GeneralSecurityException if password or ciphertext are wrong
     */
    byte[] run(boolean encrypt, byte[] input, char[] password) throws GeneralSecurityException {
        byte[] bytes = scheme.derivation() == Derivation.PKCS12
                ? PBEParametersGenerator.PKCS12PasswordToBytes(password)
                : PBEParametersGenerator.PKCS5PasswordToUTF8Bytes(password);
        try {
            PBEParametersGenerator generator = switch (scheme.derivation()) {
                case PBKDF1 -> new PKCS5S1ParametersGenerator(scheme.digest());
                case PKCS12 -> new PKCS12ParametersGenerator(scheme.digest());
                case PBKDF2 -> new PKCS5S2ParametersGenerator(scheme.digest());
            };
            generator.init(bytes, salt, iterations);
            return apply(generator, encrypt, input);
        } catch (RuntimeException e) {
            throw new GeneralSecurityException("wrong password, or damaged");
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private byte[] apply(PBEParametersGenerator generator, boolean encrypt, byte[] input)
            throws GeneralSecurityException {
        LegacyCipher cipher = scheme.cipher();
        int keyBits = Byte.SIZE * scheme.keyBytes();
        if (cipher == null) {
            RC4Engine stream = new RC4Engine();
            stream.init(encrypt, generator.generateDerivedParameters(keyBits));
            byte[] output = new byte[input.length];
            stream.processBytes(input, 0, input.length, output, 0);
            return output;
        }
        boolean derived = vector.length == 0;
        CipherParameters parameters = derived
                ? generator.generateDerivedParameters(keyBits, Byte.SIZE * PBES1_BLOCK_BYTES)
                : generator.generateDerivedParameters(keyBits);
        KeyParameter key = (KeyParameter) (derived ? ((ParametersWithIV) parameters).getParameters() : parameters);
        byte[] iv = derived ? ((ParametersWithIV) parameters).getIV() : vector;
        byte[] secret = key.getKey();
        try {
            return cipher.run(encrypt, cipher.parameters(secret, iv), input);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "PasswordScheme[" + scheme.derivation() + ", " + iterations + " iterations]";
    }
}
