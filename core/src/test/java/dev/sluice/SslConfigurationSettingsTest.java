package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.spi.KeyMaterial;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestRevocation;
import dev.sluice.x509.CertificateRevocationList;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.Pkcs12;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import dev.sluice.x509.VerificationRequest;
import dev.sluice.x509.VerificationResult;
import java.io.ByteArrayOutputStream;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What was set is what is told, at the edges of what may be set too, and what is refused is told in words. */
class SslConfigurationSettingsTest {
    private static final Duration YEAR = Duration.ofDays(365);

    private final SslConfiguration.Builder builder = SslConfiguration.builder();

    private static String refusal(Runnable setting) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, setting::run).getMessage());
    }

    @Test
    void w44_theDefaultAsksInterruptsAndLimitsNothingThatNobodyAskedFor() {
        SslConfiguration unset = builder.build();
        assertEquals(Optional.empty(), unset.peerVerifyName());
        assertEquals(VerificationPolicy.DEFAULT, unset.verificationPolicy());
        assertEquals(List.of(), unset.certificateRevocationLists());
        assertFalse(unset.handshakeMustInterruptOnError());
        assertFalse(unset.missingCertificateIsFatal());
        assertTrue(unset.serverCipherPreference());
        assertEquals(Duration.ofSeconds(30), unset.connectTimeout());
        assertEquals(Duration.ofSeconds(30), unset.writeTimeout());
        assertEquals(0, unset.readBufferLimit());
        assertEquals(Optional.empty(), unset.taskExecutor());
        assertEquals("SslConfiguration[]", unset.toString());
    }

    @Test
    void whatWasSetIsTold() {
        Executor executor = Runnable::run;
        CertificateRevocationList crl =
                TestRevocation.crl(TestCertificates.ca("CRL").selfSigned()).list();
        SslConfiguration set = builder.peerVerifyName("example.org")
                .peerVerifyDepth(3)
                .verificationPolicy(VerificationPolicy.WEB_PKI)
                .certificateRevocationLists(List.of(crl))
                .handshakeMustInterruptOnError(true)
                .missingCertificateIsFatal(true)
                .serverCipherPreference(false)
                .connectTimeout(Duration.ofSeconds(5))
                .writeTimeout(Duration.ofSeconds(6))
                .readBufferLimit(7)
                .taskExecutor(executor)
                .build();
        assertEquals(Optional.of("example.org"), set.peerVerifyName());
        assertEquals(3, set.peerVerifyDepth());
        assertEquals(VerificationPolicy.WEB_PKI, set.verificationPolicy());
        assertEquals(List.of(crl), set.certificateRevocationLists());
        assertTrue(set.handshakeMustInterruptOnError());
        assertTrue(set.missingCertificateIsFatal());
        assertFalse(set.serverCipherPreference());
        assertEquals(Duration.ofSeconds(5), set.connectTimeout());
        assertEquals(Duration.ofSeconds(6), set.writeTimeout());
        assertEquals(7, set.readBufferLimit());
        assertSame(executor, set.taskExecutor().orElseThrow());
    }

    @Test
    void timesOfUpToAYearAreTakenAsTheyAre() {
        assertEquals(YEAR, builder.connectTimeout(YEAR).build().connectTimeout());
        assertTrue(refusal(() -> builder.connectTimeout(YEAR.plusNanos(1))).startsWith("connectTimeout is "));
    }

    @Test
    void aHintHasOneTo128Bytes() {
        for (String hint : List.of("x", "x".repeat(128))) {
            assertEquals(
                    Optional.of(hint),
                    builder.preSharedKeyIdentityHint(hint).build().preSharedKeyIdentityHint());
        }
        refusal(() -> builder.preSharedKeyIdentityHint("x".repeat(129)));
    }

    @Test
    void addingNoAuthorityIsRefusedAlsoIfThereAreSome() {
        builder.addCaCertificate(TestCertificates.localhost().root());
        assertTrue(refusal(() -> builder.addCaCertificates(List.of())).contains("is empty"));
    }

    @Test
    void theRefusalOfAStapleTellsItsLengthIfThatIsWhatIsWrong() {
        assertTrue(
                refusal(() -> builder.stapledOcspResponse(new byte[0])).contains("has 0 bytes, expected 1 to 65535"));
        assertTrue(refusal(() -> builder.stapledOcspResponse(new byte[65_536])).contains("has 65536 bytes"));
        assertTrue(refusal(() -> builder.stapledOcspResponse(new byte[1])).contains("is refused"));
        assertTrue(refusal(() -> builder.stapledOcspResponse(new byte[65_535])).contains("is refused"));
    }

    @Test
    void w12_aSignallingValueIsToldFromAnUnknownName() {
        assertTrue(refusal(() -> builder.ciphers("TLS_FALLBACK_SCSV")).contains("is a signalling value"));
        assertTrue(refusal(() -> builder.ciphers("TLS_NO_SUCH_SUITE")).contains("is not known"));
    }

    @Test
    void aKeyManagerIsAnIdentity() {
        X509KeyManager manager = new SilentKeyManager();
        assertEquals(
                List.of(new KeyMaterial.Manager(manager)),
                builder.keyManager(manager).build().identities());
    }

    @Test
    void theKeyOfAPkcs12FileIsAnIdentityWithItsChain() throws Exception {
        TestCertificates.Issued server = TestCertificates.localhost();
        char[] password = "changeit".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "server",
                server.key(),
                password,
                server.chain().stream().map(SslCertificate::toX509).toArray(Certificate[]::new));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        store.store(file, password);
        try (Pkcs12 identity = Pkcs12.read(file.toByteArray(), password)) {
            assertEquals(
                    List.of(new KeyMaterial.KeyAndChain(server.chain(), server.key())),
                    builder.localCertificate(identity).build().identities());
        }
    }

    // ---- the text ----

    @Test
    void theTextTellsWhatDiffersFromTheDefaultAndNothingElse() {
        assertEquals(
                "SslConfiguration[peerVerifyDepth=3, readBufferLimit=7]",
                builder.peerVerifyDepth(3).readBufferLimit(7).build().toString());
        assertEquals(
                "SslConfiguration[]",
                builder.peerVerifyDepth(0).readBufferLimit(0).build().toString());
    }

    @Test
    void theTextNamesObjectsOfTheUserByTheirClassOnly() {
        SslConfiguration configuration = builder.taskExecutor(new TalkativeExecutor())
                .backend(FakeBackend.named("chosen"))
                .certificateVerifier(new TalkativeVerifier())
                .dangerouslyKeyLog(new TalkativeKeyLog())
                .diffieHellmanParameters(SslConfigurationTest.FFDHE2048)
                .serverName(
                        "example.org",
                        SslConfiguration.builder().peerVerifyDepth(9).build())
                .build();
        assertEquals(
                "SslConfiguration[certificateVerifier=" + TalkativeVerifier.class.getName()
                        + ", serverNames=[example.org], diffieHellmanParameters=2048 bits, dangerouslyKeyLog="
                        + TalkativeKeyLog.class.getName() + ", taskExecutor=" + TalkativeExecutor.class.getName()
                        + ", backend=chosen]",
                configuration.toString());
    }

    private record TalkativeVerifier() implements CertificateVerifier {
        @Override
        public VerificationResult verify(VerificationRequest request) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String toString() {
            return "a secret";
        }
    }

    private record TalkativeKeyLog() implements SslKeyLog {
        @Override
        public void log(String line) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String toString() {
            return "a secret";
        }
    }

    private record TalkativeExecutor() implements Executor {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public String toString() {
            return "a secret";
        }
    }

    @Test
    void aRangeIsToldByItsEnds() {
        assertEquals("TLSv1.2..TLSv1.3", ProtocolRange.SECURE.toString());
        assertEquals("TLSv1.3", ProtocolRange.TLS_1_3.toString());
    }

    // ---- policies for pre-shared keys ----

    @Test
    void w29_aPolicyMayDemandExactlyTheFloorAndExactlyOneLength() {
        PskPolicy exact = new PskPolicy(128, 16, false);
        assertEquals(Optional.of("pre-shared key is missing"), exact.refusal(new byte[0]));
        assertTrue(exact.refusal(new byte[17]).orElseThrow().contains("has 17 bytes, expected 16 or fewer"));
        assertTrue(exact.refusal(new byte[15]).orElseThrow().contains("has 120 bits, expected 128 or more"));
        assertEquals(Optional.empty(), new PskPolicy(8, 1, true).refusal(new byte[1]));
    }

    @Test
    void w29_aPolicyBelowTheFloorIsRefusedAndTheWayOutIsNamedOnlyIfThereIsOne() {
        assertTrue(refusal(() -> new PskPolicy(127, 16, false))
                .endsWith("is 127 bits, expected 128 or more unless low entropy is allowed"));
        assertTrue(refusal(() -> new PskPolicy(7, 16, true)).endsWith("is 7 bits, expected 8 or more"));
        assertTrue(refusal(() -> new PskPolicy(129, 16, false)).contains("maximum of the pre-shared key is 16 bytes"));
    }

    // ---- pins ----

    private record EncodedKey(@Nullable String format, byte @Nullable [] encoded) implements PublicKey {
        @Override
        public String getAlgorithm() {
            return "opaque";
        }

        @Override
        @SuppressWarnings("NullAway") // as the interface says
        public String getFormat() {
            return format;
        }

        @Override
        @SuppressWarnings("NullAway") // as the interface says
        public byte[] getEncoded() {
            return encoded;
        }
    }

    @Test
    void w27_aKeyThatDoesNotShowItsSubjectPublicKeyInfoCannotBePinned() {
        PublicKey key = TestCertificates.localhost().certificate().publicKey();
        assertEquals(SpkiPin.of(key), SpkiPin.of(new EncodedKey("X.509", key.getEncoded())));
        assertTrue(refusal(() -> SpkiPin.of(new EncodedKey("X.509", null))).startsWith("opaque public key"));
        assertTrue(refusal(() -> SpkiPin.of(new EncodedKey("RAW", key.getEncoded())))
                .contains("encoded as RAW"));
        assertTrue(refusal(() -> SpkiPin.of(new EncodedKey(null, key.getEncoded())))
                .contains("expected X.509"));
    }

    @Test
    void pinsOfDifferentKeysHaveDifferentHashCodes() {
        assertNotEquals(
                SpkiPin.ofSha256(new byte[32]).hashCode(),
                SpkiPin.parse("sha256/47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
                        .hashCode());
    }

    /** A key manager that is only held, never asked. */
    private static final class SilentKeyManager implements X509KeyManager {
        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, java.net.Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, java.net.Socket socket) {
            throw new UnsupportedOperationException();
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            throw new UnsupportedOperationException();
        }
    }
}
