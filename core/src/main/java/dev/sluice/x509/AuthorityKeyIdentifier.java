package dev.sluice.x509;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/**
 * Which key has signed the certificate (RFC 5280 §4.2.1.1).
 *
 * @param keyIdentifier the subject key identifier of the signer's certificate
 * @param issuer the issuer of the signer's certificate; empty if it is not told
 * @param serialNumber the serial number of the signer's certificate
 */
record AuthorityKeyIdentifier(
        Optional<Octets> keyIdentifier, List<SubjectAltName> issuer, Optional<BigInteger> serialNumber) {
    private static final int KEY_IDENTIFIER = DerReader.contextTag(0);
    private static final int ISSUER = DerReader.constructedTag(1);
    private static final int SERIAL_NUMBER = DerReader.contextTag(2);

    static AuthorityKeyIdentifier read(DerReader reader) throws CertificateFormatException {
        DerReader fields = reader.enter(DerReader.SEQUENCE);
        Optional<Octets> key = fields.nextIs(KEY_IDENTIFIER)
                ? Optional.of(Octets.of(fields.readBytes(KEY_IDENTIFIER)))
                : Optional.empty();
        List<SubjectAltName> issuer = fields.nextIs(ISSUER) ? GeneralNames.read(fields, ISSUER) : List.of();
        Optional<BigInteger> serial =
                fields.nextIs(SERIAL_NUMBER) ? Optional.of(fields.readInteger(SERIAL_NUMBER)) : Optional.empty();
        fields.expectEnd();
        return new AuthorityKeyIdentifier(key, issuer, serial);
    }

    /** Whether this points to a certificate, as far as both say something of it. */
    boolean mayMean(SslCertificate signer) {
        Optional<Octets> signersKey = signer.tbs().extensions().subjectKeyIdentifier();
        boolean keyFits = keyIdentifier.isEmpty() || signersKey.isEmpty() || keyIdentifier.equals(signersKey);
        boolean serialFits =
                serialNumber.isEmpty() || serialNumber.get().equals(signer.tbs().serialNumber());
        return keyFits && serialFits && issuerFits(signer);
    }

    private boolean issuerFits(SslCertificate signer) {
        List<DistinguishedName> names = issuer.stream()
                .filter(SubjectAltName.Directory.class::isInstance)
                .map(name -> ((SubjectAltName.Directory) name).distinguishedName())
                .toList();
        return names.isEmpty() || names.contains(signer.tbs().issuer());
    }
}
