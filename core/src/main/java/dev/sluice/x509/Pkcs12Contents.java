package dev.sluice.x509;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands in the safes of a PKCS #12 file (RFC 7292 §4.2): certificates, and keys as they are, most of them still
 * encrypted. Other bags are passed over.
 *
 * <p>One thread at a time.
 */
final class Pkcs12Contents implements AutoCloseable {
    private static final int MAXIMUM_BAGS = 1024;
    private static final int MAXIMUM_DEPTH = 4;
    private static final int CONSTRUCTED = 0x20;
    private static final int VALUE = DerReader.contextTag(0) | CONSTRUCTED;

    private static final String BAG_TYPES = "1.2.840.113549.1.12.10.1.";
    private static final String KEY_BAG = BAG_TYPES + "1";
    private static final String SHROUDED_KEY_BAG = BAG_TYPES + "2";
    private static final String CERTIFICATE_BAG = BAG_TYPES + "3";
    private static final String SAFE_CONTENTS_BAG = BAG_TYPES + "6";
    private static final String X509_CERTIFICATE = "1.2.840.113549.1.9.22.1";
    private static final String FRIENDLY_NAME = "1.2.840.113549.1.9.20";
    private static final String LOCAL_KEY_ID = "1.2.840.113549.1.9.21";

    private final List<Bag> keys = new ArrayList<>();
    private final List<Bag> certificates = new ArrayList<>();
    private int bags;

    /** A key or a certificate with its attributes. */
    static final class Bag {
        private final Protection protection;
        private final byte[] content;
        /** The friendly name (RFC 2985 §5.5.1); empty if there is none. */
        private String name = "";
        /** What a key and its certificate have in common (RFC 2985 §5.5.2); empty if there is nothing. */
        private byte[] localKeyId = new byte[0];

        Bag(Protection protection, byte[] content) {
            this.protection = protection;
            this.content = content;
        }

        String name() {
            return name;
        }

        /** {@code PrivateKeyInfo}, {@code EncryptedPrivateKeyInfo} or a certificate. */
        byte[] content() {
            return content;
        }

        boolean isEncrypted() {
            return protection == Protection.ENCRYPTED;
        }

        boolean hasKeyIdOf(Bag other) {
            return localKeyId.length > 0 && Arrays.equals(localKeyId, other.localKeyId);
        }
    }

    /** Whether the content of a bag is encrypted by itself. */
    enum Protection {
        PLAIN,
        ENCRYPTED
    }

    List<Bag> keys() {
        return keys;
    }

    List<Bag> certificates() {
        return certificates;
    }

    /** Adds the bags of {@code SafeContents}. */
    void add(byte[] safeContents) throws CertificateFormatException, KeyFormatException {
        byte[] der = BerToDer.convert(safeContents);
        try {
            DerReader reader = DerReader.of(der);
            addAll(reader, 0);
            reader.expectEnd();
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    private void addAll(DerReader reader, int depth) throws CertificateFormatException, KeyFormatException {
        if (depth > MAXIMUM_DEPTH) {
            throw KeyFormatException.malformed("PKCS #12 file has safes in safes more than " + MAXIMUM_DEPTH + " deep");
        }
        DerReader safe = reader.enter(DerReader.SEQUENCE);
        while (safe.hasMore()) {
            bags++;
            if (bags > MAXIMUM_BAGS) {
                throw KeyFormatException.malformed("PKCS #12 file has more than " + MAXIMUM_BAGS + " entries");
            }
            addBag(safe.enter(DerReader.SEQUENCE), depth);
        }
    }

    private void addBag(DerReader bag, int depth) throws CertificateFormatException, KeyFormatException {
        String type = bag.readObjectIdentifier();
        DerReader value = bag.enter(VALUE);
        switch (type) {
            case KEY_BAG -> addEntry(keys, new Bag(Protection.PLAIN, DerWriter.copyOfNext(value)), bag);
            case SHROUDED_KEY_BAG -> addEntry(keys, new Bag(Protection.ENCRYPTED, DerWriter.copyOfNext(value)), bag);
            case CERTIFICATE_BAG -> addCertificate(value.enter(DerReader.SEQUENCE), bag);
            case SAFE_CONTENTS_BAG -> addAll(value, depth + 1);
            default -> {
                // CRLs and secrets: nothing that a TLS socket could use.
                return;
            }
        }
        value.expectEnd();
    }

    private void addCertificate(DerReader content, DerReader bag)
            throws CertificateFormatException, KeyFormatException {
        boolean isX509 = content.readObjectIdentifier().equals(X509_CERTIFICATE);
        DerReader value = content.enter(VALUE);
        content.expectEnd();
        if (isX509) {
            addEntry(certificates, new Bag(Protection.PLAIN, value.readBytes(DerReader.OCTET_STRING)), bag);
            value.expectEnd();
        }
    }

    private static void addEntry(List<Bag> entries, Bag entry, DerReader bag)
            throws CertificateFormatException, KeyFormatException {
        // First into the list: from there it is wiped, whatever comes.
        entries.add(entry);
        if (!bag.hasMore()) {
            return;
        }
        DerReader attributes = bag.enter(DerReader.SET);
        bag.expectEnd();
        while (attributes.hasMore()) {
            DerReader attribute = attributes.enter(DerReader.SEQUENCE);
            String type = attribute.readObjectIdentifier();
            DerReader values = attribute.enter(DerReader.SET);
            attribute.expectEnd();
            if (type.equals(FRIENDLY_NAME) && values.hasMore()) {
                entry.name = new String(values.readBytes(DerReader.BMP_STRING), StandardCharsets.UTF_16BE);
            } else if (type.equals(LOCAL_KEY_ID) && values.hasMore()) {
                entry.localKeyId = values.readBytes(DerReader.OCTET_STRING);
            }
        }
    }

    /** Wipes all that was read. */
    @Override
    public void close() {
        keys.forEach(bag -> Arrays.fill(bag.content, (byte) 0));
    }
}
