package dev.sluice.x509;

import static dev.sluice.SslError.Code.MALFORMED_CERTIFICATE;
import static dev.sluice.SslError.Code.NAME_CONSTRAINT_VIOLATION;
import static dev.sluice.SslError.Code.PROFILE_VIOLATION;

import dev.sluice.testing.TestCertificates.Maker;
import dev.sluice.x509.Trio.Change;
import dev.sluice.x509.Trio.Who;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the Baseline Requirements of the CA/Browser Forum add: refused for the web, accepted by default. */
class WebPkiRuleTest {
    private static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    private static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    private static final byte[] ROOT_KEY = {1};
    private static final byte[] CA_KEY = {2};
    private static final byte[] LEAF_KEY = {3};

    private static void assertRefusedForTheWebOnly(Who who, Change change) {
        Trio.of(who, change).assertAccepted();
        Trio.of(who, change).policy(VerificationPolicy.WEB_PKI).assertRefused(who, PROFILE_VIOLATION);
    }

    private static void assertAcceptedForTheWeb(Who who, Change change) {
        Trio.of(who, change).policy(VerificationPolicy.WEB_PKI).assertAccepted();
    }

    // ---- 7.1.2.7.10: purposes of a server

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2.5.29.37.0",
                "1.3.6.1.5.5.7.3.3",
                "1.3.6.1.5.5.7.3.4",
                "1.3.6.1.5.5.7.3.8",
                "1.3.6.1.5.5.7.3.9",
                "1.3.6.1.4.1.11129.2.4.4"
            })
    void aServerHasNoOtherPurposes(String oid) {
        KeyPurposeId other = KeyPurposeId.getInstance(new ASN1ObjectIdentifier(oid));

        assertRefusedForTheWebOnly(Who.LEAF, maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_serverAuth, other));
    }

    @Test
    void aServerMayBeAClientAsWell() {
        assertAcceptedForTheWeb(
                Who.LEAF,
                maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth));
    }

    @Test
    void aServerSaysItsPurposeAndNotAsCritical() {
        assertRefusedForTheWebOnly(Who.LEAF, maker -> maker.extendedKeyUsage());
        assertRefusedForTheWebOnly(
                Who.LEAF,
                maker -> maker.extendedKeyUsage()
                        .extension(EXTENDED_KEY_USAGE, true, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)));
    }

    /** 7.1.2.1.2. A CA below may have purposes, or none. */
    @Test
    void aRootHasNoPurposes() {
        assertRefusedForTheWebOnly(Who.ROOT, maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        assertAcceptedForTheWeb(Who.INTERMEDIATE, maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    }

    // ---- 7.1.2.7.8 and 7.1.2.7.12

    @Test
    void aServerIsNoCa() {
        assertRefusedForTheWebOnly(Who.LEAF, maker -> maker.basicConstraints(true, null));
    }

    @Test
    void namesAreCriticalIfAndOnlyIfThereIsNoSubject() {
        assertRefusedForTheWebOnly(Who.LEAF, maker -> maker.criticalNames());
        assertAcceptedForTheWeb(Who.LEAF, maker -> maker.subject("").criticalNames());
    }

    // ---- 7.1.2.11.1 and 7.1.2.1.3: who names which key

    private static final GeneralNames ROOTS_ISSUER = new GeneralNames(new GeneralName(new X500Name("CN=Root")));

    @Test
    void aRootNamesItsOwnKeyOrNone() {
        rootNaming(new AuthorityKeyIdentifier(ROOT_KEY))
                .policy(VerificationPolicy.WEB_PKI)
                .assertAccepted();
        for (AuthorityKeyIdentifier wrong : List.of(
                new AuthorityKeyIdentifier(new byte[] {9}),
                new AuthorityKeyIdentifier(ROOTS_ISSUER, BigInteger.TWO),
                new AuthorityKeyIdentifier(ROOT_KEY, ROOTS_ISSUER, BigInteger.TWO))) {
            rootNaming(wrong).assertAccepted();
            rootNaming(wrong).policy(VerificationPolicy.WEB_PKI).assertRefused(Who.ROOT, PROFILE_VIOLATION);
        }
    }

    private static Trio rootNaming(AuthorityKeyIdentifier authority) {
        return Trio.of(Who.ROOT, maker -> naming(maker, ROOT_KEY, authority))
                .with(Who.INTERMEDIATE, maker -> naming(maker, CA_KEY, new AuthorityKeyIdentifier(ROOT_KEY)))
                .with(Who.LEAF, maker -> naming(maker, LEAF_KEY, new AuthorityKeyIdentifier(CA_KEY)));
    }

    @Test
    void othersNameTheIssuersKeyByItsIdentifierOnly() {
        AuthorityKeyIdentifier wordy = new AuthorityKeyIdentifier(ROOT_KEY, ROOTS_ISSUER, BigInteger.TWO);
        for (VerificationPolicy policy : List.of(VerificationPolicy.DEFAULT, VerificationPolicy.WEB_PKI)) {
            Trio trio = Trio.of(
                            Who.ROOT,
                            maker -> maker.withoutKeyIdentifiers()
                                    .extension(SUBJECT_KEY_IDENTIFIER, false, new SubjectKeyIdentifier(ROOT_KEY))
                                    .serialNumber(BigInteger.TWO))
                    .with(Who.INTERMEDIATE, maker -> naming(maker, CA_KEY, wordy))
                    .with(Who.LEAF, maker -> naming(maker, LEAF_KEY, new AuthorityKeyIdentifier(CA_KEY)))
                    .policy(policy);
            if (policy.equals(VerificationPolicy.DEFAULT)) {
                trio.assertAccepted();
            } else {
                trio.assertRefused(Who.INTERMEDIATE, PROFILE_VIOLATION);
            }
        }
    }

    private static Maker naming(Maker maker, byte[] own, AuthorityKeyIdentifier issuers) {
        return maker.withoutKeyIdentifiers()
                .extension(SUBJECT_KEY_IDENTIFIER, false, new SubjectKeyIdentifier(own))
                .extension(AUTHORITY_KEY_IDENTIFIER, false, issuers);
    }

    // ---- 7.1.2.5.2: name constraints may be non-critical, which RFC 5280 §4.2.1.10 forbids

    @Test
    void nameConstraintsNeedNotBeCriticalForTheWebAndBindAllTheSame() {
        Change permits = maker -> maker.extension("2.5.29.30", false, permitted("example"));
        Change forbids = maker -> maker.extension("2.5.29.30", false, permitted("other.example"));

        assertAcceptedForTheWeb(Who.INTERMEDIATE, permits);
        Trio.of(Who.INTERMEDIATE, permits).assertRefused(Who.INTERMEDIATE, MALFORMED_CERTIFICATE);
        Trio.of(Who.INTERMEDIATE, forbids)
                .policy(VerificationPolicy.WEB_PKI)
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
    }

    private static NameConstraints permitted(String name) {
        return new NameConstraints(
                new GeneralSubtree[] {new GeneralSubtree(new GeneralName(GeneralName.dNSName, name))}, null);
    }

    // ---- 7.1.2.1 to 7.1.2.7: unique identifiers

    @Test
    void uniqueIdentifiersAreNotUsed() {
        for (Who who : Who.values()) {
            assertRefusedForTheWebOnly(who, maker -> maker.fields(WebPkiRuleTest::withUniqueIdentifier));
        }
    }

    /** Puts a subject unique identifier in front of the extensions. */
    static ASN1Sequence withUniqueIdentifier(ASN1Sequence fields) {
        List<ASN1Encodable> all = new ArrayList<>(Arrays.asList(fields.toArray()));
        all.add(all.size() - 1, new DERTaggedObject(false, 2, new DERBitString(new byte[] {1})));
        return new DERSequence(all.toArray(ASN1Encodable[]::new));
    }

    // ---- 7.1.4.3: the common name is a copy of an alternative name

    @ParameterizedTest
    @CsvSource({
        "CN=host.example, true",
        "CN=second.example, true",
        "O=Somebody, true",
        "CN=A name for people, true",
        "CN=HOST.example, false",
        "CN=other.example, false",
        "CN=192.0.2.1, true",
        "CN=192.0.2.001, false",
        "CN=0xc0.0.2.1, false",
        "CN=3221225985, false",
        "CN=2001:db8::1, true",
        "CN=2001:db8:0:0:0:0:0:1, false",
        "CN=2001:DB8::1, false",
        "'CN=host.example,CN=second.example', false",
    })
    void theCommonNameIsACopyOfAnAlternativeName(String subject, boolean accepted) {
        Change change = maker ->
                maker.subject(subject).dns("second.example").ip("192.0.2.1").ip("2001:db8::1");
        if (accepted) {
            assertAcceptedForTheWeb(Who.LEAF, change);
        } else {
            assertRefusedForTheWebOnly(Who.LEAF, change);
        }
    }

    /** Clients of a server are nobody the Baseline Requirements speak of. */
    @Test
    void clientsNeedNoNames() {
        Trio.of(
                        Who.LEAF,
                        maker -> maker.subject("CN=Some Body")
                                .withoutNames()
                                .extendedKeyUsage(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_emailProtection))
                .asClient()
                .policy(VerificationPolicy.WEB_PKI)
                .assertAccepted();
    }
}
