package dev.sluice.x509;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One extension (RFC 5280 §4.1.2.9) of a CRL, of one of its entries or of an OCSP response, not looked into yet.
 *
 * <p>One thread at a time.
 */
final class RawExtension {
    /** Extensions in the wild are a dozen at most. */
    private static final int MAXIMUM_EXTENSIONS = 64;

    private final String identifier;
    private final boolean critical;
    private final byte[] value;

    private RawExtension(String identifier, boolean critical, byte[] value) {
        this.identifier = identifier;
        this.critical = critical;
        this.value = value;
    }

    /** Reads the next element as {@code Extensions}. */
    static List<RawExtension> readAll(DerReader reader) throws CertificateFormatException {
        DerReader list = reader.enter(DerReader.SEQUENCE);
        // "SIZE (1..MAX)": who has no extensions leaves the list out.
        if (!list.hasMore()) {
            throw new CertificateFormatException("list of extensions is empty");
        }
        List<RawExtension> extensions = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        while (list.hasMore()) {
            RawExtension extension = read(list);
            // RFC 5280 §4.2: "MUST NOT include more than one instance of a particular extension".
            if (!seen.add(extension.identifier)) {
                throw new CertificateFormatException("extension " + extension.identifier + " is there twice");
            }
            if (seen.size() > MAXIMUM_EXTENSIONS) {
                throw new CertificateFormatException("more than " + MAXIMUM_EXTENSIONS + " extensions");
            }
            extensions.add(extension);
        }
        return extensions;
    }

    private static RawExtension read(DerReader list) throws CertificateFormatException {
        DerReader extension = list.enter(DerReader.SEQUENCE);
        String identifier = extension.readObjectIdentifier();
        boolean critical = extension.nextIs(DerReader.BOOLEAN);
        // X.690 §11.5: a default value is left out, so a FALSE that is there is not DER.
        if (critical && !extension.readBoolean()) {
            throw new CertificateFormatException("extension " + identifier + " says that it is not critical");
        }
        byte[] value = extension.readBytes(DerReader.OCTET_STRING);
        extension.expectEnd();
        return new RawExtension(identifier, critical, value);
    }

    /** Its dotted object identifier. */
    String identifier() {
        return identifier;
    }

    /** Whether whoever does not understand it must not use what it stands in. */
    boolean critical() {
        return critical;
    }

    /** A reader of its value, without the octet string around it. */
    DerReader open() {
        return DerReader.of(value);
    }

    /** Fails if it is critical: for an extension that nothing here understands. */
    void refuseIfCritical() throws CertificateFormatException {
        if (critical) {
            throw new CertificateFormatException("extension " + identifier + " is critical and not understood");
        }
    }
}
