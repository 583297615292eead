package dev.sluice.x509;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * The entries of a CRL, found by serial number.
 *
 * <p>Lists with some 100,000 entries exist. An entry stays where it is, in the encoding of the list, and only its place is
 * kept: eight octets, sorted by the hash of the serial number. All entries are read once when the index is made, so that
 * a list with a bad one makes no object. Serial numbers that were chosen to have the same hash make a look-up linear,
 * no worse.
 *
 * <p>Immutable, share freely.
 */
final class CrlEntries {
    private static final String REASON_CODE = "2.5.29.21";
    private static final String HOLD_INSTRUCTION = "2.5.29.23";
    private static final String INVALIDITY_DATE = "2.5.29.24";
    private static final String CERTIFICATE_ISSUER = "2.5.29.29";

    /** The encoding of the whole list. */
    private final byte[] der;
    /** Of each entry the hash of its serial number, and below it, in 32 bits, where it begins; sorted. */
    private final long[] index;

    private CrlEntries(byte[] der, long[] index) {
        this.der = der;
        this.index = index;
    }

    static CrlEntries none() {
        return new CrlEntries(new byte[0], new long[0]);
    }

    /**
     * Reads {@code revokedCertificates} (RFC 5280 §5.1.2.6).
     *
     * @param der the encoding of the list, in which {@code list} reads; kept
     * @param list a reader of the entries
     */
    static CrlEntries read(byte[] der, DerReader list) throws CertificateFormatException {
        long[] index = new long[64];
        int size = 0;
        while (list.hasMore()) {
            int position = list.position();
            int hash = readEntry(list).serialNumber().hashCode();
            if (size == index.length) {
                index = Arrays.copyOf(index, size + size / 2);
            }
            index[size] = lowestKey(hash) | position;
            size++;
        }
        long[] sorted = Arrays.copyOf(index, size);
        Arrays.sort(sorted);
        return new CrlEntries(der, sorted);
    }

    int size() {
        return index.length;
    }

    Optional<RevokedCertificate> find(BigInteger serialNumber) {
        int hash = serialNumber.hashCode();
        int found = Arrays.binarySearch(index, lowestKey(hash));
        for (int i = found < 0 ? -found - 1 : found;
                i < index.length && (int) (index[i] >> Integer.SIZE) == hash;
                i++) {
            RevokedCertificate entry = at((int) index[i]);
            if (entry.serialNumber().equals(serialNumber)) {
                return Optional.of(entry);
            }
        }
        return Optional.empty();
    }

    private RevokedCertificate at(int position) {
        try {
            return readEntry(DerReader.from(der, position));
        } catch (CertificateFormatException e) {
            throw new IllegalStateException("entry of a revocation list cannot be read twice", e);
        }
    }

    private static long lowestKey(int hash) {
        return (long) hash << Integer.SIZE;
    }

    private static RevokedCertificate readEntry(DerReader list) throws CertificateFormatException {
        DerReader entry = list.enter(DerReader.SEQUENCE);
        BigInteger serialNumber = entry.readInteger();
        Instant revocationDate = entry.readTime();
        RevocationReason reason = entry.hasMore() ? readExtensions(entry) : RevocationReason.UNSPECIFIED;
        entry.expectEnd();
        return new RevokedCertificate(serialNumber, revocationDate, reason);
    }

    /** RFC 5280 §5.3: with an unknown critical one a list "MUST NOT" be used "to determine the status of any certificates". */
    private static RevocationReason readExtensions(DerReader entry) throws CertificateFormatException {
        RevocationReason reason = RevocationReason.UNSPECIFIED;
        for (RawExtension extension : RawExtension.readAll(entry)) {
            switch (extension.identifier()) {
                case REASON_CODE -> reason = readReason(extension.open());
                case CERTIFICATE_ISSUER ->
                    throw new CertificateFormatException(
                            "CRL has an entry of another issuer: indirect CRLs are not supported");
                case INVALIDITY_DATE, HOLD_INSTRUCTION -> {
                    // They say more about a revocation, and nothing about whether there is one.
                }
                default -> extension.refuseIfCritical();
            }
        }
        return reason;
    }

    private static RevocationReason readReason(DerReader value) throws CertificateFormatException {
        int number = value.readEnumerated();
        value.expectEnd();
        if (number == RevocationReason.REMOVE_FROM_CRL) {
            // RFC 5280 §5.3.1: "may only appear in delta CRLs".
            throw new CertificateFormatException("CRL has an entry with removeFromCRL: delta CRLs are not supported");
        }
        return RevocationReason.ofNumber(number)
                .orElseThrow(() -> new CertificateFormatException("CRL has an entry with reason " + number));
    }
}
