package dev.sluice.x509;

import static dev.sluice.SslError.Code.MALFORMED_CERTIFICATE;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.Trio.Who;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The basic fields (RFC 5280 §4.1). */
class BasicFieldsRuleTest {
    @Test
    void nothingIsWrongWithTheThreeAsTheyAre() {
        Trio.unchanged().assertAccepted();
        Trio.unchanged().policy(VerificationPolicy.WEB_PKI).assertAccepted();
    }

    // ---- §4.1.1.2: the two algorithm identifiers

    /** Nobody signs the outer one: an attacker may exchange it. */
    @Test
    void theAlgorithmBesideTheSignatureIsTheSignedOne() {
        AlgorithmIdentifier sha384 = new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.3"));
        AlgorithmIdentifier withNull =
                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.840.10045.4.3.2"), DERNull.INSTANCE);
        for (Who who : List.of(Who.INTERMEDIATE, Who.LEAF)) {
            Trio.of(who, maker -> maker.outerAlgorithm(sha384)).assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
        }
        for (Who who : Who.values()) {
            Trio.of(who, maker -> maker.outerAlgorithm(withNull)).assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
        }
    }

    // ---- §4.1.2.1: version

    /** Before version 3 nobody could say that he is no CA. */
    @ParameterizedTest
    @EnumSource
    void versionsBeforeThreeAreRefused(Who who) {
        for (int version : new int[] {1, 2}) {
            List<String> verdict = Trio.of(who, maker -> maker.fields(fields -> ofVersion(version, fields)))
                    .verdict();

            assertTrue(verdict.contains(who + " MALFORMED_CERTIFICATE"), () -> version + ": " + verdict);
        }
    }

    /** Without extensions a certificate lacks other things too; that its version is the reason is told all the same. */
    @Test
    void theVersionIsToldAsTheReason() {
        List<SslError> errors = Trio.of(Who.LEAF, maker -> maker.fields(fields -> ofVersion(1, fields)))
                .errors();

        assertTrue(
                errors.stream().anyMatch(error -> error.detail().contains("not of version 3 (RFC 5280 §4.1.2.1)")),
                errors::toString);
    }

    /** Version 1 has no field for it, version 2 says 1; neither has extensions. */
    private static ASN1Sequence ofVersion(int version, ASN1Sequence fields) {
        List<ASN1Encodable> result = new ArrayList<>();
        for (ASN1Encodable field : fields) {
            if (!(field instanceof ASN1TaggedObject)) {
                result.add(field);
            }
        }
        if (version == 2) {
            result.add(0, new DERTaggedObject(true, 0, new ASN1Integer(1)));
        }
        return new DERSequence(result.toArray(ASN1Encodable[]::new));
    }

    /** §4.1.2.9: "This field MUST only appear if the version is 3". */
    @Test
    void extensionsInAnEarlierVersionMakeNoCertificate() {
        Issued root = TestCertificates.ca("Root").selfSigned();
        byte[] version2 = TestCertificates.server(Trio.HOST)
                .fields(fields -> {
                    ASN1Encodable[] all = fields.toArray();
                    all[0] = new DERTaggedObject(true, 0, new ASN1Integer(1));
                    return new DERSequence(all);
                })
                .encodedIssuedBy(root);

        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(version2));
    }

    // ---- §4.1.2.2: serial number

    @ParameterizedTest
    @CsvSource({
        "1, true",
        "7f00000000000000000000000000000000000000, true",
        "0, false",
        "-1, false",
        "8000000000000000000000000000000000000000, false",
        "010000000000000000000000000000000000000000, false",
    })
    void theSerialNumberIsPositiveAndHasAtMostTwentyOctets(String hexadecimal, boolean accepted) {
        BigInteger number = new BigInteger(hexadecimal, 16);
        for (Who who : List.of(Who.INTERMEDIATE, Who.LEAF)) {
            Trio trio = Trio.of(who, maker -> maker.serialNumber(number));
            if (accepted) {
                trio.assertAccepted();
            } else {
                trio.assertRefused(who, MALFORMED_CERTIFICATE);
            }
        }
    }

    /** There are roots in use whose number is 0. */
    @Test
    void theSerialNumberOfTheTrustAnchorIsNotLookedAt() {
        Trio.of(Who.ROOT, maker -> maker.serialNumber(BigInteger.ZERO)).assertAccepted();
        Trio.of(Who.ROOT, maker -> maker.serialNumber(BigInteger.ONE.shiftLeft(200)))
                .assertAccepted();
    }

    // ---- §4.1.2.4 and §4.1.2.6: issuer and subject

    @Test
    void aLeafWithoutSubjectHasCriticalNames() {
        Trio.of(Who.LEAF, maker -> maker.subject("")).assertUnreadableOrRefused(Who.LEAF, MALFORMED_CERTIFICATE);
        Trio.of(Who.LEAF, maker -> maker.subject("").criticalNames()).assertAccepted();
    }

    @Test
    void aCaHasASubject() {
        Trio.of(Who.ROOT, maker -> maker.subject("")).assertUnreadableOrRefused(Who.ROOT, MALFORMED_CERTIFICATE);
        Trio.of(Who.INTERMEDIATE, maker -> maker.subject("").dns("ca.example").criticalNames())
                .assertUnreadableOrRefused(Who.INTERMEDIATE, MALFORMED_CERTIFICATE);
    }

    /** A CA as the peer's own certificate is a CA still. */
    @Test
    void aLeafThatIsACaHasASubject() {
        Trio.of(Who.LEAF, maker -> maker.subject("").criticalNames().basicConstraints(true, null))
                .assertRefused(Who.LEAF, MALFORMED_CERTIFICATE);
    }

    @Test
    void theIssuerHasAName() {
        Trio.of(Who.INTERMEDIATE, maker -> maker.subject(""))
                .assertUnreadableOrRefused(Who.LEAF, MALFORMED_CERTIFICATE);
    }

    /** §4.1.2.8: nobody should use them, but there is nothing that they could break. */
    @Test
    void uniqueIdentifiersAreSteppedOverByDefault() {
        Trio.of(Who.LEAF, maker -> maker.fields(WebPkiRuleTest::withUniqueIdentifier))
                .assertAccepted();
    }
}
