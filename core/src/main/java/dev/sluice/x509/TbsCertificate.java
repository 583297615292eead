package dev.sluice.x509;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * The fields of a certificate (RFC 5280 §4.1), read from its bytes.
 *
 * @param signed the bytes over which the signature is made
 * @param version 1, 2 or 3
 * @param serialNumber as it stands there
 * @param signedAlgorithm the algorithm of the signature as the signed part tells it, with its tag
 * @param issuer who has signed it
 * @param validity from when to when
 * @param subject whose key it is
 * @param publicKey the key
 * @param uniqueIdentifiers how many of the two unique identifiers there are, which nobody uses (RFC 5280 §4.1.2.8)
 * @param extensions those of version 3
 * @param signatureAlgorithm the algorithm of the signature as the outer part tells it, with its tag
 * @param signature the signature
 */
record TbsCertificate(
        Octets signed,
        int version,
        BigInteger serialNumber,
        Octets signedAlgorithm,
        DistinguishedName issuer,
        Validity validity,
        DistinguishedName subject,
        SubjectPublicKeyInfo publicKey,
        int uniqueIdentifiers,
        CertificateExtensions extensions,
        Octets signatureAlgorithm,
        Octets signature) {
    private static final int VERSION = DerReader.constructedTag(0);
    private static final int ISSUER_UNIQUE_ID = DerReader.contextTag(1);
    private static final int SUBJECT_UNIQUE_ID = DerReader.contextTag(2);
    private static final int EXTENSIONS = DerReader.constructedTag(3);
    private static final int VERSION_3 = 3;

    /** Reads one certificate and nothing else. */
    static TbsCertificate parse(byte[] der) throws CertificateFormatException {
        DerReader outer = DerReader.of(der);
        DerReader certificate = outer.enter(DerReader.SEQUENCE);
        outer.expectEnd();
        byte[] signed = certificate.readElement();
        byte[] signatureAlgorithm = certificate.readElement();
        byte[] signature = certificate.readBytes(DerReader.BIT_STRING);
        certificate.expectEnd();
        // All signature algorithms give whole octets. To skip "unused" bits would give one certificate many encodings.
        if (signature.length == 0 || signature[0] != 0) {
            throw new CertificateFormatException("signature of the certificate is not a whole number of octets");
        }
        return readFields(signed, signatureAlgorithm, Arrays.copyOfRange(signature, 1, signature.length));
    }

    private static TbsCertificate readFields(byte[] signed, byte[] signatureAlgorithm, byte[] signature)
            throws CertificateFormatException {
        DerReader fields = DerReader.of(signed).enter(DerReader.SEQUENCE);
        int version = readVersion(fields);
        BigInteger serialNumber = fields.readInteger(DerReader.INTEGER);
        Octets signedAlgorithm = Octets.of(fields.readElement());
        DistinguishedName issuer = DistinguishedName.read(fields);
        Validity validity = Validity.read(fields);
        DistinguishedName subject = DistinguishedName.read(fields);
        SubjectPublicKeyInfo publicKey = SubjectPublicKeyInfo.read(fields);
        int uniqueIdentifiers = skipUniqueIdentifiers(fields);
        CertificateExtensions extensions = readExtensions(fields, version);
        fields.expectEnd();
        return new TbsCertificate(
                Octets.of(signed),
                version,
                serialNumber,
                signedAlgorithm,
                issuer,
                validity,
                subject,
                publicKey,
                uniqueIdentifiers,
                extensions,
                Octets.of(signatureAlgorithm),
                Octets.of(signature));
    }

    /** RFC 5280 §4.1.2.1: the field holds one less than the version, and is absent for version 1. */
    private static int readVersion(DerReader fields) throws CertificateFormatException {
        if (!fields.nextIs(VERSION)) {
            return 1;
        }
        DerReader explicit = fields.enter(VERSION);
        int version = explicit.readSaturatedUnsigned();
        explicit.expectEnd();
        if (version < 1 || version >= VERSION_3) {
            throw new CertificateFormatException(
                    "version field of the certificate is " + version + ", expected 1 or 2");
        }
        return version + 1;
    }

    private static int skipUniqueIdentifiers(DerReader fields) throws CertificateFormatException {
        int count = 0;
        for (int tag : new int[] {ISSUER_UNIQUE_ID, SUBJECT_UNIQUE_ID}) {
            if (fields.nextIs(tag)) {
                fields.skip();
                count++;
            }
        }
        return count;
    }

    /** RFC 5280 §4.1.2.9: if there are extensions, the version is 3. */
    private static CertificateExtensions readExtensions(DerReader fields, int version)
            throws CertificateFormatException {
        if (!fields.nextIs(EXTENSIONS)) {
            return CertificateExtensions.none();
        }
        if (version != VERSION_3) {
            throw new CertificateFormatException(
                    "certificate of version " + version + " has extensions, expected version 3");
        }
        DerReader explicit = fields.enter(EXTENSIONS);
        CertificateExtensions extensions = CertificateExtensions.read(explicit);
        explicit.expectEnd();
        return extensions;
    }

    /** Whether issuer and subject are the same (RFC 5280 §6.1), whoever has signed it. */
    boolean isSelfIssued() {
        return subject.equals(issuer);
    }
}
