package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslCipher.Authentication;
import dev.sluice.SslCipher.KeyExchange;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of cipher suites: complete, without contradictions, and read right. */
class CipherSuiteTableTest {

    @Test
    void w12_everySuiteOfTheRunningJdkHasAnEntryOrIsASignallingValue() throws NoSuchAlgorithmException {
        List<String> unknown = Stream.of(
                        SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
                .filter(name -> SslCipher.fromName(name).isEmpty() && !CipherSuiteTable.isSignallingValue(name))
                .toList();

        assertEquals(List.of(), unknown);
    }

    @Test
    void w12_everyEntryIsComplete() {
        assertFalse(SslCipher.all().isEmpty());
        for (SslCipher suite : SslCipher.all()) {
            assertAll(
                    suite.name(),
                    () -> assertFalse(suite.protocols().isEmpty()),
                    () -> assertFalse(suite.openSslName().isEmpty()),
                    () -> assertFalse(suite.encryptionMethod().isEmpty()),
                    () -> assertTrue(suite.usedBits() <= suite.supportedBits()),
                    () -> assertEquals(suite.encryptionMethod().equals("None"), suite.usedBits() == 0));
        }
    }

    @Test
    void everyEntryIsFoundByItsNumberAndByEachOfItsNames() {
        for (SslCipher suite : SslCipher.all()) {
            assertAll(
                    suite.name(),
                    () -> assertEquals(Optional.of(suite), SslCipher.fromId(suite.id())),
                    () -> assertEquals(Optional.of(suite), SslCipher.fromName(suite.name())),
                    () -> assertEquals(Optional.of(suite), SslCipher.fromName(suite.openSslName())),
                    () -> assertEquals(
                            Optional.of(suite), SslCipher.fromName(suite.name().replaceFirst("^TLS_", "SSL_"))));
        }
    }

    @Test
    void numbersAndNamesAreUnique() {
        long all = SslCipher.all().size();

        assertEquals(
                all, SslCipher.all().stream().mapToInt(SslCipher::id).distinct().count());
        assertEquals(
                all, SslCipher.all().stream().map(SslCipher::name).distinct().count());
        assertEquals(
                all,
                SslCipher.all().stream().map(SslCipher::openSslName).distinct().count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
                "TLS_FALLBACK_SCSV",
                "TLS_NULL_WITH_NULL_NULL",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA257",
                "tls_aes_128_gcm_sha256",
                "HIGH",
                " TLS_AES_128_GCM_SHA256",
                "",
            })
    void w12_whatIsNoSuiteIsNotFound(String name) {
        assertEquals(Optional.empty(), SslCipher.fromName(name));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0000, 0x00ff, 0x5600, 0x0a0a, 0xffff, -1})
    void w12_numbersThatAreNoSuiteAreNotFound(int id) {
        assertEquals(Optional.empty(), SslCipher.fromId(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "TLS_ECDHE_RSA_WITH_AES_192_GCM_SHA256",
                "TLS_ECDHX_RSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM",
                "TLS_ECDHE_RSA_WITH_AES_128_CBC_MD6",
                "TLS_AES_128_CBC_SHA256",
                "TLS_AES_128_GCM",
                "TLS_SHA",
                "TLS_",
                "SSL_RSA_WITH_RC4_128_MD5",
                "",
            })
    void w12_aNameWithAnUnknownPartIsRefusedAndNotGuessed(String name) {
        assertThrows(IllegalArgumentException.class, () -> CipherSuiteName.parse(name));
    }

    /** Samples of {@code openssl ciphers -V -stdname ALL:COMPLEMENTOFALL:eNULL}, and older ones that it no longer builds. */
    @ParameterizedTest
    @CsvSource({
        "1302, TLS_AES_256_GCM_SHA384, TLS_AES_256_GCM_SHA384, AESGCM(256)",
        "c02c, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, ECDHE-ECDSA-AES256-GCM-SHA384, AESGCM(256)",
        "c02f, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, ECDHE-RSA-AES128-GCM-SHA256, AESGCM(128)",
        "cca8, TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, ECDHE-RSA-CHACHA20-POLY1305, CHACHA20/POLY1305(256)",
        "c0af, TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8, ECDHE-ECDSA-AES256-CCM8, AESCCM8(256)",
        "c09e, TLS_DHE_RSA_WITH_AES_128_CCM, DHE-RSA-AES128-CCM, AESCCM(128)",
        "c061, TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384, ECDHE-ARIA256-GCM-SHA384, ARIAGCM(256)",
        "00a2, TLS_DHE_DSS_WITH_AES_128_GCM_SHA256, DHE-DSS-AES128-GCM-SHA256, AESGCM(128)",
        "00a7, TLS_DH_anon_WITH_AES_256_GCM_SHA384, ADH-AES256-GCM-SHA384, AESGCM(256)",
        "c018, TLS_ECDH_anon_WITH_AES_128_CBC_SHA, AECDH-AES128-SHA, AES(128)",
        "c077, TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384, ECDHE-RSA-CAMELLIA256-SHA384, Camellia(256)",
        "c0ab, TLS_PSK_DHE_WITH_AES_256_CCM_8, DHE-PSK-AES256-CCM8, AESCCM8(256)",
        "00a8, TLS_PSK_WITH_AES_128_GCM_SHA256, PSK-AES128-GCM-SHA256, AESGCM(128)",
        "c037, TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256, ECDHE-PSK-AES128-CBC-SHA256, AES(128)",
        "c09b, TLS_ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384, ECDHE-PSK-CAMELLIA256-SHA384, Camellia(256)",
        "00b7, TLS_RSA_PSK_WITH_AES_256_CBC_SHA384, RSA-PSK-AES256-CBC-SHA384, AES(256)",
        "c021, TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA, SRP-RSA-AES-256-CBC-SHA, AES(256)",
        "c01d, TLS_SRP_SHA_WITH_AES_128_CBC_SHA, SRP-AES-128-CBC-SHA, AES(128)",
        "002f, TLS_RSA_WITH_AES_128_CBC_SHA, AES128-SHA, AES(128)",
        "0001, TLS_RSA_WITH_NULL_MD5, NULL-MD5, None",
        "c010, TLS_ECDHE_RSA_WITH_NULL_SHA, ECDHE-RSA-NULL-SHA, None",
        "000a, TLS_RSA_WITH_3DES_EDE_CBC_SHA, DES-CBC3-SHA, 3DES(168)",
        "c012, TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, ECDHE-RSA-DES-CBC3-SHA, 3DES(168)",
        "008b, TLS_PSK_WITH_3DES_EDE_CBC_SHA, PSK-3DES-EDE-CBC-SHA, 3DES(168)",
        "c01a, TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA, SRP-3DES-EDE-CBC-SHA, 3DES(168)",
        "0003, TLS_RSA_EXPORT_WITH_RC4_40_MD5, EXP-RC4-MD5, RC4(128)",
        "0005, TLS_RSA_WITH_RC4_128_SHA, RC4-SHA, RC4(128)",
        "0096, TLS_RSA_WITH_SEED_CBC_SHA, SEED-SHA, SEED(128)",
    })
    void hasTheNamesOfOpenSsl(String hexId, String name, String openSslName, String encryptionMethod) {
        Optional<SslCipher> suite = SslCipher.fromId(Integer.parseInt(hexId, 16));

        assertEquals(Optional.ofNullable(name), suite.map(SslCipher::name));
        assertEquals(Optional.ofNullable(openSslName), suite.map(SslCipher::openSslName));
        assertEquals(Optional.ofNullable(encryptionMethod), suite.map(SslCipher::encryptionMethod));
    }

    @Test
    void readsAModernSuite() {
        SslCipher suite = suite("ECDHE-ECDSA-AES128-GCM-SHA256");

        assertEquals(Set.of(SslProtocol.TLS_1_2), suite.protocols());
        assertEquals(KeyExchange.ECDHE, suite.keyExchange());
        assertEquals(Authentication.ECDSA, suite.authentication());
        assertEquals(128, suite.usedBits());
        assertTrue(suite.isAead());
        assertTrue(suite.isForwardSecret());
        assertFalse(suite.isWeak());
        assertFalse(suite.usesPreSharedKey());
    }

    @Test
    void readsASuiteOfTls13() {
        SslCipher suite = suite("TLS_AES_128_CCM_8_SHA256");

        assertEquals(Set.of(SslProtocol.TLS_1_3), suite.protocols());
        assertEquals(KeyExchange.ANY, suite.keyExchange());
        assertEquals(Authentication.ANY, suite.authentication());
        assertEquals("AESCCM8(128)", suite.encryptionMethod());
        assertTrue(suite.isAead());
        assertTrue(suite.isForwardSecret());
    }

    @Test
    void readsAnExportSuite() {
        SslCipher suite = suite("TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA");

        assertEquals(Set.of(SslProtocol.TLS_1_0), suite.protocols());
        assertEquals(Authentication.ANONYMOUS, suite.authentication());
        assertEquals(40, suite.usedBits());
        assertEquals(56, suite.supportedBits());
        assertTrue(suite.isWeak());
    }

    @ParameterizedTest
    @CsvSource({
        "TLS_RSA_WITH_AES_128_CBC_SHA, RSA, RSA, false",
        "TLS_RSA_WITH_AES_128_GCM_SHA256, RSA, RSA, false",
        "TLS_DH_DSS_WITH_AES_128_GCM_SHA256, DH, DSS, false",
        "TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256, ECDH, RSA, false",
        "TLS_PSK_WITH_AES_128_GCM_SHA256, PSK, PSK, false",
        "TLS_RSA_PSK_WITH_AES_128_GCM_SHA256, RSA_PSK, RSA, false",
        "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256, DHE_PSK, PSK, true",
        "TLS_PSK_DHE_WITH_AES_128_CCM_8, DHE_PSK, PSK, true",
        "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA, ECDHE_PSK, PSK, true",
        "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256, DHE, RSA, true",
        "TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA, SRP, DSS, true",
    })
    void knowsKeyExchangeAndAuthentication(
            String name, KeyExchange keyExchange, Authentication authentication, boolean forwardSecret) {
        SslCipher suite = suite(name);

        assertEquals(keyExchange, suite.keyExchange());
        assertEquals(authentication, suite.authentication());
        assertEquals(forwardSecret, suite.isForwardSecret());
        assertEquals(name.contains("PSK"), suite.usesPreSharedKey());
    }

    @ParameterizedTest
    @ValueSource(strings = {"NULL", "anon", "EXPORT", "RC4", "RC2", "DES", "IDEA", "MD5"})
    void everySuiteWithAWeakPartIsWeak(String part) {
        List<SslCipher> suites = SslCipher.all().stream()
                .filter(suite -> suite.name().contains(part))
                .toList();

        assertFalse(suites.isEmpty());
        assertTrue(suites.stream().allMatch(SslCipher::isWeak), suites::toString);
    }

    @Test
    void integrityAloneIsWeak() {
        assertTrue(suite("TLS_SHA256_SHA256").isWeak());
        assertEquals("None", suite("TLS_SHA384_SHA384").encryptionMethod());
    }

    @Test
    void w44_theDefaultsAreAuthenticatedCiphersWithForwardSecrecyAndACertificate() {
        for (SslCipher suite : SslCipher.defaults()) {
            assertAll(
                    suite.name(),
                    () -> assertTrue(suite.isAead()),
                    () -> assertTrue(suite.isForwardSecret()),
                    () -> assertFalse(suite.isWeak()),
                    () -> assertFalse(suite.usesPreSharedKey()),
                    () -> assertTrue(suite.usedBits() >= 128),
                    () -> assertTrue(Set.of(KeyExchange.ANY, KeyExchange.ECDHE, KeyExchange.DHE)
                            .contains(suite.keyExchange())),
                    () -> assertTrue(Set.of(Authentication.ANY, Authentication.RSA, Authentication.ECDSA)
                            .contains(suite.authentication())));
        }
    }

    @Test
    void theDefaultsBeginWithTls13AndTheStrongest() {
        assertEquals(
                List.of(
                        "TLS_AES_256_GCM_SHA384",
                        "TLS_CHACHA20_POLY1305_SHA256",
                        "TLS_AES_128_GCM_SHA256",
                        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
                SslCipher.defaults().stream().limit(4).map(SslCipher::name).toList());
    }

    private static SslCipher suite(String name) {
        return SslCipher.fromName(name).orElseThrow();
    }
}
