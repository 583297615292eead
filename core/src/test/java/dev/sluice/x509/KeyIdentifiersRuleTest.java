package dev.sluice.x509;

import static dev.sluice.SslError.Code.AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH;
import static dev.sluice.SslError.Code.MALFORMED_CERTIFICATE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.Maker;
import dev.sluice.x509.Trio.Who;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.junit.jupiter.api.Test;

/** The names of keys (RFC 5280 §4.2.1.1, §4.2.1.2). */
class KeyIdentifiersRuleTest {
    private static final byte[] ROOT_KEY = {1};
    private static final byte[] CA_KEY = {2};
    private static final BigInteger SERIAL = BigInteger.valueOf(77);

    /** A trio whose intermediate names the key of its issuer in this way; null: not at all. */
    private static Trio intermediateNaming(AuthorityKeyIdentifier authority) {
        return Trio.of(Who.ROOT, maker -> keys(maker, ROOT_KEY, null).serialNumber(SERIAL))
                .with(Who.INTERMEDIATE, maker -> keys(maker, CA_KEY, authority))
                .with(Who.LEAF, maker -> keys(maker, null, new AuthorityKeyIdentifier(CA_KEY)));
    }

    private static Maker keys(Maker maker, byte[] own, AuthorityKeyIdentifier issuers) {
        maker.withoutKeyIdentifiers();
        if (own != null) {
            maker.extension("2.5.29.14", false, new SubjectKeyIdentifier(own));
        }
        return issuers == null ? maker : maker.extension("2.5.29.35", false, issuers);
    }

    private static GeneralNames directory(String name) {
        return new GeneralNames(new GeneralName(new X500Name(name)));
    }

    @Test
    void theIssuersKeyIsNamed() {
        intermediateNaming(new AuthorityKeyIdentifier(ROOT_KEY)).assertAccepted();
        intermediateNaming(null).assertRefused(Who.INTERMEDIATE, MALFORMED_CERTIFICATE);
        intermediateNaming(new AuthorityKeyIdentifier(directory("CN=Root"), SERIAL))
                .assertRefused(Who.INTERMEDIATE, MALFORMED_CERTIFICATE);
        Trio.of(Who.LEAF, maker -> maker.withoutKeyIdentifiers()).assertRefused(Who.LEAF, MALFORMED_CERTIFICATE);
    }

    /** §4.2.1.1: "When a CA distributes its public key in the form of a self-signed certificate, [it] MAY be omitted". */
    @Test
    void aRootNeedNotNameItsIssuersKey() {
        Trio.unchanged().assertAccepted();
    }

    @Test
    void aTrustAnchorThatIsNotSelfSignedNamesItsIssuersKey() {
        Issued root = TestCertificates.ca("Root").selfSigned();
        Issued anchor = TestCertificates.ca("Anchor")
                .withoutKeyIdentifiers()
                .extension("2.5.29.14", false, new SubjectKeyIdentifier(CA_KEY))
                .issuedBy(root);
        Issued server = keys(TestCertificates.server(Trio.HOST), null, new AuthorityKeyIdentifier(CA_KEY))
                .issuedBy(anchor);

        assertEquals(
                List.of(MALFORMED_CERTIFICATE),
                CertificateVerifier.strict()
                        .verify(VerificationRequest.forServer(
                                List.of(server.certificate()), List.of(anchor.certificate()), Trio.HOST, Trio.NOW))
                        .errors()
                        .stream()
                        .map(error -> error.code())
                        .toList());
    }

    /** §4.2.1.2: "this extension MUST appear in all conforming CA certificates". */
    @Test
    void everyCaNamesItsOwnKey() {
        AuthorityKeyIdentifier root = new AuthorityKeyIdentifier(ROOT_KEY);
        Trio.of(Who.ROOT, maker -> keys(maker, null, null))
                .with(Who.INTERMEDIATE, maker -> keys(maker, CA_KEY, root))
                .with(Who.LEAF, maker -> keys(maker, null, new AuthorityKeyIdentifier(CA_KEY)))
                .assertRefused(Who.ROOT, MALFORMED_CERTIFICATE);
        Trio.of(Who.ROOT, maker -> keys(maker, ROOT_KEY, null))
                .with(Who.INTERMEDIATE, maker -> keys(maker, null, root))
                .with(Who.LEAF, maker -> keys(maker, null, new AuthorityKeyIdentifier(CA_KEY)))
                .assertRefused(Who.INTERMEDIATE, MALFORMED_CERTIFICATE);
        Trio.of(Who.ROOT, maker -> keys(maker, ROOT_KEY, null))
                .with(Who.INTERMEDIATE, maker -> keys(maker, CA_KEY, root))
                .with(Who.LEAF, maker -> keys(maker, null, new AuthorityKeyIdentifier(CA_KEY)))
                .assertAccepted();
    }

    /** A CA as the peer's own certificate is a CA still. */
    @Test
    void aLeafThatIsACaNamesItsOwnKey() {
        intermediateNaming(new AuthorityKeyIdentifier(ROOT_KEY))
                .with(Who.LEAF, maker -> maker.basicConstraints(true, null))
                .assertRefused(Who.LEAF, MALFORMED_CERTIFICATE);
    }

    // ---- the wrong key is named: whoever has it has not signed this

    @Test
    void anotherKeyThanTheIssuersIsAMismatch() {
        intermediateNaming(new AuthorityKeyIdentifier(new byte[] {1, 0}))
                .assertRefused(Who.INTERMEDIATE, AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH);
        intermediateNaming(new AuthorityKeyIdentifier(new byte[0]))
                .assertRefused(Who.INTERMEDIATE, AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH);
    }

    @Test
    void issuerAndSerialNumberAreComparedAsWell() {
        intermediateNaming(new AuthorityKeyIdentifier(ROOT_KEY, directory("CN=Root"), SERIAL))
                .assertAccepted();
        intermediateNaming(new AuthorityKeyIdentifier(ROOT_KEY, directory("CN=Root"), BigInteger.ONE))
                .assertRefused(Who.INTERMEDIATE, AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH);
        intermediateNaming(new AuthorityKeyIdentifier(ROOT_KEY, directory("CN=Other"), SERIAL))
                .assertRefused(Who.INTERMEDIATE, AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH);
    }

    /** Only a directory name can be compared with an issuer. */
    @Test
    void otherKindsOfNameForTheIssuerAreSteppedOver() {
        GeneralNames uri =
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, "http://ca.example/"));

        intermediateNaming(new AuthorityKeyIdentifier(ROOT_KEY, uri, SERIAL)).assertAccepted();
    }

    /** Two roots of one name, two keys: the identifier leads to the right one, whichever is first. */
    @Test
    void namesakesAreToldApartByTheirKeys() {
        Issued first = TestCertificates.ca("Same").freshKey().selfSigned();
        Issued second = TestCertificates.ca("Same").freshKey().selfSigned();
        Issued server = TestCertificates.server(Trio.HOST).issuedBy(second);

        for (List<SslCertificate> anchors : List.of(
                List.of(first.certificate(), second.certificate()),
                List.of(second.certificate(), first.certificate()))) {
            VerificationResult result = CertificateVerifier.strict()
                    .verify(VerificationRequest.forServer(server.chain(), anchors, Trio.HOST, Trio.NOW));
            assertEquals(server.path(), result.path());
            assertEquals(List.of(), result.errors());
        }
    }
}
