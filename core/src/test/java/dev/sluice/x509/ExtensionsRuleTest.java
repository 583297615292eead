package dev.sluice.x509;

import static dev.sluice.SslError.Code.MALFORMED_CERTIFICATE;
import static dev.sluice.SslError.Code.UNHANDLED_CRITICAL_EXTENSION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.Trio.Change;
import dev.sluice.x509.Trio.Who;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which extensions may, must or must not be critical, and that none says nothing (RFC 5280 §4.2). */
class ExtensionsRuleTest {
    private static final String UNKNOWN = "1.3.6.1.4.1.99999.1";
    private static final String NULL = "0500";

    private static Change adding(String oid, boolean critical, String hexadecimal) {
        return maker -> maker.extension(oid, critical, HexFormat.of().parseHex(hexadecimal));
    }

    private static Change withoutKeysAdding(String oid, boolean critical, String hexadecimal) {
        return maker -> adding(oid, critical, hexadecimal).apply(maker.withoutKeyIdentifiers());
    }

    // ---- §4.2: what is critical and not understood

    @Test
    void unknownExtensionsAreRefusedIfTheyAreCritical() {
        Trio.assertEachRefused(UNHANDLED_CRITICAL_EXTENSION, adding(UNKNOWN, true, NULL));
        for (Who who : Who.values()) {
            Trio.of(who, adding(UNKNOWN, false, NULL)).assertAccepted();
        }
    }

    /** RFC 6962 §3.1: what is signed for the logs must not be taken for the certificate. */
    @Test
    void aPrecertificateIsNoCertificate() {
        Trio.of(Who.LEAF, adding("1.3.6.1.4.1.11129.2.4.3", true, NULL))
                .assertRefused(Who.LEAF, UNHANDLED_CRITICAL_EXTENSION);
    }

    /** What others have in the list of trust anchors is not what this path is made of. */
    @Test
    void anUnknownExtensionInARootOfOthersDoesNotMatter() {
        Issued strange = adding(UNKNOWN, true, NULL)
                .apply(TestCertificates.ca("Strange").freshKey())
                .selfSigned();
        Issued sameName = adding(UNKNOWN, true, NULL)
                .apply(TestCertificates.ca("Root").freshKey())
                .selfSigned();
        List<SslCertificate> path = Trio.unchanged().path();

        VerificationResult result = CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(
                        path.subList(0, 2),
                        List.of(strange.certificate(), sameName.certificate(), path.get(2)),
                        Trio.HOST,
                        Trio.NOW));

        assertEquals(List.of(), result.errors());
    }

    /** §4.2: "A certificate MUST NOT include more than one instance of a particular extension". */
    @Test
    void noExtensionStandsThereTwice() {
        byte[] twice = TestCertificates.server(Trio.HOST)
                .extension(UNKNOWN, false, HexFormat.of().parseHex(NULL))
                .fields(ExtensionsRuleTest::withLastExtensionTwice)
                .encodedIssuedBy(TestCertificates.ca("Root").selfSigned());

        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(twice));
    }

    private static ASN1Sequence withLastExtensionTwice(ASN1Sequence fields) {
        ASN1Encodable[] all = fields.toArray();
        ASN1Sequence extensions = ASN1Sequence.getInstance(
                ((ASN1TaggedObject) all[all.length - 1]).getExplicitBaseObject().toASN1Primitive());
        ASN1Encodable[] more = Arrays.copyOf(extensions.toArray(), extensions.size() + 1);
        more[extensions.size()] = extensions.getObjectAt(extensions.size() - 1);
        all[all.length - 1] = new DERTaggedObject(true, 3, new DERSequence(more));
        return new DERSequence(all);
    }

    // ---- criticality

    /** §4.2.1.1, .2, .8, .15, §4.2.2.1 and .2: "Conforming CAs MUST mark this extension as non-critical". */
    @ParameterizedTest
    @CsvSource({
        "2.5.29.9, 3000",
        "2.5.29.46, 3000",
        "1.3.6.1.5.5.7.1.1, 3015301306082b060105050730028607687474703a2f2f",
        "1.3.6.1.5.5.7.1.11, 3015301306082b060105050730058607687474703a2f2f",
    })
    void someExtensionsAreNeverCritical(String oid, String value) {
        for (Who who : Who.values()) {
            Trio.of(who, adding(oid, true, value)).assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
            if (oid.startsWith("1.3")) {
                Trio.of(who, adding(oid, false, value)).assertAccepted();
            }
        }
    }

    @Test
    void keyIdentifiersAreNeverCritical() {
        String subjectKey = "2.5.29.14";
        String authorityKey = "2.5.29.35";

        Trio.of(Who.LEAF, withoutKeysAdding(subjectKey, true, "040101"))
                .assertRefusedAmongOthers(Who.LEAF, MALFORMED_CERTIFICATE);
        Trio.of(Who.ROOT, withoutKeysAdding(subjectKey, true, "040101"))
                .with(
                        Who.INTERMEDIATE,
                        maker -> adding(subjectKey, false, "040102")
                                .apply(withoutKeysAdding(authorityKey, false, "3003800101")
                                        .apply(maker)))
                .with(Who.LEAF, withoutKeysAdding(authorityKey, false, "3003800102"))
                .assertRefused(Who.ROOT, MALFORMED_CERTIFICATE);
        Trio.of(Who.ROOT, withoutKeysAdding(subjectKey, false, "040101"))
                .with(
                        Who.INTERMEDIATE,
                        maker -> adding(subjectKey, false, "040102")
                                .apply(withoutKeysAdding(authorityKey, true, "3003800101")
                                        .apply(maker)))
                .with(Who.LEAF, withoutKeysAdding(authorityKey, false, "3003800102"))
                .assertRefused(Who.INTERMEDIATE, MALFORMED_CERTIFICATE);
    }

    @Test
    void oneOrMoreDifferentPoliciesAreInOrder() {
        for (String policies : List.of("3006300406022a03", "300c300406022a03300406022a04")) {
            Trio.of(
                            Who.LEAF,
                            maker -> maker.extension(
                                    "2.5.29.32", false, HexFormat.of().parseHex(policies)))
                    .assertAccepted();
        }
    }

    /** §4.2.1.11 and §4.2.1.14: "Conforming CAs MUST mark this extension as critical". */
    @Test
    void policyConstraintsAreCritical() {
        for (Who who : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio.of(who, adding("2.5.29.36", true, "3003810100")).assertAccepted();
            Trio.of(who, adding("2.5.29.36", false, "3003810100")).assertRefused(who, MALFORMED_CERTIFICATE);
            Trio.of(who, adding("2.5.29.54", true, "020100")).assertAccepted();
            Trio.of(who, adding("2.5.29.54", false, "020100")).assertRefused(who, MALFORMED_CERTIFICATE);
        }
    }

    /** §4.2.1.9: "MUST mark the extension as critical in such certificates", those of CAs. */
    @Test
    void theBasicConstraintsOfCasAreCritical() {
        for (Who who : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio.of(who, maker -> maker.nonCriticalBasicConstraints()).assertRefused(who, MALFORMED_CERTIFICATE);
        }
        Trio.of(Who.LEAF, maker -> maker.nonCriticalBasicConstraints()).assertAccepted();
    }

    /** §4.2.1.10. */
    @Test
    void nameConstraintsAreCritical() {
        String permitsExample = "300da00b300982076578616d706c65";
        for (Who who : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio.of(who, adding("2.5.29.30", true, permitsExample)).assertAccepted();
            Trio.of(who, adding("2.5.29.30", false, permitsExample)).assertRefused(who, MALFORMED_CERTIFICATE);
        }
    }

    // ---- extensions that say nothing where something has to be said

    @ParameterizedTest
    @CsvSource({
        "2.5.29.32, 3000, no policy (§4.2.1.4)",
        "2.5.29.32, 300c300406022a03300406022a03, a policy twice (§4.2.1.4)",
        "2.5.29.33, 3000, no mapping (§4.2.1.5)",
        "2.5.29.36, 3000, no constraint of policies (§4.2.1.11)",
        "2.5.29.30, 3000, no constraint of names (§4.2.1.10)",
        "2.5.29.30, 3004a000a100, constraints without subtrees (§4.2.1.10)",
        "2.5.29.30, 300fa000a10b300982076578616d706c66, permitted subtrees without one (§4.2.1.10)",
        "2.5.29.30, 300fa00b300982076578616d706c65a100, excluded subtrees without one (§4.2.1.10)",
    })
    void extensionsThatSayNothingAreMalformed(String oid, String value, String what) {
        for (Who who : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            boolean critical = !oid.equals("2.5.29.32") && !oid.equals("2.5.29.33");
            Trio.of(who, adding(oid, critical, value)).assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
        }
    }

    @Test
    void usagesAndNamesAreNotEmpty() {
        String keyUsage = "2.5.29.15";
        for (Who who : Who.values()) {
            Trio.of(who, maker -> adding(keyUsage, true, "030100").apply(maker.keyUsage(0)))
                    .assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
            Trio.of(who, maker -> adding("2.5.29.37", false, "3000").apply(maker.extendedKeyUsage()))
                    .assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
            Trio.of(who, maker -> adding("2.5.29.17", false, "3000").apply(maker.withoutNames()))
                    .assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
        }
    }

    /** §4.2.1.6: 4 or 16 octets, no mask. */
    @ParameterizedTest
    @ValueSource(strings = {"30028700", "30058703c00002", "300a8708c0000201ffffffff"})
    void addressesHaveTheLengthOfAddresses(String value) {
        for (Who who : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio.of(who, adding("2.5.29.17", false, value)).assertUnreadableOrRefused(who, MALFORMED_CERTIFICATE);
        }
    }

    /** What is known is read to its end or not at all, whether critical or not. */
    @ParameterizedTest
    @CsvSource({
        "2.5.29.15, 03020780ff",
        "2.5.29.15, 0500",
        "2.5.29.19, 300401017f00",
        "2.5.29.19, 30030101fe",
        "2.5.29.19, 30060101ff0201ff",
        "2.5.29.37, 3003020101",
        "2.5.29.17, 30030c0161",
        "2.5.29.30, 3006a0043002820161",
        "2.5.29.32, 30020500",
        "2.5.29.54, 0201ff",
        "2.5.29.36, 30038001ff",
        "2.5.29.35, 3003810101",
    })
    void malformedExtensionsMakeNoCertificate(String oid, String value) {
        byte[] der = TestCertificates.leaf("x")
                .withoutBasicConstraints()
                .keyUsage(0)
                .withoutKeyIdentifiers()
                .extension(oid, false, HexFormat.of().parseHex(value))
                .encodedIssuedBy(TestCertificates.ca("Root").selfSigned());

        assertThrows(CertificateFormatException.class, () -> SslCertificate.fromDer(der));
    }
}
