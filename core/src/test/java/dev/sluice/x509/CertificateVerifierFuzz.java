package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.x509.CertificateParts.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;

/**
 * The strict verifier with a leaf, an intermediate and a root that have anything in their fields and extensions. They are
 * signed all the same, as by a CA that signs whatever it is asked to; the leaf is sent a second time without a right
 * signature. The root is trusted.
 */
class CertificateVerifierFuzz extends FuzzTarget {
    private static final String HOST = "host.example";
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final KeyKind KIND = KeyKind.EC_P256;
    private static final String ALGORITHM = "SHA256withECDSA";

    private static final Issued ROOT = TestCertificates.ca("Root").keyKind(KIND).selfSigned();
    private static final Issued INTERMEDIATE =
            TestCertificates.ca("Intermediate").keyKind(KIND).issuedBy(ROOT);
    private static final Issued LEAF =
            TestCertificates.server(HOST).keyKind(KIND).issuedBy(INTERMEDIATE);

    private static final int UTC_TIME = 0x17;
    private static final int INTERMEDIATE_NUMBER = 1;
    private static final int ROOT_NUMBER = 2;
    private static final int UNSIGNED_NUMBER = 3;

    @Override
    Stream<byte[]> seeds() throws IOException {
        byte[] dnsOnly = der(new NameConstraints(
                new GeneralSubtree[] {
                    subtree(GeneralName.dNSName, HOST), subtree(GeneralName.rfc822Name, HOST),
                },
                new GeneralSubtree[] {subtree(GeneralName.iPAddress, "192.0.2.0/24")}));
        byte[] nobody = der(new NameConstraints(
                null, new GeneralSubtree[] {new GeneralSubtree(new GeneralName(new X500Name("CN=" + HOST)))}));
        byte[] names = der(new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, HOST),
            new GeneralName(GeneralName.rfc822Name, "somebody@" + HOST),
            new GeneralName(GeneralName.uniformResourceIdentifier, "https://host.example/"),
            new GeneralName(GeneralName.iPAddress, "192.0.2.1"),
        }));
        return Stream.of(
                CertificateEdit.write(
                        CertificateEdit.extension(30, true, dnsOnly).in(INTERMEDIATE_NUMBER)),
                CertificateEdit.write(
                        CertificateEdit.extension(30, true, nobody).in(ROOT_NUMBER)),
                CertificateEdit.write(
                        CertificateEdit.noExtensions(),
                        CertificateEdit.extension(17, true, names),
                        CertificateEdit.extension(30, false, dnsOnly).in(ROOT_NUMBER)),
                CertificateEdit.write(CertificateEdit.part(Part.VALIDITY, validity("250101000000Z", "260701000000Z"))),
                CertificateEdit.write(CertificateEdit.part(Part.VALIDITY, validity("250101000000Z", "260501000000Z"))),
                CertificateEdit.write(
                        CertificateEdit.noExtensions().in(INTERMEDIATE_NUMBER),
                        CertificateEdit.extension(19, true, der(new BasicConstraints(0)))
                                .in(INTERMEDIATE_NUMBER)),
                CertificateEdit.write(
                        CertificateEdit.part(Part.SUBJECT, der(new X500Name("CN=Intermediate"))),
                        CertificateEdit.extension(17, false, names).in(UNSIGNED_NUMBER)));
    }

    @Override
    boolean check(byte[] input) {
        List<CertificateEdit> edits = CertificateEdit.read(input);
        Optional<SslCertificate> root = edited(ROOT, ROOT, edits, ROOT_NUMBER);
        Optional<SslCertificate> intermediate = edited(INTERMEDIATE, ROOT, edits, INTERMEDIATE_NUMBER);
        Optional<SslCertificate> leaf = edited(LEAF, INTERMEDIATE, edits, 0);
        Optional<SslCertificate> unsigned = edited(LEAF, LEAF, edits, UNSIGNED_NUMBER);

        List<SslCertificate> chain = new ArrayList<>();
        Stream.of(leaf, intermediate, root, unsigned).flatMap(Optional::stream).forEach(chain::add);
        List<SslCertificate> anchors = root.stream().toList();
        if (unsigned.isPresent()) {
            assertFalse(check(List.of(unsigned.get(), INTERMEDIATE.certificate()), anchors));
        }
        return !chain.isEmpty() && check(chain, anchors);
    }

    /** The certificate with the edits that are meant for it; empty if it cannot be read any more. */
    private static Optional<SslCertificate> edited(
            Issued original, Issued issuer, List<CertificateEdit> edits, int number) {
        List<CertificateEdit> own =
                edits.stream().filter(edit -> edit.certificate() == number).toList();
        if (own.isEmpty()) {
            return number == UNSIGNED_NUMBER ? Optional.empty() : Optional.of(original.certificate());
        }
        CertificateParts parts = CertificateParts.of(original.certificate());
        own.forEach(edit -> edit.applyTo(parts));
        try {
            return Optional.of(SslCertificate.fromDer(
                    number == UNSIGNED_NUMBER ? parts.unsigned() : parts.signed(issuer.key(), ALGORITHM)));
        } catch (CertificateFormatException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean check(List<SslCertificate> chain, List<SslCertificate> anchors) {
        VerificationRequest request = VerificationRequest.forServer(chain, anchors, HOST, NOW);
        VerificationResult result = checked(request);
        assertEquals(
                !HostNames.matches(chain.get(0), HOST),
                result.errors().stream().anyMatch(error -> error.code() == Code.HOST_NAME_MISMATCH),
                "the host name is judged whatever else is wrong");

        List<SslCertificate> reversed = new ArrayList<>(chain);
        Collections.reverse(reversed.subList(1, reversed.size()));
        assertEquals(
                result.isTrusted(),
                checked(VerificationRequest.forServer(reversed, anchors, HOST, NOW))
                        .isTrusted(),
                "the order does not matter");
        assertFalse(checked(VerificationRequest.forServer(chain, List.of(), HOST, NOW))
                .isTrusted());
        checked(VerificationRequest.forClient(chain, anchors, NOW));
        return result.isTrusted();
    }

    /** A verdict that tells why, and the same one if asked again. */
    private static VerificationResult checked(VerificationRequest request) {
        VerificationResult result = CertificateVerifier.strict().verify(request);
        assertEquals(
                codes(result), codes(CertificateVerifier.strict().verify(request)), "the same verdict a second time");
        if (result.isTrusted()) {
            checkTrusted(request, result.path());
        } else {
            assertFalse(result.errors().isEmpty());
        }
        return result;
    }

    /** What RFC 5280 §6 makes of it in any case, whatever the extensions say. */
    private static void checkTrusted(VerificationRequest request, List<SslCertificate> path) {
        assertEquals(request.chain().get(0), path.get(0));
        assertTrue(request.trustAnchors().contains(path.get(path.size() - 1)));
        for (int i = 0; i < path.size(); i++) {
            SslCertificate certificate = path.get(i);
            assertFalse(NOW.isBefore(certificate.notBefore()) || NOW.isAfter(certificate.notAfter()));
            if (i > 0) {
                assertTrue(path.get(i - 1).isSignedBy(certificate));
                assertEquals(path.get(i - 1).issuerPrincipal(), certificate.subjectPrincipal());
                assertTrue(certificate
                        .tbs()
                        .extensions()
                        .basicConstraints()
                        .orElseThrow()
                        .ca());
            }
        }
    }

    private static List<Code> codes(VerificationResult result) {
        return result.errors().stream().map(SslError::code).toList();
    }

    /** RFC 5280 §4.1.2.5, in UTCTime. */
    private static byte[] validity(String notBefore, String notAfter) {
        return CertificateParts.element(
                DerReader.SEQUENCE,
                CertificateParts.element(UTC_TIME, notBefore.getBytes(StandardCharsets.US_ASCII)),
                CertificateParts.element(UTC_TIME, notAfter.getBytes(StandardCharsets.US_ASCII)));
    }

    private static GeneralSubtree subtree(int kind, String name) {
        return new GeneralSubtree(new GeneralName(kind, name));
    }

    private static byte[] der(ASN1Encodable value) throws IOException {
        return value.toASN1Primitive().getEncoded("DER");
    }
}
