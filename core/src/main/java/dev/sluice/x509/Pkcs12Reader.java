package dev.sluice.x509;

import dev.sluice.x509.KeyFormatException.Reason;
import dev.sluice.x509.Pkcs12Contents.Bag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads PKCS #12 files (RFC 7292): the outline, the MAC, then what is inside.
 *
 * <p>Not by the key store of the JDK: that one takes files without a MAC, hides certificates that belong to no key, changes
 * names to lower case, lets the file decide how long each password takes, and keeps the keys that were not asked for.
 */
final class Pkcs12Reader {
    private static final int MAXIMUM_BYTES = 16 * 1024 * 1024;
    private static final int VERSION = 3;
    private static final int CONSTRUCTED = 0x20;
    private static final int EXPLICIT_CONTENT = DerReader.contextTag(0) | CONSTRUCTED;
    private static final int IMPLICIT_CONTENT = DerReader.contextTag(0);

    private static final String DATA = "1.2.840.113549.1.7.1";
    private static final String ENCRYPTED_DATA = "1.2.840.113549.1.7.6";

    private final KeyCodecs codecs;
    private final char[] password;
    private final HashingBudget budget = new HashingBudget();

    Pkcs12Reader(KeyCodecs codecs, char[] password) {
        this.codecs = codecs;
        this.password = Objects.requireNonNull(password, "password");
    }

    /** Which of the keys of a file is meant. */
    interface Choice {
        Bag among(List<Bag> keys) throws KeyFormatException;
    }

    /** The names of all keys. */
    List<String> names(byte[] file) throws KeyFormatException {
        try (Pkcs12Contents contents = new Pkcs12Contents()) {
            read(file, contents);
            return contents.keys().stream().map(Bag::name).toList();
        } catch (CertificateFormatException e) {
            throw KeyFormatException.malformed(e);
        }
    }

    /** The chosen key with what belongs to it. The other keys are not even decrypted. */
    Pkcs12 read(byte[] file, Choice choice) throws KeyFormatException {
        try (Pkcs12Contents contents = new Pkcs12Contents()) {
            read(file, contents);
            Bag key = choice.among(contents.keys());
            List<SslCertificate> certificates = new ArrayList<>();
            for (Bag bag : contents.certificates()) {
                certificates.add(SslCertificate.fromDer(bag.content()));
            }
            Pkcs12Chain chain = Pkcs12Chain.of(certificates, ownCertificate(key, contents, certificates));
            // Last, so that nothing can fail once there is a key.
            return new Pkcs12(key.name(), readKey(key), chain.path(), chain.others());
        } catch (CertificateFormatException e) {
            throw KeyFormatException.malformed(e);
        }
    }

    private static Optional<SslCertificate> ownCertificate(
            Bag key, Pkcs12Contents contents, List<SslCertificate> certificates) {
        for (int i = 0; i < certificates.size(); i++) {
            if (contents.certificates().get(i).hasKeyIdOf(key)) {
                return Optional.of(certificates.get(i));
            }
        }
        return contents.keys().size() == 1 ? Pkcs12Chain.onlyLeaf(certificates) : Optional.empty();
    }

    private SslKey readKey(Bag key) throws KeyFormatException {
        KeyReader reader = new KeyReader(codecs, password, budget);
        return key.isEncrypted() ? reader.readEncrypted(key.content()) : reader.readPkcs8(key.content());
    }

    private void read(byte[] file, Pkcs12Contents contents) throws CertificateFormatException, KeyFormatException {
        if (file.length > MAXIMUM_BYTES) {
            throw KeyFormatException.malformed(
                    "PKCS #12 file has " + file.length + " bytes, expected " + MAXIMUM_BYTES + " at most");
        }
        byte[] der = BerToDer.convert(file);
        try {
            readPfx(DerReader.of(der), contents);
        } finally {
            // A file may hold keys without encryption.
            Arrays.fill(der, (byte) 0);
        }
    }

    private void readPfx(DerReader reader, Pkcs12Contents contents)
            throws CertificateFormatException, KeyFormatException {
        DerReader pfx = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        int version = pfx.readSaturatedUnsigned();
        if (version != VERSION) {
            throw KeyFormatException.malformed("PKCS #12 file has version " + version + ", expected " + VERSION);
        }
        DerReader contentInfo = pfx.enter(DerReader.SEQUENCE);
        String type = contentInfo.readObjectIdentifier();
        if (!type.equals(DATA)) {
            throw KeyFormatException.unsupported(
                    "PKCS #12 file has content of type " + type + ", expected data with a MAC");
        }
        byte[] authenticatedSafe = readData(contentInfo);
        if (!pfx.hasMore()) {
            throw new KeyFormatException(Reason.MAC_MISSING, "PKCS #12 file has no MAC");
        }
        DerReader macData = pfx.enter(DerReader.SEQUENCE);
        pfx.expectEnd();
        Pkcs12Mac.verify(macData, authenticatedSafe, password, budget);
        byte[] safes = BerToDer.convert(authenticatedSafe);
        Arrays.fill(authenticatedSafe, (byte) 0);
        try {
            readSafes(DerReader.of(safes), contents);
        } finally {
            Arrays.fill(safes, (byte) 0);
        }
    }

    private void readSafes(DerReader reader, Pkcs12Contents contents)
            throws CertificateFormatException, KeyFormatException {
        DerReader safes = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        while (safes.hasMore()) {
            DerReader contentInfo = safes.enter(DerReader.SEQUENCE);
            String type = contentInfo.readObjectIdentifier();
            byte[] safeContents = switch (type) {
                case DATA -> readData(contentInfo);
                case ENCRYPTED_DATA -> readEncryptedData(contentInfo);
                default ->
                    throw KeyFormatException.unsupported("PKCS #12 file has a safe of type " + type
                            + ", expected one that is plain or under the password");
            };
            try {
                contents.add(safeContents);
            } finally {
                Arrays.fill(safeContents, (byte) 0);
            }
        }
    }

    private static byte[] readData(DerReader contentInfo) throws CertificateFormatException {
        DerReader content = contentInfo.enter(EXPLICIT_CONTENT);
        contentInfo.expectEnd();
        byte[] data = content.readBytes(DerReader.OCTET_STRING);
        content.expectEnd();
        return data;
    }

    /** {@code EncryptedData} (RFC 2315 §13), decrypted. */
    private byte[] readEncryptedData(DerReader contentInfo) throws CertificateFormatException, KeyFormatException {
        DerReader content = contentInfo.enter(EXPLICIT_CONTENT);
        contentInfo.expectEnd();
        DerReader encryptedData = content.enter(DerReader.SEQUENCE);
        content.expectEnd();
        int version = encryptedData.readSaturatedUnsigned();
        DerReader info = encryptedData.enter(DerReader.SEQUENCE);
        encryptedData.expectEnd();
        if (version != 0 || !info.readObjectIdentifier().equals(DATA)) {
            throw KeyFormatException.malformed("PKCS #12 file has an encrypted safe of another kind than data");
        }
        AlgorithmId algorithm = AlgorithmId.read(info);
        byte[] ciphertext = readImplicitOctets(info);
        info.expectEnd();
        return new PasswordEncryption(codecs, budget).decrypt(algorithm, ciphertext, password);
    }

    /** An octet string under an implicit tag, which in BER may be in pieces. */
    private static byte[] readImplicitOctets(DerReader info) throws CertificateFormatException {
        if (info.nextIs(IMPLICIT_CONTENT)) {
            return info.readBytes(IMPLICIT_CONTENT);
        }
        DerReader pieces = info.enter(EXPLICIT_CONTENT);
        List<byte[]> all = new ArrayList<>();
        while (pieces.hasMore()) {
            all.add(pieces.readBytes(DerReader.OCTET_STRING));
        }
        byte[] joined = new byte[all.stream().mapToInt(piece -> piece.length).sum()];
        int position = 0;
        for (byte[] piece : all) {
            System.arraycopy(piece, 0, joined, position, piece.length);
            position += piece.length;
        }
        return joined;
    }
}
