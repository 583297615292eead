package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VerifyingTrustManagerFactoryTest {
    private static final Issued SERVER = TestCertificates.localhost();

    private final KeyStore keyStore = newKeyStore();

    private static KeyStore newKeyStore() {
        try {
            return KeyStore.getInstance("PKCS12");
        } catch (KeyStoreException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void makeTheKeyStore() throws Exception {
        keyStore.load(null, null);
    }

    @Test
    void withoutInitialisationItTrustsWhomTheSystemTrusts() {
        X509ExtendedTrustManager given = trustManager(new VerifyingTrustManagerFactory());

        assertArrayEquals(
                TrustAnchors.system().stream().map(SslCertificate::toX509).toArray(), given.getAcceptedIssuers());
    }

    @Test
    void withoutAKeyStoreItTrustsWhomTheSystemTrusts() throws Exception {
        TrustManagerFactory factory =
                new VerifyingTrustManagerFactory(VerifyingTrustManager.of(List.of(SERVER.root())));

        factory.init((KeyStore) null);

        assertEquals(TrustAnchors.system().size(), trustManager(factory).getAcceptedIssuers().length);
    }

    @Test
    void theTrustedCertificatesOfAKeyStoreAreTrustedAndThoseOfItsKeysAreNot() throws Exception {
        keyStore.setCertificateEntry("root", SERVER.root().toX509());
        Issued own = TestCertificates.testClient();
        keyStore.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.x509()});
        TrustManagerFactory factory = new VerifyingTrustManagerFactory();

        factory.init(keyStore);

        assertArrayEquals(
                new X509Certificate[] {SERVER.root().toX509()},
                trustManager(factory).getAcceptedIssuers());
    }

    @Test
    void aKeyStoreChangesTheTrustAnchorsAndNothingElse() throws Exception {
        keyStore.setCertificateEntry("root", SERVER.root().toX509());
        TrustManagerFactory factory = new VerifyingTrustManagerFactory(
                VerifyingTrustManager.builder().peerVerifyName("other.test").build());

        factory.init(keyStore);

        X509Certificate[] chain =
                SERVER.chain().stream().map(SslCertificate::toX509).toArray(X509Certificate[]::new);
        CertificateRefusedException refused = assertThrows(
                CertificateRefusedException.class,
                () -> trustManager(factory).checkServerTrusted(chain, "ECDHE_ECDSA", FakeEngine.with("localhost")));
        assertEquals(List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate())), refused.errors());
    }

    @Test
    void aKeyStoreThatWouldLeaveNobodyToTrustIsRefusedAndChangesNothing() throws Exception {
        Issued own = TestCertificates.testClient();
        keyStore.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.x509()});
        VerifyingTrustManager before = VerifyingTrustManager.of(List.of(SERVER.root()));
        TrustManagerFactory factory = new VerifyingTrustManagerFactory(before);

        assertThrows(KeyStoreException.class, () -> factory.init(keyStore));
        assertThrows(KeyStoreException.class, () -> factory.init(newKeyStore())); // not loaded

        assertSame(before, trustManager(factory));
    }

    @Test
    void parametersGiveTheTrustManagerAndOthersAreRefused() throws Exception {
        VerifyingTrustManager ours = VerifyingTrustManager.of(List.of(SERVER.root()));
        TrustManagerFactory factory = new VerifyingTrustManagerFactory();

        factory.init(new VerifyingTrustManagerFactory.Parameters(ours));
        assertThrows(
                InvalidAlgorithmParameterException.class,
                () -> factory.init(new CertPathTrustManagerParameters(
                        new PKIXParameters(Set.of(new TrustAnchor(SERVER.root().toX509(), null))))));
        assertThrows(InvalidAlgorithmParameterException.class, () -> factory.init((ManagerFactoryParameters) null));

        assertSame(ours, trustManager(factory));
    }

    @Test
    void itComesFromAProviderThatIsNotRegistered() {
        TrustManagerFactory factory = new VerifyingTrustManagerFactory();

        assertEquals("Sluice", factory.getAlgorithm());
        assertNull(Security.getProvider(factory.getProvider().getName()));
    }

    @Test
    void whatItGivesVerifiesInAContext() throws Exception {
        TrustManagerFactory factory = new VerifyingTrustManagerFactory();
        keyStore.setCertificateEntry("root", SERVER.root().toX509());
        factory.init(keyStore);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);

        assertTrue(handshake(context, "localhost").succeeded());
        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, SERVER.certificate())),
                handshake(context, "other.test").refusalOfServer().errors());
    }

    private static MemoryHandshake handshake(SSLContext clients, String host) throws Exception {
        SSLEngine client = clients.createSSLEngine(host, 443);
        client.setUseClientMode(true);
        SSLEngine server = MemoryHandshake.context(SERVER, null).createSSLEngine();
        server.setUseClientMode(false);
        return MemoryHandshake.of(client, server);
    }

    private static X509ExtendedTrustManager trustManager(TrustManagerFactory factory) {
        assertEquals(1, factory.getTrustManagers().length);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }
}
