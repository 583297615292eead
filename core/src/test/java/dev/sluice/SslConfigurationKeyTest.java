package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.spi.KeyMaterial.KeyAndChain;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.Pkcs12;
import dev.sluice.x509.SslKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys and PKCS #12 files as identities of a configuration. */
class SslConfigurationKeyTest {
    private static final Issued LOCALHOST = TestCertificates.localhost();
    private static final char[] PASSWORD = "password".toCharArray();

    private static KeyAndChain identity(SslConfiguration configuration) {
        assertEquals(1, configuration.identities().size());
        return (KeyAndChain) configuration.identities().get(0);
    }

    @Test
    void aConfigurationKeepsItsKeyWhenTheKeyIsClosed() {
        SslConfiguration.Builder builder = SslConfiguration.builder();
        try (SslKey key = SslKey.of(LOCALHOST.key())) {
            builder.localCertificate(LOCALHOST.chain(), key);
        }
        KeyAndChain identity = identity(builder.build());

        assertEquals(LOCALHOST.chain(), identity.chain());
        assertArrayEquals(LOCALHOST.key().getEncoded(), identity.key().getEncoded());
    }

    @Test
    void anOpaqueKeyIsUsedAsItIs() {
        SslConfiguration configuration = SslConfiguration.builder()
                .localCertificate(LOCALHOST.chain(), SslKey.opaque(LOCALHOST.key()))
                .build();

        assertSame(LOCALHOST.key(), identity(configuration).key());
    }

    @Test
    void w23_aKeyThatIsClosedOrPublicOrOfAnotherPairIsRefused() {
        SslConfiguration.Builder builder = SslConfiguration.builder();
        SslKey closed = SslKey.of(LOCALHOST.key());
        closed.close();
        SslKey publicKey = SslKey.of(LOCALHOST.keys().getPublic());
        SslKey other = SslKey.of(KeyKind.EC_P256.generate().getPrivate());

        assertThrows(IllegalStateException.class, () -> builder.localCertificate(LOCALHOST.chain(), closed));
        assertThrows(IllegalArgumentException.class, () -> builder.localCertificate(LOCALHOST.chain(), publicKey));
        assertThrows(IllegalArgumentException.class, () -> builder.localCertificate(LOCALHOST.chain(), other));
        assertThrows(
                IllegalArgumentException.class, () -> builder.localCertificate(List.of(), SslKey.of(LOCALHOST.key())));
        assertEquals(List.of(), builder.build().identities());
    }

    @Test
    void aPkcs12FileGivesKeyAndChain() throws GeneralSecurityException, IOException {
        byte[] file = keyStore();
        SslConfiguration.Builder builder = SslConfiguration.builder();
        Pkcs12 imported = Pkcs12.read(file, PASSWORD);
        try (imported) {
            builder.localCertificate(imported);
        }
        KeyAndChain identity = identity(builder.build());

        assertEquals(LOCALHOST.path(), identity.chain());
        assertArrayEquals(LOCALHOST.key().getEncoded(), identity.key().getEncoded());
        assertThrows(IllegalStateException.class, () -> builder.localCertificate(imported));
    }

    private static byte[] keyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Certificate[] chain = LOCALHOST.path().stream().map(c -> c.toX509()).toArray(X509Certificate[]::new);
        store.setKeyEntry("key", LOCALHOST.key(), PASSWORD, chain);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        store.store(file, PASSWORD);
        return file.toByteArray();
    }

    @Test
    void w26_aFileThatIsNoneGivesTheDocumentedException() {
        assertThrows(KeyFormatException.class, () -> Pkcs12.read(new byte[10], PASSWORD));
    }
}
