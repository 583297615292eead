package dev.sluice.x509;

import dev.sluice.spi.KeyCodec.Encryption;
import dev.sluice.x509.KeyFormatException.Reason;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a key in any of its forms. In PEM the label says which form it is, and nothing else will do; in DER the structure
 * says it, and no two forms look alike.
 */
final class KeyReader {
    /** A private RSA key of 16384 bits has less than 10 KiB. */
    static final int MAXIMUM_BYTES = 64 * 1024;

    private static final String PRIVATE_KEY = "PRIVATE KEY";
    private static final String ENCRYPTED_PRIVATE_KEY = "ENCRYPTED PRIVATE KEY";
    private static final String PUBLIC_KEY = "PUBLIC KEY";
    private static final String RSA_PRIVATE_KEY = "RSA PRIVATE KEY";
    private static final String EC_PRIVATE_KEY = "EC PRIVATE KEY";
    private static final String DSA_PRIVATE_KEY = "DSA PRIVATE KEY";
    private static final String OPENSSH_PRIVATE_KEY = "OPENSSH PRIVATE KEY";
    /** No key, but where older programs put the curve of the key that follows. */
    private static final String EC_PARAMETERS = "EC PARAMETERS";

    private static final Set<String> LABELS = Set.of(
            PRIVATE_KEY,
            ENCRYPTED_PRIVATE_KEY,
            PUBLIC_KEY,
            PublicKeyEncoding.PKCS1_LABEL,
            RSA_PRIVATE_KEY,
            EC_PRIVATE_KEY,
            DSA_PRIVATE_KEY,
            OPENSSH_PRIVATE_KEY,
            EC_PARAMETERS);

    /** RFC 1421 §4.6.1.1 and §4.6.1.3. */
    private static final String PROC_TYPE = "Proc-Type";

    static final String DEK_INFO = "DEK-Info";
    private static final Pattern ENCRYPTED = Pattern.compile("4\\s*,\\s*ENCRYPTED");
    private static final Pattern CIPHER_AND_VECTOR =
            Pattern.compile("([A-Z0-9-]{3,32})\\s*,\\s*((?:[0-9A-Fa-f]{2}){8,32})");

    /** The numbers of {@code RSAPrivateKey}, version included, and of {@code RSAPublicKey}. */
    private static final int RSA_PRIVATE_NUMBERS = 9;

    private static final int RSA_PUBLIC_NUMBERS = 2;
    private static final int DSA_PRIVATE_NUMBERS = 6;

    private final KeyCodecs codecs;
    private final char @Nullable [] password;
    private final HashingBudget budget;

    /**
     * Makes a reader for one file.
     *
     * @param password the password, borrowed; null if there is none
     */
    KeyReader(KeyCodecs codecs, char @Nullable [] password, HashingBudget budget) {
        this.codecs = codecs;
        this.password = password;
        this.budget = budget;
    }

    /** What reads one form. */
    private interface Form {
        ParsedKey read(byte[] der) throws CertificateFormatException, KeyFormatException;
    }

    /** The one key of a text. */
    SslKey readPem(byte[] text) throws KeyFormatException {
        try {
            List<Pem.Block> blocks = Pem.blocks(text, LABELS);
            try {
                return confirmed(readOnlyKey(blocks));
            } finally {
                blocks.forEach(Pem.Block::wipe);
            }
        } catch (CertificateFormatException e) {
            throw KeyFormatException.malformed(e);
        }
    }

    /** The key that is in {@code der} and fills it. */
    SslKey readDer(byte[] der) throws KeyFormatException {
        return readKey(der, this::readAny);
    }

    /** The key of {@code PrivateKeyInfo}, as PKCS #12 has it. */
    SslKey readPkcs8(byte[] der) throws KeyFormatException {
        return readKey(der, PrivateKeyEncoding::readPkcs8);
    }

    /** The key of {@code EncryptedPrivateKeyInfo}, as PKCS #12 has it. */
    SslKey readEncrypted(byte[] der) throws KeyFormatException {
        return readKey(der, this::decryptPkcs8);
    }

    private SslKey readKey(byte[] der, Form form) throws KeyFormatException {
        try {
            return confirmed(read(der, form));
        } catch (CertificateFormatException e) {
            throw KeyFormatException.malformed(e);
        }
    }

    private SslKey confirmed(ParsedKey parsed) throws KeyFormatException {
        boolean confirmed = false;
        try {
            SslKey key = SslKey.of(parsed.confirmed(codecs), codecs);
            confirmed = true;
            return key;
        } finally {
            if (!confirmed) {
                parsed.wipe();
            }
        }
    }

    private ParsedKey readOnlyKey(List<Pem.Block> blocks) throws CertificateFormatException, KeyFormatException {
        List<Pem.Block> keys = blocks.stream()
                .filter(block -> !block.label().equals(EC_PARAMETERS))
                .toList();
        if (keys.isEmpty()) {
            throw new KeyFormatException(Reason.NO_KEY, "PEM text holds no key");
        }
        if (keys.size() > 1) {
            throw new KeyFormatException(Reason.SEVERAL_KEYS, "PEM text holds " + keys.size() + " keys, expected 1");
        }
        byte @Nullable [] curve = blocks.stream()
                .filter(block -> block.label().equals(EC_PARAMETERS))
                .reduce((first, last) -> last)
                .map(Pem.Block::content)
                .orElse(null);
        return readBlock(keys.get(0), curve);
    }

    private ParsedKey readBlock(Pem.Block block, byte @Nullable [] curve)
            throws CertificateFormatException, KeyFormatException {
        return switch (block.label()) {
            case PRIVATE_KEY -> read(plainContent(block), PrivateKeyEncoding::readPkcs8);
            case ENCRYPTED_PRIVATE_KEY -> read(plainContent(block), this::decryptPkcs8);
            case PUBLIC_KEY -> read(plainContent(block), PublicKeyEncoding::readSubjectPublicKeyInfo);
            case PublicKeyEncoding.PKCS1_LABEL -> read(plainContent(block), PublicKeyEncoding::readPkcs1);
            case RSA_PRIVATE_KEY -> readTraditional(block, PrivateKeyEncoding::readPkcs1);
            case EC_PRIVATE_KEY -> readTraditional(block, der -> PrivateKeyEncoding.readSec1(der, curve));
            case DSA_PRIVATE_KEY -> readTraditional(block, PrivateKeyEncoding::readTraditionalDsa);
            default ->
                throw KeyFormatException.unsupported(
                        "PEM block is an " + block.label() + "; convert it with ssh-keygen -p -m PKCS8 -f FILE");
        };
    }

    private static byte[] plainContent(Pem.Block block) throws KeyFormatException {
        if (!block.headers().isEmpty()) {
            throw KeyFormatException.malformed("PEM block " + block.label() + " has headers, expected none");
        }
        return block.content();
    }

    private static ParsedKey read(byte[] der, Form form) throws CertificateFormatException, KeyFormatException {
        if (der.length > MAXIMUM_BYTES) {
            throw KeyFormatException.malformed(
                    "key has " + der.length + " bytes, expected " + MAXIMUM_BYTES + " at most");
        }
        return form.read(der);
    }

    private ParsedKey readTraditional(Pem.Block block, Form form)
            throws CertificateFormatException, KeyFormatException {
        if (block.headers().isEmpty()) {
            return read(block.content(), form);
        }
        Encryption encryption = encryptionOf(block.headers());
        byte[] der = codecs.decrypt(encryption, block.content(), requirePassword());
        return readDecrypted(der, form);
    }

    private static Encryption encryptionOf(Map<String, String> headers) throws KeyFormatException {
        boolean encrypted =
                ENCRYPTED.matcher(headers.getOrDefault(PROC_TYPE, "")).matches();
        var information = CIPHER_AND_VECTOR.matcher(headers.getOrDefault(DEK_INFO, ""));
        if (!encrypted || !information.matches()) {
            throw KeyFormatException.malformed(
                    "PEM block has headers, but not those that say how it is encrypted (Proc-Type and DEK-Info)");
        }
        return new Encryption.TraditionalPem(
                information.group(1), HexFormat.of().parseHex(information.group(2)));
    }

    /** Headers of a key in its traditional form that is encrypted. */
    static Map<String, String> headersFor(Encryption.TraditionalPem encryption) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(PROC_TYPE, "4,ENCRYPTED");
        headers.put(
                DEK_INFO,
                encryption.cipher() + ","
                        + HexFormat.of().withUpperCase().formatHex(encryption.initializationVector()));
        return headers;
    }

    private char[] requirePassword() throws KeyFormatException {
        if (password == null) {
            throw new KeyFormatException(Reason.PASSWORD_REQUIRED, "key is encrypted, and no password was given");
        }
        return password;
    }

    private ParsedKey decryptPkcs8(byte[] der) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(der);
        DerReader info = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        AlgorithmId algorithm = AlgorithmId.read(info);
        byte[] ciphertext = info.readBytes(DerReader.OCTET_STRING);
        info.expectEnd();
        byte[] plaintext = new PasswordEncryption(codecs, budget).decrypt(algorithm, ciphertext, requirePassword());
        return readDecrypted(plaintext, PrivateKeyEncoding::readPkcs8);
    }

    /** Reads what a cipher gave, and wipes it. Padding comes out right by chance for one wrong password in 256. */
    private static ParsedKey readDecrypted(byte[] plaintext, Form form) throws KeyFormatException {
        try {
            requireOneSequence(plaintext);
            return read(plaintext, form);
        } catch (CertificateFormatException e) {
            throw new KeyFormatException(
                    Reason.WRONG_PASSWORD, "password is wrong, or the key that it encrypts is damaged");
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    private static void requireOneSequence(byte[] plaintext) throws CertificateFormatException {
        DerReader reader = DerReader.of(plaintext);
        DerReader content = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        while (content.hasMore()) {
            content.skip();
        }
    }

    /** Tells the forms apart by their first elements. */
    private ParsedKey readAny(byte[] der) throws CertificateFormatException, KeyFormatException {
        DerReader reader = DerReader.of(der);
        DerReader content = reader.enter(DerReader.SEQUENCE);
        int first = content.peekTag();
        content.skip();
        int second = content.peekTag();
        if (first == DerReader.SEQUENCE && second == DerReader.BIT_STRING) {
            return PublicKeyEncoding.readSubjectPublicKeyInfo(der);
        }
        if (first == DerReader.SEQUENCE && second == DerReader.OCTET_STRING) {
            return decryptPkcs8(der);
        }
        if (first == DerReader.INTEGER && second == DerReader.SEQUENCE) {
            return PrivateKeyEncoding.readPkcs8(der);
        }
        if (first == DerReader.INTEGER && second == DerReader.OCTET_STRING) {
            return PrivateKeyEncoding.readSec1(der, null);
        }
        int numbers = 1;
        while (content.nextIs(DerReader.INTEGER)) {
            content.skip();
            numbers++;
        }
        return switch (first == DerReader.INTEGER ? numbers : 0) {
            case RSA_PRIVATE_NUMBERS -> PrivateKeyEncoding.readPkcs1(der);
            case RSA_PUBLIC_NUMBERS -> PublicKeyEncoding.readPkcs1(der);
            case DSA_PRIVATE_NUMBERS -> PrivateKeyEncoding.readTraditionalDsa(der);
            default -> throw KeyFormatException.malformed("DER holds nothing that looks like a key");
        };
    }
}
