package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Groups and signature schemes carry the numbers and names of their registries. */
class RegistryNamesTest {

    @ParameterizedTest
    @EnumSource
    void groupsAreFoundByNumberAndName(NamedGroup group) {
        assertEquals(Optional.of(group), NamedGroup.fromId(group.id()));
        assertEquals(Optional.of(group), NamedGroup.fromStandardName(group.standardName()));
    }

    @ParameterizedTest
    @EnumSource
    void schemesAreFoundByNumberAndName(SignatureScheme scheme) {
        assertEquals(Optional.of(scheme), SignatureScheme.fromId(scheme.id()));
        assertEquals(Optional.of(scheme), SignatureScheme.fromStandardName(scheme.standardName()));
    }

    @Test
    void whatIsNotInTheRegistryIsNotFound() {
        assertEquals(Optional.empty(), NamedGroup.fromId(0x0a0a));
        assertEquals(Optional.empty(), NamedGroup.fromStandardName("secp160k1"));
        assertEquals(Optional.empty(), SignatureScheme.fromId(0));
        assertEquals(Optional.empty(), SignatureScheme.fromStandardName("rsa_md5"));
    }

    @ParameterizedTest
    @CsvSource({
        "SECP256R1, 0017",
        "X25519, 001d",
        "X448, 001e",
        "FFDHE2048, 0100",
        "FFDHE8192, 0104",
        "BRAINPOOLP256R1, 001a",
        "BRAINPOOLP256R1_TLS13, 001f",
        "X25519MLKEM768, 11ec",
        "SECP256R1MLKEM768, 11eb",
        "SECP384R1MLKEM1024, 11ed",
    })
    void groupsHaveTheirNumbers(NamedGroup group, String hexId) {
        assertEquals(Integer.parseInt(hexId, 16), group.id());
    }

    @ParameterizedTest
    @CsvSource({
        "RSA_PKCS1_SHA256, 0401",
        "ECDSA_SECP256R1_SHA256, 0403",
        "ECDSA_SECP521R1_SHA512, 0603",
        "RSA_PSS_RSAE_SHA256, 0804",
        "ED25519, 0807",
        "ED448, 0808",
        "RSA_PSS_PSS_SHA512, 080b",
        "RSA_PKCS1_SHA1, 0201",
        "MLDSA65, 0905",
    })
    void schemesHaveTheirNumbers(SignatureScheme scheme, String hexId) {
        assertEquals(Integer.parseInt(hexId, 16), scheme.id());
    }

    @Test
    void numbersAreUnique() {
        assertEquals(
                NamedGroup.values().length,
                Stream.of(NamedGroup.values()).map(NamedGroup::id).distinct().count());
        assertEquals(
                SignatureScheme.values().length,
                Stream.of(SignatureScheme.values())
                        .map(SignatureScheme::id)
                        .distinct()
                        .count());
    }

    @ParameterizedTest
    @EnumSource
    void sha1Sha224AndDsaAreLegacy(SignatureScheme scheme) {
        String name = scheme.standardName();
        boolean weakHash = name.endsWith("sha1") || name.endsWith("sha224");
        boolean dsa = name.startsWith("dsa_");

        assertEquals(weakHash || dsa, scheme.isLegacy());
    }

    @Test
    void hybridAndFiniteFieldGroupsAreToldApart() {
        assertTrue(NamedGroup.X25519MLKEM768.isHybrid());
        assertTrue(NamedGroup.FFDHE3072.isFiniteField());
        assertEquals(
                5,
                Stream.of(NamedGroup.values()).filter(NamedGroup::isFiniteField).count());
        assertEquals(
                3, Stream.of(NamedGroup.values()).filter(NamedGroup::isHybrid).count());
    }
}
