package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.testing.TestRevocation;
import dev.sluice.testing.TestRevocation.CrlMaker;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a CRL holds, and which CRLs are refused. */
class CertificateRevocationListTest {
    private static final Issued CA = TestCertificates.ca("Example CA").selfSigned();
    private static final BigInteger SERIAL = BigInteger.valueOf(4711);

    // ---- read

    @Test
    void everythingInItIsRead() {
        CertificateRevocationList list = TestRevocation.crl(CA)
                .number(BigInteger.valueOf(17))
                .revoke(SERIAL, CRLReason.keyCompromise)
                .list();

        assertEquals("CN=Example CA", list.issuer());
        assertEquals(TestRevocation.THIS_UPDATE, list.thisUpdate());
        assertEquals(TestRevocation.NEXT_UPDATE, list.nextUpdate());
        assertEquals(BigInteger.valueOf(17), list.number());
        assertEquals(1, list.size());
        assertEquals(
                Optional.of(new RevokedCertificate(SERIAL, TestRevocation.REVOKED, RevocationReason.KEY_COMPROMISE)),
                list.find(SERIAL));
        assertEquals("CRL[CN=Example CA, number 17, 1 entries]", list.toString());
        assertTrue(list.isSignedBy(CA.certificate().publicKey()));
        assertTrue(list.isSignedBy(CA.certificate().publicKey()), "and so it is if asked again");
        assertFalse(list.isSignedBy(KeyKind.EC_P256.generate().getPublic()));
    }

    @Test
    void aListWithoutEntriesIsRead() {
        CertificateRevocationList list = TestRevocation.crl(CA).list();

        assertEquals(0, list.size());
        assertEquals(Optional.empty(), list.find(SERIAL));
    }

    @Test
    void timesFrom2050OnAreRead() {
        Instant late = Instant.parse("2051-01-01T00:00:00Z");

        assertEquals(
                late,
                TestRevocation.crl(CA)
                        .valid(TestRevocation.THIS_UPDATE, late)
                        .list()
                        .nextUpdate());
    }

    @ParameterizedTest
    @EnumSource(names = {"RSA_2048", "EC_P384", "ED25519"})
    void signaturesOfAllKindsAreChecked(KeyKind kind) {
        Issued ca = TestCertificates.ca("Other CA").keyKind(kind).selfSigned();

        assertTrue(TestRevocation.crl(ca).list().isSignedBy(ca.certificate().publicKey()));
    }

    @Test
    void equalityIsThatOfTheEncoding() throws CertificateFormatException {
        byte[] der = TestRevocation.crl(CA).der();
        CertificateRevocationList list = CertificateRevocationList.fromDer(der);

        assertArrayEquals(der, list.toDer());
        assertEquals(list, CertificateRevocationList.fromDer(der));
        assertEquals(list.hashCode(), CertificateRevocationList.fromDer(der).hashCode());
        assertNotEquals(list, TestRevocation.crl(CA).revoke(SERIAL).list());
    }

    @Test
    void theBytesGivenMayChangeAfterwards() throws CertificateFormatException {
        byte[] der = TestRevocation.crl(CA).revoke(SERIAL).der();
        CertificateRevocationList list = CertificateRevocationList.fromDer(der);

        Arrays.fill(der, (byte) 0);

        assertTrue(list.find(SERIAL).isPresent());
        assertTrue(list.isSignedBy(CA.certificate().publicKey()));
    }

    // ---- look-up

    @Test
    void everyEntryOfAGreatListIsFoundAndNothingElse() throws CertificateFormatException {
        int count = 300_000;
        CertificateRevocationList list = CertificateRevocationList.fromDer(greatList(count));

        assertEquals(count, list.size());
        for (int i = 0; i < count; i++) {
            BigInteger serial = serial(i);
            if (!list.find(serial).orElseThrow().serialNumber().equals(serial)) {
                throw new AssertionError("found another entry for " + serial);
            }
        }
        assertEquals(Optional.empty(), list.find(serial(count)));
        assertEquals(Optional.empty(), list.find(BigInteger.ZERO));
    }

    /** The hash of a {@link BigInteger} is that of its digits to the base of 2^32, each 31 times the one below. */
    @Test
    void serialNumbersWithTheSameHashAreToldApart() {
        BigInteger one = BigInteger.valueOf(31);
        BigInteger other = BigInteger.ONE.shiftLeft(32);
        BigInteger negative = BigInteger.valueOf(-5);
        assertEquals(one.hashCode(), other.hashCode(), "hash");

        CertificateRevocationList both = TestRevocation.crl(CA)
                .revoke(other)
                .revoke(one)
                .revoke(negative)
                .list();
        CertificateRevocationList second = TestRevocation.crl(CA).revoke(other).list();

        assertEquals(one, both.find(one).orElseThrow().serialNumber());
        assertEquals(other, both.find(other).orElseThrow().serialNumber());
        assertEquals(negative, both.find(negative).orElseThrow().serialNumber());
        assertEquals(Optional.empty(), second.find(one));
    }

    @ParameterizedTest
    @CsvSource({
        "0, UNSPECIFIED",
        "1, KEY_COMPROMISE",
        "2, CA_COMPROMISE",
        "3, AFFILIATION_CHANGED",
        "4, SUPERSEDED",
        "5, CESSATION_OF_OPERATION",
        "6, CERTIFICATE_HOLD",
        "9, PRIVILEGE_WITHDRAWN",
        "10, AA_COMPROMISE"
    })
    void reasonsAreRead(int number, RevocationReason reason) {
        CertificateRevocationList list =
                TestRevocation.crl(CA).revoke(SERIAL, number).list();

        assertEquals(reason, list.find(SERIAL).orElseThrow().reason());
    }

    // ---- refused

    static Stream<Arguments> refusedLists() {
        String number = Extension.cRLNumber.getId();
        String authorityKey = Extension.authorityKeyIdentifier.getId();
        return Stream.of(
                refused("no CRL number", crl().without(number)),
                refused("CRL number is critical", crl().extension(number, true, new ASN1Integer(1))),
                refused("negative or longer", crl().number(BigInteger.ONE.negate())),
                refused("negative or longer", crl().number(BigInteger.ONE.shiftLeft(159))),
                refused("no authority key identifier", crl().without(authorityKey)),
                refused("no key identifier", crl().extension(authorityKey, false, new DERSequence())),
                refused("no nextUpdate", crl().valid(TestRevocation.THIS_UPDATE, null)),
                refused("ends before it begins", crl().valid(TestRevocation.NEXT_UPDATE, TestRevocation.THIS_UPDATE)),
                refused("delta CRL", crl().extension(Extension.deltaCRLIndicator.getId(), true, new ASN1Integer(1))),
                refused("1.2.3.4 is critical", crl().extension("1.2.3.4", true, DERNull.INSTANCE)),
                refused("not of version 2", crl().edited(parts -> parts.remove(0))),
                refused("not of version 2", crl().edited(parts -> parts.set(0, new ASN1Integer(0)))),
                refused("not of version 2", crl().edited(parts -> parts.set(0, new ASN1Integer(2)))),
                refused(
                        "two signature algorithms",
                        crl().edited(parts ->
                                parts.set(1, new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA384)))),
                refused("empty issuer", crl().edited(parts -> parts.set(2, new X500Name("")))),
                refused("GeneralizedTime before 2050", crl().edited(parts -> parts.set(3, generalizedTime()))),
                refused("no extensions", crl().edited(parts -> parts.remove(parts.size() - 1))),
                refused("empty list of revoked", crl().edited(parts -> parts.add(5, new DERSequence()))),
                refused("bytes too many", crl().edited(parts -> parts.add(DERNull.INSTANCE))),
                refused("delta CRLs are not supported", crl().revoke(SERIAL, CRLReason.removeFromCRL)),
                refused("entry with reason 7", crl().revoke(SERIAL, 7)),
                refused("entry with reason 11", crl().revoke(SERIAL, 11)),
                refused(
                        "indirect CRLs are not supported",
                        crl().revoke(
                                        SERIAL,
                                        extension(
                                                Extension.certificateIssuer.getId(),
                                                true,
                                                new GeneralNames(new GeneralName(new X500Name("CN=Other")))))),
                refused("1.2.3.4 is critical", crl().revoke(SERIAL, extension("1.2.3.4", true, DERNull.INSTANCE))),
                // onlyContainsUserCerts, onlyContainsCACerts, onlySomeReasons, indirectCRL, onlyContainsAttributeCerts
                refused("indirect CRL", crl().extension(IDP, true, point(false, false, null, true, false))),
                refused("attribute certificates", crl().extension(IDP, true, point(false, false, null, false, true))),
                refused(
                        "limited to some reasons",
                        crl().extension(
                                        IDP,
                                        true,
                                        point(false, false, new ReasonFlags(ReasonFlags.keyCompromise), false, false))),
                refused("at once", crl().extension(IDP, true, rawPoint(new int[] {1, 2}))),
                refused("is empty", crl().extension(IDP, true, new DERSequence())),
                refused(
                        "relative name",
                        crl().extension(
                                        IDP,
                                        true,
                                        new DERSequence(new DERTaggedObject(
                                                true, 0, new DERTaggedObject(false, 1, new DERSequence()))))));
    }

    private static final String IDP = Extension.issuingDistributionPoint.getId();

    @ParameterizedTest
    @MethodSource("refusedLists")
    void aListThatCannotBeUsedIsRefusedByName(String reason, byte[] der) {
        CertificateFormatException refusal =
                assertThrows(CertificateFormatException.class, () -> CertificateRevocationList.fromDer(der));

        assertTrue(refusal.getMessage().contains(reason), refusal::getMessage);
    }

    @Test
    void unknownExtensionsThatAreNotCriticalAreIgnored() {
        CertificateRevocationList list = crl().extension("1.2.3.4", false, DERNull.INSTANCE)
                .revoke(SERIAL, extension("1.2.3.5", false, DERNull.INSTANCE))
                .list();

        assertTrue(list.find(SERIAL).isPresent());
    }

    @Test
    void theLongestNumberIsRead() {
        BigInteger number = BigInteger.ONE.shiftLeft(159).subtract(BigInteger.ONE);

        assertEquals(number, crl().number(number).list().number());
    }

    @Test
    void anExtensionMustNotBeThereTwice() {
        byte[] der = crl().edited(parts -> {
                    ASN1TaggedObject extensions = ASN1TaggedObject.getInstance(parts.get(parts.size() - 1));
                    DERSequence list = new DERSequence(Stream.concat(
                                    Stream.of(ASN1Sequence.getInstance(extensions, true)
                                            .toArray()),
                                    Stream.of(extension(Extension.cRLNumber.getId(), false, new ASN1Integer(2))))
                            .toArray(ASN1Encodable[]::new));
                    parts.set(parts.size() - 1, new DERTaggedObject(true, 0, list));
                })
                .der();

        assertThrows(CertificateFormatException.class, () -> CertificateRevocationList.fromDer(der));
    }

    // ---- PEM

    @Test
    void severalListsWithTextAroundAreReadFromPem() throws CertificateFormatException {
        byte[] first = crl().der();
        byte[] second = crl().revoke(SERIAL).der();
        String text =
                "first\r\n" + pem("X509 CRL", first) + CA.certificate().toPem() + "second\n" + pem("X509 CRL", second);

        assertEquals(
                List.of(CertificateRevocationList.fromDer(first), CertificateRevocationList.fromDer(second)),
                CertificateRevocationList.fromPem(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN X509 CRL-----", "-----BEGIN X509 CRL-----\n!\n-----END X509 CRL-----"})
    void aTextWithoutAListIsRefused(String text) {
        assertThrows(CertificateFormatException.class, () -> CertificateRevocationList.fromPem(text));
    }

    @Test
    void certificatesAreNoLists() {
        String text = CA.certificate().toPem();

        assertThrows(CertificateFormatException.class, () -> CertificateRevocationList.fromPem(text));
        assertThrows(
                CertificateFormatException.class,
                () -> CertificateRevocationList.fromDer(CA.certificate().toDer()));
    }

    private static CrlMaker crl() {
        return TestRevocation.crl(CA);
    }

    private static Arguments refused(String reason, CrlMaker maker) {
        return Arguments.of(reason, maker.der());
    }

    private static ASN1GeneralizedTime generalizedTime() {
        return new DERGeneralizedTime("20260601000000Z");
    }

    private static Extension extension(String oid, boolean critical, ASN1Encodable value) {
        try {
            return new Extension(
                    new ASN1ObjectIdentifier(oid),
                    critical,
                    new DEROctetString(value.toASN1Primitive().getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static IssuingDistributionPoint point(
            boolean users, boolean cas, @Nullable ReasonFlags reasons, boolean indirect, boolean attributes) {
        return new IssuingDistributionPoint(
                new DistributionPointName(new GeneralNames(
                        new GeneralName(GeneralName.uniformResourceIdentifier, "http://crl.example/1"))),
                users,
                cas,
                reasons,
                indirect,
                attributes);
    }

    private static DERSequence rawPoint(int[] flags) {
        return new DERSequence(Arrays.stream(flags)
                .mapToObj(flag -> new DERTaggedObject(false, flag, ASN1Boolean.TRUE))
                .toArray(ASN1Encodable[]::new));
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\r\n"
                + Base64.getMimeEncoder().encodeToString(der)
                + "\r\n-----END " + label + "-----\r\n";
    }

    private static BigInteger serial(int i) {
        return BigInteger.valueOf(0x5000_0000_0000_0000L + i * 0x1_0000_0003L);
    }

    /** Entries put into a list by hand, with a signature that nobody looks at. */
    private static byte[] greatList(int count) {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        byte[] date = HexFormat.of().parseHex("170d3236303530313030303030305a");
        for (int i = 0; i < count; i++) {
            byte[] serial = serial(i).toByteArray();
            entries.writeBytes(new byte[] {0x30, (byte) (2 + serial.length + date.length), 2, (byte) serial.length});
            entries.writeBytes(serial);
            entries.writeBytes(date);
        }
        byte[] made = crl().der();
        try {
            DerReader list = DerReader.of(made).enter(DerReader.SEQUENCE);
            DerReader tbs = list.enter(DerReader.SEQUENCE);
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            for (int i = 0; i < 5; i++) {
                content.writeBytes(tbs.readElement());
            }
            content.writeBytes(sequence(entries.toByteArray()));
            content.writeBytes(tbs.rest());
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.writeBytes(sequence(content.toByteArray()));
            whole.writeBytes(list.rest());
            return sequence(whole.toByteArray());
        } catch (CertificateFormatException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] sequence(byte[] content) {
        ByteArrayOutputStream result = new ByteArrayOutputStream();
        result.writeBytes(new byte[] {
            0x30, (byte) 0x83, (byte) (content.length >> 16), (byte) (content.length >> 8), (byte) content.length
        });
        result.writeBytes(content);
        return result.toByteArray();
    }
}
