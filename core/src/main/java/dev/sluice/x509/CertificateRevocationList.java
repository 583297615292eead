package dev.sluice.x509;

import java.math.BigInteger;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A certificate revocation list (CRL, RFC 5280 §5): which certificates of one issuer are not to be trusted any more.
 *
 * <p>An object of this class is complete and of the profile of RFC 5280: version 2, with {@code nextUpdate}, CRL number and
 * authority key identifier, and with all entries well-formed. Refused, because half of what they say would be lost, are
 * delta CRLs, indirect CRLs, CRLs that are limited to some reasons, and those with a critical extension that is unknown
 * here. <em>Who</em> made the list is not known before it was verified: until then what it says is a claim.
 *
 * <p>It keeps its encoding and an index of eight bytes for each entry. Two lists are equal if their encodings are.
 * Immutable, share freely.
 */
public final class CertificateRevocationList {
    /** Lists in the wild have up to some 10 MiB. */
    private static final int MAXIMUM_BYTES = 64 * 1024 * 1024;

    private static final int MAXIMUM_TEXT_IN_STRING = 64;

    private final byte[] der;
    private final int hashCode;
    /** Where the signed part begins in the encoding. */
    private final int signedStart;

    private final int signedLength;
    private final TbsCertList content;
    private final SignatureAlgorithm algorithm;
    private final byte[] signature;
    /**
     * The last key that was found to have made the signature, encoded: hashing some megabytes takes longer than the rest
     * of a handshake. Only a memory of what {@link #isSignedBy} would find again, so any thread may write it.
     */
    private volatile byte @Nullable [] knownSigner;

    private CertificateRevocationList(
            byte[] der,
            int signedStart,
            int signedLength,
            TbsCertList content,
            SignatureAlgorithm algorithm,
            byte[] signature) {
        this.der = der;
        this.hashCode = Arrays.hashCode(der);
        this.signedStart = signedStart;
        this.signedLength = signedLength;
        this.content = content;
        this.algorithm = algorithm;
        this.signature = signature;
    }

    /**
     * Reads a list in its binary form, in time proportional to its length.
     *
     * @param der the DER encoding of one list and nothing else, at most 64 MiB; copied
     * @return the list
     * @throws CertificateFormatException if it is anything else, or a list that is refused; the message names the reason
     */
    public static CertificateRevocationList fromDer(byte[] der) throws CertificateFormatException {
        if (der.length > MAXIMUM_BYTES) {
            throw new CertificateFormatException(
                    "CRL has " + der.length + " bytes, expected " + MAXIMUM_BYTES + " at most");
        }
        byte[] copy = der.clone();
        DerReader reader = DerReader.of(copy);
        DerReader list = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        int signedStart = list.position();
        DerReader tbs = list.enter(DerReader.SEQUENCE);
        int signedLength = list.position() - signedStart;
        byte[] algorithm = list.readElement();
        byte[] signature = list.readOctetsOfBitString();
        list.expectEnd();
        return new CertificateRevocationList(
                copy,
                signedStart,
                signedLength,
                TbsCertList.read(copy, tbs, algorithm),
                SignatureAlgorithm.of(algorithm),
                signature);
    }

    /**
     * Reads lists in their textual form (RFC 7468 §6), in the order of the text. Text outside of the blocks and blocks of
     * other kinds are skipped.
     *
     * @param text one {@code X509 CRL} block or more, at most 96 Mi characters
     * @return the lists; never empty
     * @throws CertificateFormatException if there is no such block, or one of them holds no list or one that is refused;
     *     all or nothing
     */
    public static List<CertificateRevocationList> fromPem(String text) throws CertificateFormatException {
        List<CertificateRevocationList> lists = new ArrayList<>();
        for (byte[] der : Pem.revocationLists(text)) {
            lists.add(fromDer(der));
        }
        return List.copyOf(lists);
    }

    /**
     * Reads lists in their textual form from bytes, as a file holds them.
     *
     * @param text as for {@link #fromPem(String)}, in ASCII or any encoding that extends it
     * @return the lists; never empty
     * @throws CertificateFormatException as for {@link #fromPem(String)}
     */
    public static List<CertificateRevocationList> fromPem(byte[] text) throws CertificateFormatException {
        return fromPem(Pem.decode(text));
    }

    /**
     * The issuer in the form of RFC 2253.
     *
     * @return the name; never empty
     */
    public String issuer() {
        return content.issuer().name();
    }

    /**
     * From when on the list holds (RFC 5280 §5.1.2.4).
     *
     * @return the time at which it was issued
     */
    public Instant thisUpdate() {
        return content.thisUpdate();
    }

    /**
     * Until when the list holds (RFC 5280 §5.1.2.5).
     *
     * @return the time by which the next one is issued
     */
    public Instant nextUpdate() {
        return content.nextUpdate();
    }

    /**
     * The CRL number (RFC 5280 §5.2.3): of two lists of an issuer the later one has the greater number.
     *
     * @return the number; not negative
     */
    public BigInteger number() {
        return content.number();
    }

    /**
     * How many entries the list has.
     *
     * @return the number of entries; may be 0
     */
    public int size() {
        return content.entries().size();
    }

    /**
     * Looks a certificate of the list's issuer up.
     *
     * @param serialNumber its serial number
     * @return its entry; empty if the list does not have it, which means that it is not revoked only if the list is about
     *     it
     */
    public Optional<RevokedCertificate> find(BigInteger serialNumber) {
        return content.entries().find(serialNumber);
    }

    /**
     * The binary form.
     *
     * @return the DER encoding, byte for byte as read; a copy
     */
    public byte[] toDer() {
        return der.clone();
    }

    DistinguishedName issuerName() {
        return content.issuer();
    }

    SignatureAlgorithm signatureAlgorithm() {
        return algorithm;
    }

    /** Whether it is about this certificate of its issuer, as its issuing distribution point says. */
    boolean covers(SslCertificate certificate) {
        return content.scope().covers(certificate);
    }

    /** Whether the signature verifies with this key. Names are not compared. */
    boolean isSignedBy(PublicKey key) {
        byte[] encoded = key.getEncoded();
        if (encoded == null) {
            return false;
        }
        if (Arrays.equals(encoded, knownSigner)) {
            return true;
        }
        boolean good = algorithm.verify(key, der, signedStart, signedLength, signature);
        if (good) {
            knownSigner = encoded;
        }
        return good;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CertificateRevocationList list
                && hashCode == list.hashCode
                && Arrays.equals(der, list.der);
    }

    @Override
    public int hashCode() {
        return hashCode;
    }

    /**
     * A short text for logs and messages: issuer, number and size. Control characters are replaced and long names cut,
     * because the text comes from elsewhere.
     *
     * @return {@code CRL[CN=Example CA, number 17, 3 entries]} for example
     */
    @Override
    public String toString() {
        String name = issuer().replaceAll("\\P{Print}", "?");
        String shown =
                name.length() <= MAXIMUM_TEXT_IN_STRING ? name : name.substring(0, MAXIMUM_TEXT_IN_STRING) + "...";
        return "CRL[" + shown + ", number " + number() + ", " + size() + " entries]";
    }
}
