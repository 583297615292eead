package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import java.security.AlgorithmConstraints;
import java.security.AlgorithmParameters;
import java.security.CryptoPrimitive;
import java.security.Key;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a handshake asks of keys and signatures besides what a certificate says of itself. */
class HandshakeDemandsTest {
    private static final Issued ROOT =
            TestCertificates.ca("RSA Root").keyKind(KeyKind.RSA_2048).selfSigned();

    /** Forbids some keys, allows all signatures, and takes note of their parameters. */
    private static final class Constraints implements AlgorithmConstraints {
        private final List<Key> forbidden;
        private final List<@Nullable AlgorithmParameters> seen = new ArrayList<>();

        Constraints(Key... forbidden) {
            this.forbidden = List.of(forbidden);
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, @Nullable AlgorithmParameters parameters) {
            seen.add(parameters);
            return true;
        }

        @Override
        public boolean permits(Set<CryptoPrimitive> primitives, Key key) {
            return !forbidden.contains(key);
        }

        @Override
        public boolean permits(
                Set<CryptoPrimitive> primitives, String algorithm, Key key, @Nullable AlgorithmParameters parameters) {
            return permits(primitives, algorithm, parameters) && permits(primitives, key);
        }
    }

    private static List<SslError> demands(Issued issued, Constraints constraints) {
        return HandshakeDemands.ofConstraints(issued.path(), constraints);
    }

    @Test
    void everyKeyOfThePathHasToBeAllowedThatOfTheTrustAnchorToo() {
        Issued server = TestCertificates.server("example.test").issuedBy(ROOT);
        for (SslCertificate certificate : server.path()) {
            assertEquals(
                    List.of(SslError.of(Code.WEAK_KEY, certificate)),
                    demands(server, new Constraints(certificate.publicKey())));
        }
        assertEquals(List.of(), demands(server, new Constraints()));
    }

    @Test
    void theParametersOfAPssSignatureAreShown() throws Exception {
        Constraints constraints = new Constraints();
        Issued server = TestCertificates.server("example.test")
                .signedWith("SHA384withRSAandMGF1")
                .issuedBy(ROOT);
        assertEquals(List.of(), demands(server, constraints));
        assertEquals(1, constraints.seen.size(), "the signature of a trust anchor is not looked at");
        AlgorithmParameters parameters = constraints.seen.get(0);
        assertTrue(parameters != null, "there are some");
        PSSParameterSpec spec =
                assertInstanceOf(PSSParameterSpec.class, parameters.getParameterSpec(PSSParameterSpec.class));
        assertEquals("SHA-384", spec.getDigestAlgorithm());
    }

    @Test
    void otherSignaturesHaveNoParametersToBeShown() {
        Constraints constraints = new Constraints();
        Issued server = TestCertificates.server("example.test")
                .signedWith("SHA256withRSA")
                .issuedBy(ROOT);
        assertEquals(List.of(), demands(server, constraints));
        assertEquals(1, constraints.seen.size());
        assertNull(constraints.seen.get(0));
    }

    /** The name of the key exchange is about the key of a server; a client signs whatever it is called. */
    @Test
    void aClientSignsWhateverTheKeyExchangeIsCalled() {
        SslCertificate signer = TestCertificates.client("Alice")
                .keyUsage(KeyUsage.digitalSignature)
                .issuedBy(ROOT)
                .certificate();
        assertEquals(List.of(), HandshakeDemands.ofKeyUsage(signer, "RSA", Purpose.CLIENT));
        assertEquals(
                List.of(SslError.of(Code.INVALID_PURPOSE, signer)),
                HandshakeDemands.ofKeyUsage(signer, "RSA", Purpose.SERVER));
    }
}
