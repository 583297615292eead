package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.sluice.ProtocolRange;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.x509.SslCertificate;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which identity is shown to whom. */
class KeyManagerTest {
    private static final Issued EC = TestCertificates.localhost();
    private static final Issued RSA = TestCertificates.localhostRsa();
    private static final Issued EDWARDS = TestCertificates.server("localhost")
            .keyKind(KeyKind.ED25519)
            .issuedBy(TestCertificates.ca("Edwards Root").selfSigned());

    private static JsseKeyManager manager(Issued... identities) {
        return new JsseKeyManager(
                List.of(identities).stream()
                        .map(identity -> (KeyMaterial) new KeyMaterial.KeyAndChain(identity.chain(), identity.key()))
                        .toList(),
                JsseKeyManager.ServerSessions.NONE,
                JsseProvider.Kind.SUN);
    }

    @Test
    void serversChooseByTypeOfKey() {
        JsseKeyManager manager = manager(RSA, EC, EDWARDS);
        assertShows(RSA, manager, manager.chooseEngineServerAlias("RSA", null, null));
        assertShows(EC, manager, manager.chooseEngineServerAlias("EC", null, null));
        assertShows(EC, manager, manager.chooseEngineServerAlias("EC/secp256r1", null, null));
        assertNull(manager.chooseEngineServerAlias("EC/secp384r1", null, null));
        assertShows(EDWARDS, manager, manager.chooseEngineServerAlias("EdDSA", null, null));
        assertNull(manager.chooseEngineServerAlias("Ed448", null, null));
        assertNull(manager.chooseEngineServerAlias("DSA", null, null));
    }

    @Test
    void clientsChooseByIssuerInTheOrderOfTheServersTypes() {
        JsseKeyManager manager = manager(RSA, EC);
        String[] types = {"EC", "RSA"};
        assertShows(EC, manager, manager.chooseEngineClientAlias(types, null, null));
        assertShows(EC, manager, manager.chooseEngineClientAlias(types, new Principal[0], null));
        Principal[] rootOfRsa = {RSA.root().toX509().getSubjectX500Principal()};
        assertShows(RSA, manager, manager.chooseEngineClientAlias(types, rootOfRsa, null));
        Principal[] stranger = {EDWARDS.root().toX509().getSubjectX500Principal()};
        assertNull(manager.chooseEngineClientAlias(types, stranger, null));
    }

    @Test
    void anUnknownAliasShowsNothing() {
        JsseKeyManager manager = manager(EC);
        for (String alias : List.of("", "0", "1:", "-1:", "00:", "x:y")) {
            assertNull(manager.getPrivateKey(alias), alias);
            assertNull(manager.getCertificateChain(alias), alias);
        }
    }

    @Test
    void nothingIsLeftAfterTheWipe() {
        JsseKeyManager manager = manager(EC);
        String alias = manager.chooseEngineServerAlias("EC", null, null);
        assertNotNull(alias);
        manager.wipe();
        assertNull(manager.getPrivateKey(alias));
        assertNull(manager.chooseEngineServerAlias("EC", null, null));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.jsse.HandshakeTest#versions")
    void aKeyManagerOfTheUserIsAskedForClients(ProtocolRange version) throws Exception {
        Issued client = TestCertificates.testClient();
        try (EnginePair pair = new EnginePair.Setup(new JsseBackend())
                .protocols(version)
                .clientIdentities(List.of(new KeyMaterial.Manager(userManager(client))))
                .acceptedIssuers(List.of(client.root()))
                .clientAuthentication(ClientAuthentication.REQUIRE)
                .open()) {
            pair.handshake().exchange();
            assertEquals(
                    client.chain(), pair.server.engine.sessionFacts().peer().chain());
        }
    }

    private static X509KeyManager userManager(Issued identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] password = "changeit".toCharArray();
        store.setKeyEntry(
                "user",
                identity.key(),
                password,
                identity.chain().stream().map(SslCertificate::toX509).toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
        factory.init(store, password);
        return (X509KeyManager) factory.getKeyManagers()[0];
    }

    private static void assertShows(Issued expected, JsseKeyManager manager, String alias) {
        assertNotNull(alias);
        assertSame(expected.key(), manager.getPrivateKey(alias));
        assertArrayEquals(
                expected.chain().stream().map(SslCertificate::toX509).toArray(), manager.getCertificateChain(alias));
    }
}
