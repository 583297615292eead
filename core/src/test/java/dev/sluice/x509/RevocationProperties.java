package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.sluice.SslError;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.testing.TestRevocation;
import dev.sluice.x509.RevocationEvidence.Stapling;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** Nobody gets a good status by damaging one, and parsers give an object or the one exception. */
class RevocationProperties {
    private static final Instant NOW = Instant.parse("2026-06-03T12:00:00Z");
    private static final KeyPair STRANGER = KeyKind.EC_P256.generate();
    private static final Issued CA =
            TestCertificates.ca("CA").issuedBy(TestCertificates.ca("Root").selfSigned());
    private static final Issued SERVER = TestCertificates.server("host.example").issuedBy(CA);
    private static final Issued RESPONDER = TestCertificates.leaf("Responder")
            .extendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning)
            .issuedBy(CA);

    private static final byte[] REVOKED = response(false).revoked(SERVER, 1).der();
    private static final byte[] UNKNOWN = response(false).unknown(SERVER).der();
    private static final byte[] FORGED = response(true).good(SERVER).der();
    private static final byte[] GOOD_LIST =
            TestRevocation.crl(CA).revoke(serialPlusOne(), 1).der();
    private static final byte[] REVOKING_LIST = TestRevocation.crl(CA)
            .revoke(SERVER.certificate().serialNumber(), 1)
            .der();
    private static final byte[] FORGED_LIST =
            TestRevocation.crl(CA).forgedBy(STRANGER).der();

    /** Of 8 bits in some 900 octets. */
    @Property(tries = 4000)
    void noFlippedBitMakesABadResponseGood(@ForAll @IntRange(max = 1_000_000) int bit) {
        for (byte[] response : List.of(REVOKED, UNKNOWN, FORGED)) {
            assertNotEquals(List.of(), judged(List.of(flipped(response, bit)), List.of()));
        }
    }

    @Property(tries = 4000)
    void noFlippedBitMakesABadListGood(@ForAll @IntRange(max = 1_000_000) int bit) {
        for (byte[] list : List.of(REVOKING_LIST, FORGED_LIST)) {
            try {
                CertificateRevocationList read = CertificateRevocationList.fromDer(flipped(list, bit));
                assertNotEquals(List.of(), judged(List.of(), List.of(read)));
            } catch (CertificateFormatException expected) {
                assertNotNull(expected.getMessage());
            }
        }
    }

    @Property(tries = 3000)
    void aDamagedListIsNotThatOfItsIssuer(@ForAll @IntRange(max = 1_000_000) int bit) {
        try {
            CertificateRevocationList read = CertificateRevocationList.fromDer(flipped(GOOD_LIST, bit));
            assertFalse(read.isSignedBy(CA.certificate().publicKey()));
        } catch (CertificateFormatException expected) {
            assertNotNull(expected.getMessage());
        }
    }

    @Property
    void anyBytesGiveAnObjectOrTheOneException(@ForAll @Size(max = 300) byte[] bytes) {
        checkAll(bytes);
    }

    @Property(tries = 3000)
    void anyDamageGivesAnObjectOrTheOneException(
            @ForAll @Size(min = 1, max = 4) List<@IntRange(max = 1_000_000) Integer> positions, @ForAll byte value) {
        for (byte[] good : List.of(REVOKED, FORGED, REVOKING_LIST)) {
            byte[] damaged = good.clone();
            positions.forEach(position -> damaged[position % damaged.length] = value);
            checkAll(damaged);
        }
    }

    private static void checkAll(byte[] bytes) {
        assertNotEquals(List.of(), judged(List.of(bytes), List.of()), "nothing proves the server good");
        try {
            CertificateRevocationList list = CertificateRevocationList.fromDer(bytes);
            assertNotNull(list.toString());
            assertNotNull(list.find(SERVER.certificate().serialNumber()));
        } catch (CertificateFormatException expected) {
            assertNotNull(expected.getMessage());
        }
        try {
            assertFalse(CertificateRevocationList.fromPem(new String(bytes, StandardCharsets.ISO_8859_1))
                    .isEmpty());
        } catch (CertificateFormatException expected) {
            assertNotNull(expected.getMessage());
        }
        try {
            assertNotNull(SignatureAlgorithm.of(bytes).toString());
        } catch (CertificateFormatException expected) {
            assertNotNull(expected.getMessage());
        }
    }

    private static List<SslError> judged(List<byte[]> responses, List<CertificateRevocationList> lists) {
        return new RevocationChecks(
                        VerificationPolicy.DEFAULT.withRevocation(RevocationPolicy.requireForPeerCertificate()))
                .errors(SERVER.path(), new RevocationEvidence(responses, lists, Stapling.NOT_ASKED_FOR), NOW);
    }

    private static TestRevocation.OcspMaker response(boolean forged) {
        TestRevocation.OcspMaker maker = TestRevocation.ocsp(RESPONDER).with(RESPONDER.certificate());
        return forged ? maker.forgedBy(STRANGER) : maker;
    }

    private static BigInteger serialPlusOne() {
        return SERVER.certificate().serialNumber().add(BigInteger.ONE);
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] result = bytes.clone();
        int position = bit % (bytes.length * Byte.SIZE);
        result[position / Byte.SIZE] ^= (byte) (1 << position % Byte.SIZE);
        return result;
    }
}
