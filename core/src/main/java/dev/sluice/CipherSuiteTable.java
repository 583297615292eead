package dev.sluice;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The one table of cipher suites: number and name of each suite of the IANA registry "TLS Cipher Suites" that SunJSSE,
 * Conscrypt or BouncyCastle can name. All else follows from the name, see {@link CipherSuiteName}.
 *
 * <p>Not in it: signalling values, which are no suites (see {@link #isSignallingValue}), TLS_NULL_WITH_NULL_NULL, which
 * cannot be negotiated (RFC 5246 §A.5), Kerberos, FORTEZZA and GOST, which no engine offers here, and what the registry
 * does not have.
 */
final class CipherSuiteTable {
    /** Values that stand in lists of suites and tell something else (RFC 5746 §3.3, RFC 7507 §2). */
    private static final Set<String> SIGNALLING_VALUES =
            Set.of("TLS_EMPTY_RENEGOTIATION_INFO_SCSV", "TLS_FALLBACK_SCSV");

    /** What defaults() says, in the order of {@code openssl ciphers DEFAULT}. */
    private static final List<String> DEFAULTS = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256");

    /** What follows them where pre-shared keys are enabled. */
    private static final List<String> PRE_SHARED_KEY_DEFAULTS = List.of(
            "TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256",
            "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384",
            "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_DHE_PSK_WITH_AES_128_GCM_SHA256");

    /** One suite per line: the number in hex and the name in the registry. */
    private static final String ROWS = """
            0001 TLS_RSA_WITH_NULL_MD5
            0002 TLS_RSA_WITH_NULL_SHA
            0003 TLS_RSA_EXPORT_WITH_RC4_40_MD5
            0004 TLS_RSA_WITH_RC4_128_MD5
            0005 TLS_RSA_WITH_RC4_128_SHA
            0006 TLS_RSA_EXPORT_WITH_RC2_CBC_40_MD5
            0007 TLS_RSA_WITH_IDEA_CBC_SHA
            0008 TLS_RSA_EXPORT_WITH_DES40_CBC_SHA
            0009 TLS_RSA_WITH_DES_CBC_SHA
            000a TLS_RSA_WITH_3DES_EDE_CBC_SHA
            000b TLS_DH_DSS_EXPORT_WITH_DES40_CBC_SHA
            000c TLS_DH_DSS_WITH_DES_CBC_SHA
            000d TLS_DH_DSS_WITH_3DES_EDE_CBC_SHA
            000e TLS_DH_RSA_EXPORT_WITH_DES40_CBC_SHA
            000f TLS_DH_RSA_WITH_DES_CBC_SHA
            0010 TLS_DH_RSA_WITH_3DES_EDE_CBC_SHA
            0011 TLS_DHE_DSS_EXPORT_WITH_DES40_CBC_SHA
            0012 TLS_DHE_DSS_WITH_DES_CBC_SHA
            0013 TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA
            0014 TLS_DHE_RSA_EXPORT_WITH_DES40_CBC_SHA
            0015 TLS_DHE_RSA_WITH_DES_CBC_SHA
            0016 TLS_DHE_RSA_WITH_3DES_EDE_CBC_SHA
            0017 TLS_DH_anon_EXPORT_WITH_RC4_40_MD5
            0018 TLS_DH_anon_WITH_RC4_128_MD5
            0019 TLS_DH_anon_EXPORT_WITH_DES40_CBC_SHA
            001a TLS_DH_anon_WITH_DES_CBC_SHA
            001b TLS_DH_anon_WITH_3DES_EDE_CBC_SHA
            002c TLS_PSK_WITH_NULL_SHA
            002d TLS_DHE_PSK_WITH_NULL_SHA
            002e TLS_RSA_PSK_WITH_NULL_SHA
            002f TLS_RSA_WITH_AES_128_CBC_SHA
            0030 TLS_DH_DSS_WITH_AES_128_CBC_SHA
            0031 TLS_DH_RSA_WITH_AES_128_CBC_SHA
            0032 TLS_DHE_DSS_WITH_AES_128_CBC_SHA
            0033 TLS_DHE_RSA_WITH_AES_128_CBC_SHA
            0034 TLS_DH_anon_WITH_AES_128_CBC_SHA
            0035 TLS_RSA_WITH_AES_256_CBC_SHA
            0036 TLS_DH_DSS_WITH_AES_256_CBC_SHA
            0037 TLS_DH_RSA_WITH_AES_256_CBC_SHA
            0038 TLS_DHE_DSS_WITH_AES_256_CBC_SHA
            0039 TLS_DHE_RSA_WITH_AES_256_CBC_SHA
            003a TLS_DH_anon_WITH_AES_256_CBC_SHA
            003b TLS_RSA_WITH_NULL_SHA256
            003c TLS_RSA_WITH_AES_128_CBC_SHA256
            003d TLS_RSA_WITH_AES_256_CBC_SHA256
            003e TLS_DH_DSS_WITH_AES_128_CBC_SHA256
            003f TLS_DH_RSA_WITH_AES_128_CBC_SHA256
            0040 TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
            0041 TLS_RSA_WITH_CAMELLIA_128_CBC_SHA
            0042 TLS_DH_DSS_WITH_CAMELLIA_128_CBC_SHA
            0043 TLS_DH_RSA_WITH_CAMELLIA_128_CBC_SHA
            0044 TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA
            0045 TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA
            0046 TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA
            0067 TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
            0068 TLS_DH_DSS_WITH_AES_256_CBC_SHA256
            0069 TLS_DH_RSA_WITH_AES_256_CBC_SHA256
            006a TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
            006b TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
            006c TLS_DH_anon_WITH_AES_128_CBC_SHA256
            006d TLS_DH_anon_WITH_AES_256_CBC_SHA256
            0084 TLS_RSA_WITH_CAMELLIA_256_CBC_SHA
            0085 TLS_DH_DSS_WITH_CAMELLIA_256_CBC_SHA
            0086 TLS_DH_RSA_WITH_CAMELLIA_256_CBC_SHA
            0087 TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA
            0088 TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA
            0089 TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA
            008a TLS_PSK_WITH_RC4_128_SHA
            008b TLS_PSK_WITH_3DES_EDE_CBC_SHA
            008c TLS_PSK_WITH_AES_128_CBC_SHA
            008d TLS_PSK_WITH_AES_256_CBC_SHA
            008e TLS_DHE_PSK_WITH_RC4_128_SHA
            008f TLS_DHE_PSK_WITH_3DES_EDE_CBC_SHA
            0090 TLS_DHE_PSK_WITH_AES_128_CBC_SHA
            0091 TLS_DHE_PSK_WITH_AES_256_CBC_SHA
            0092 TLS_RSA_PSK_WITH_RC4_128_SHA
            0093 TLS_RSA_PSK_WITH_3DES_EDE_CBC_SHA
            0094 TLS_RSA_PSK_WITH_AES_128_CBC_SHA
            0095 TLS_RSA_PSK_WITH_AES_256_CBC_SHA
            0096 TLS_RSA_WITH_SEED_CBC_SHA
            0097 TLS_DH_DSS_WITH_SEED_CBC_SHA
            0098 TLS_DH_RSA_WITH_SEED_CBC_SHA
            0099 TLS_DHE_DSS_WITH_SEED_CBC_SHA
            009a TLS_DHE_RSA_WITH_SEED_CBC_SHA
            009b TLS_DH_anon_WITH_SEED_CBC_SHA
            009c TLS_RSA_WITH_AES_128_GCM_SHA256
            009d TLS_RSA_WITH_AES_256_GCM_SHA384
            009e TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
            009f TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
            00a0 TLS_DH_RSA_WITH_AES_128_GCM_SHA256
            00a1 TLS_DH_RSA_WITH_AES_256_GCM_SHA384
            00a2 TLS_DHE_DSS_WITH_AES_128_GCM_SHA256
            00a3 TLS_DHE_DSS_WITH_AES_256_GCM_SHA384
            00a4 TLS_DH_DSS_WITH_AES_128_GCM_SHA256
            00a5 TLS_DH_DSS_WITH_AES_256_GCM_SHA384
            00a6 TLS_DH_anon_WITH_AES_128_GCM_SHA256
            00a7 TLS_DH_anon_WITH_AES_256_GCM_SHA384
            00a8 TLS_PSK_WITH_AES_128_GCM_SHA256
            00a9 TLS_PSK_WITH_AES_256_GCM_SHA384
            00aa TLS_DHE_PSK_WITH_AES_128_GCM_SHA256
            00ab TLS_DHE_PSK_WITH_AES_256_GCM_SHA384
            00ac TLS_RSA_PSK_WITH_AES_128_GCM_SHA256
            00ad TLS_RSA_PSK_WITH_AES_256_GCM_SHA384
            00ae TLS_PSK_WITH_AES_128_CBC_SHA256
            00af TLS_PSK_WITH_AES_256_CBC_SHA384
            00b0 TLS_PSK_WITH_NULL_SHA256
            00b1 TLS_PSK_WITH_NULL_SHA384
            00b2 TLS_DHE_PSK_WITH_AES_128_CBC_SHA256
            00b3 TLS_DHE_PSK_WITH_AES_256_CBC_SHA384
            00b4 TLS_DHE_PSK_WITH_NULL_SHA256
            00b5 TLS_DHE_PSK_WITH_NULL_SHA384
            00b6 TLS_RSA_PSK_WITH_AES_128_CBC_SHA256
            00b7 TLS_RSA_PSK_WITH_AES_256_CBC_SHA384
            00b8 TLS_RSA_PSK_WITH_NULL_SHA256
            00b9 TLS_RSA_PSK_WITH_NULL_SHA384
            00ba TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256
            00bb TLS_DH_DSS_WITH_CAMELLIA_128_CBC_SHA256
            00bc TLS_DH_RSA_WITH_CAMELLIA_128_CBC_SHA256
            00bd TLS_DHE_DSS_WITH_CAMELLIA_128_CBC_SHA256
            00be TLS_DHE_RSA_WITH_CAMELLIA_128_CBC_SHA256
            00bf TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256
            00c0 TLS_RSA_WITH_CAMELLIA_256_CBC_SHA256
            00c1 TLS_DH_DSS_WITH_CAMELLIA_256_CBC_SHA256
            00c2 TLS_DH_RSA_WITH_CAMELLIA_256_CBC_SHA256
            00c3 TLS_DHE_DSS_WITH_CAMELLIA_256_CBC_SHA256
            00c4 TLS_DHE_RSA_WITH_CAMELLIA_256_CBC_SHA256
            00c5 TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256
            00c6 TLS_SM4_GCM_SM3
            00c7 TLS_SM4_CCM_SM3
            1301 TLS_AES_128_GCM_SHA256
            1302 TLS_AES_256_GCM_SHA384
            1303 TLS_CHACHA20_POLY1305_SHA256
            1304 TLS_AES_128_CCM_SHA256
            1305 TLS_AES_128_CCM_8_SHA256
            c001 TLS_ECDH_ECDSA_WITH_NULL_SHA
            c002 TLS_ECDH_ECDSA_WITH_RC4_128_SHA
            c003 TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA
            c004 TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA
            c005 TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA
            c006 TLS_ECDHE_ECDSA_WITH_NULL_SHA
            c007 TLS_ECDHE_ECDSA_WITH_RC4_128_SHA
            c008 TLS_ECDHE_ECDSA_WITH_3DES_EDE_CBC_SHA
            c009 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
            c00a TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
            c00b TLS_ECDH_RSA_WITH_NULL_SHA
            c00c TLS_ECDH_RSA_WITH_RC4_128_SHA
            c00d TLS_ECDH_RSA_WITH_3DES_EDE_CBC_SHA
            c00e TLS_ECDH_RSA_WITH_AES_128_CBC_SHA
            c00f TLS_ECDH_RSA_WITH_AES_256_CBC_SHA
            c010 TLS_ECDHE_RSA_WITH_NULL_SHA
            c011 TLS_ECDHE_RSA_WITH_RC4_128_SHA
            c012 TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA
            c013 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
            c014 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
            c015 TLS_ECDH_anon_WITH_NULL_SHA
            c016 TLS_ECDH_anon_WITH_RC4_128_SHA
            c017 TLS_ECDH_anon_WITH_3DES_EDE_CBC_SHA
            c018 TLS_ECDH_anon_WITH_AES_128_CBC_SHA
            c019 TLS_ECDH_anon_WITH_AES_256_CBC_SHA
            c01a TLS_SRP_SHA_WITH_3DES_EDE_CBC_SHA
            c01b TLS_SRP_SHA_RSA_WITH_3DES_EDE_CBC_SHA
            c01c TLS_SRP_SHA_DSS_WITH_3DES_EDE_CBC_SHA
            c01d TLS_SRP_SHA_WITH_AES_128_CBC_SHA
            c01e TLS_SRP_SHA_RSA_WITH_AES_128_CBC_SHA
            c01f TLS_SRP_SHA_DSS_WITH_AES_128_CBC_SHA
            c020 TLS_SRP_SHA_WITH_AES_256_CBC_SHA
            c021 TLS_SRP_SHA_RSA_WITH_AES_256_CBC_SHA
            c022 TLS_SRP_SHA_DSS_WITH_AES_256_CBC_SHA
            c023 TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
            c024 TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
            c025 TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA256
            c026 TLS_ECDH_ECDSA_WITH_AES_256_CBC_SHA384
            c027 TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
            c028 TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
            c029 TLS_ECDH_RSA_WITH_AES_128_CBC_SHA256
            c02a TLS_ECDH_RSA_WITH_AES_256_CBC_SHA384
            c02b TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
            c02c TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
            c02d TLS_ECDH_ECDSA_WITH_AES_128_GCM_SHA256
            c02e TLS_ECDH_ECDSA_WITH_AES_256_GCM_SHA384
            c02f TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
            c030 TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
            c031 TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256
            c032 TLS_ECDH_RSA_WITH_AES_256_GCM_SHA384
            c033 TLS_ECDHE_PSK_WITH_RC4_128_SHA
            c034 TLS_ECDHE_PSK_WITH_3DES_EDE_CBC_SHA
            c035 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA
            c036 TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA
            c037 TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256
            c038 TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384
            c039 TLS_ECDHE_PSK_WITH_NULL_SHA
            c03a TLS_ECDHE_PSK_WITH_NULL_SHA256
            c03b TLS_ECDHE_PSK_WITH_NULL_SHA384
            c03c TLS_RSA_WITH_ARIA_128_CBC_SHA256
            c03d TLS_RSA_WITH_ARIA_256_CBC_SHA384
            c03e TLS_DH_DSS_WITH_ARIA_128_CBC_SHA256
            c03f TLS_DH_DSS_WITH_ARIA_256_CBC_SHA384
            c040 TLS_DH_RSA_WITH_ARIA_128_CBC_SHA256
            c041 TLS_DH_RSA_WITH_ARIA_256_CBC_SHA384
            c042 TLS_DHE_DSS_WITH_ARIA_128_CBC_SHA256
            c043 TLS_DHE_DSS_WITH_ARIA_256_CBC_SHA384
            c044 TLS_DHE_RSA_WITH_ARIA_128_CBC_SHA256
            c045 TLS_DHE_RSA_WITH_ARIA_256_CBC_SHA384
            c046 TLS_DH_anon_WITH_ARIA_128_CBC_SHA256
            c047 TLS_DH_anon_WITH_ARIA_256_CBC_SHA384
            c048 TLS_ECDHE_ECDSA_WITH_ARIA_128_CBC_SHA256
            c049 TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384
            c04a TLS_ECDH_ECDSA_WITH_ARIA_128_CBC_SHA256
            c04b TLS_ECDH_ECDSA_WITH_ARIA_256_CBC_SHA384
            c04c TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256
            c04d TLS_ECDHE_RSA_WITH_ARIA_256_CBC_SHA384
            c04e TLS_ECDH_RSA_WITH_ARIA_128_CBC_SHA256
            c04f TLS_ECDH_RSA_WITH_ARIA_256_CBC_SHA384
            c050 TLS_RSA_WITH_ARIA_128_GCM_SHA256
            c051 TLS_RSA_WITH_ARIA_256_GCM_SHA384
            c052 TLS_DHE_RSA_WITH_ARIA_128_GCM_SHA256
            c053 TLS_DHE_RSA_WITH_ARIA_256_GCM_SHA384
            c054 TLS_DH_RSA_WITH_ARIA_128_GCM_SHA256
            c055 TLS_DH_RSA_WITH_ARIA_256_GCM_SHA384
            c056 TLS_DHE_DSS_WITH_ARIA_128_GCM_SHA256
            c057 TLS_DHE_DSS_WITH_ARIA_256_GCM_SHA384
            c058 TLS_DH_DSS_WITH_ARIA_128_GCM_SHA256
            c059 TLS_DH_DSS_WITH_ARIA_256_GCM_SHA384
            c05a TLS_DH_anon_WITH_ARIA_128_GCM_SHA256
            c05b TLS_DH_anon_WITH_ARIA_256_GCM_SHA384
            c05c TLS_ECDHE_ECDSA_WITH_ARIA_128_GCM_SHA256
            c05d TLS_ECDHE_ECDSA_WITH_ARIA_256_GCM_SHA384
            c05e TLS_ECDH_ECDSA_WITH_ARIA_128_GCM_SHA256
            c05f TLS_ECDH_ECDSA_WITH_ARIA_256_GCM_SHA384
            c060 TLS_ECDHE_RSA_WITH_ARIA_128_GCM_SHA256
            c061 TLS_ECDHE_RSA_WITH_ARIA_256_GCM_SHA384
            c062 TLS_ECDH_RSA_WITH_ARIA_128_GCM_SHA256
            c063 TLS_ECDH_RSA_WITH_ARIA_256_GCM_SHA384
            c064 TLS_PSK_WITH_ARIA_128_CBC_SHA256
            c065 TLS_PSK_WITH_ARIA_256_CBC_SHA384
            c066 TLS_DHE_PSK_WITH_ARIA_128_CBC_SHA256
            c067 TLS_DHE_PSK_WITH_ARIA_256_CBC_SHA384
            c068 TLS_RSA_PSK_WITH_ARIA_128_CBC_SHA256
            c069 TLS_RSA_PSK_WITH_ARIA_256_CBC_SHA384
            c06a TLS_PSK_WITH_ARIA_128_GCM_SHA256
            c06b TLS_PSK_WITH_ARIA_256_GCM_SHA384
            c06c TLS_DHE_PSK_WITH_ARIA_128_GCM_SHA256
            c06d TLS_DHE_PSK_WITH_ARIA_256_GCM_SHA384
            c06e TLS_RSA_PSK_WITH_ARIA_128_GCM_SHA256
            c06f TLS_RSA_PSK_WITH_ARIA_256_GCM_SHA384
            c070 TLS_ECDHE_PSK_WITH_ARIA_128_CBC_SHA256
            c071 TLS_ECDHE_PSK_WITH_ARIA_256_CBC_SHA384
            c072 TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256
            c073 TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_CBC_SHA384
            c074 TLS_ECDH_ECDSA_WITH_CAMELLIA_128_CBC_SHA256
            c075 TLS_ECDH_ECDSA_WITH_CAMELLIA_256_CBC_SHA384
            c076 TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256
            c077 TLS_ECDHE_RSA_WITH_CAMELLIA_256_CBC_SHA384
            c078 TLS_ECDH_RSA_WITH_CAMELLIA_128_CBC_SHA256
            c079 TLS_ECDH_RSA_WITH_CAMELLIA_256_CBC_SHA384
            c07a TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256
            c07b TLS_RSA_WITH_CAMELLIA_256_GCM_SHA384
            c07c TLS_DHE_RSA_WITH_CAMELLIA_128_GCM_SHA256
            c07d TLS_DHE_RSA_WITH_CAMELLIA_256_GCM_SHA384
            c07e TLS_DH_RSA_WITH_CAMELLIA_128_GCM_SHA256
            c07f TLS_DH_RSA_WITH_CAMELLIA_256_GCM_SHA384
            c080 TLS_DHE_DSS_WITH_CAMELLIA_128_GCM_SHA256
            c081 TLS_DHE_DSS_WITH_CAMELLIA_256_GCM_SHA384
            c082 TLS_DH_DSS_WITH_CAMELLIA_128_GCM_SHA256
            c083 TLS_DH_DSS_WITH_CAMELLIA_256_GCM_SHA384
            c084 TLS_DH_anon_WITH_CAMELLIA_128_GCM_SHA256
            c085 TLS_DH_anon_WITH_CAMELLIA_256_GCM_SHA384
            c086 TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_GCM_SHA256
            c087 TLS_ECDHE_ECDSA_WITH_CAMELLIA_256_GCM_SHA384
            c088 TLS_ECDH_ECDSA_WITH_CAMELLIA_128_GCM_SHA256
            c089 TLS_ECDH_ECDSA_WITH_CAMELLIA_256_GCM_SHA384
            c08a TLS_ECDHE_RSA_WITH_CAMELLIA_128_GCM_SHA256
            c08b TLS_ECDHE_RSA_WITH_CAMELLIA_256_GCM_SHA384
            c08c TLS_ECDH_RSA_WITH_CAMELLIA_128_GCM_SHA256
            c08d TLS_ECDH_RSA_WITH_CAMELLIA_256_GCM_SHA384
            c08e TLS_PSK_WITH_CAMELLIA_128_GCM_SHA256
            c08f TLS_PSK_WITH_CAMELLIA_256_GCM_SHA384
            c090 TLS_DHE_PSK_WITH_CAMELLIA_128_GCM_SHA256
            c091 TLS_DHE_PSK_WITH_CAMELLIA_256_GCM_SHA384
            c092 TLS_RSA_PSK_WITH_CAMELLIA_128_GCM_SHA256
            c093 TLS_RSA_PSK_WITH_CAMELLIA_256_GCM_SHA384
            c094 TLS_PSK_WITH_CAMELLIA_128_CBC_SHA256
            c095 TLS_PSK_WITH_CAMELLIA_256_CBC_SHA384
            c096 TLS_DHE_PSK_WITH_CAMELLIA_128_CBC_SHA256
            c097 TLS_DHE_PSK_WITH_CAMELLIA_256_CBC_SHA384
            c098 TLS_RSA_PSK_WITH_CAMELLIA_128_CBC_SHA256
            c099 TLS_RSA_PSK_WITH_CAMELLIA_256_CBC_SHA384
            c09a TLS_ECDHE_PSK_WITH_CAMELLIA_128_CBC_SHA256
            c09b TLS_ECDHE_PSK_WITH_CAMELLIA_256_CBC_SHA384
            c09c TLS_RSA_WITH_AES_128_CCM
            c09d TLS_RSA_WITH_AES_256_CCM
            c09e TLS_DHE_RSA_WITH_AES_128_CCM
            c09f TLS_DHE_RSA_WITH_AES_256_CCM
            c0a0 TLS_RSA_WITH_AES_128_CCM_8
            c0a1 TLS_RSA_WITH_AES_256_CCM_8
            c0a2 TLS_DHE_RSA_WITH_AES_128_CCM_8
            c0a3 TLS_DHE_RSA_WITH_AES_256_CCM_8
            c0a4 TLS_PSK_WITH_AES_128_CCM
            c0a5 TLS_PSK_WITH_AES_256_CCM
            c0a6 TLS_DHE_PSK_WITH_AES_128_CCM
            c0a7 TLS_DHE_PSK_WITH_AES_256_CCM
            c0a8 TLS_PSK_WITH_AES_128_CCM_8
            c0a9 TLS_PSK_WITH_AES_256_CCM_8
            c0aa TLS_PSK_DHE_WITH_AES_128_CCM_8
            c0ab TLS_PSK_DHE_WITH_AES_256_CCM_8
            c0ac TLS_ECDHE_ECDSA_WITH_AES_128_CCM
            c0ad TLS_ECDHE_ECDSA_WITH_AES_256_CCM
            c0ae TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8
            c0af TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8
            c0b4 TLS_SHA256_SHA256
            c0b5 TLS_SHA384_SHA384
            cca8 TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
            cca9 TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
            ccaa TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
            ccab TLS_PSK_WITH_CHACHA20_POLY1305_SHA256
            ccac TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256
            ccad TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256
            ccae TLS_RSA_PSK_WITH_CHACHA20_POLY1305_SHA256
            d001 TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256
            d002 TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384
            d003 TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256
            d005 TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256
            """;

    private static final List<SslCipher> ALL =
            ROWS.lines().map(CipherSuiteTable::suite).toList();
    private static final Map<Integer, SslCipher> BY_ID = indexById();
    private static final Map<String, SslCipher> BY_NAME = indexByName();
    private static final List<SslCipher> DEFAULT_SUITES =
            DEFAULTS.stream().map(name -> byName(name).orElseThrow()).toList();
    private static final List<SslCipher> PRE_SHARED_KEY_SUITES = PRE_SHARED_KEY_DEFAULTS.stream()
            .map(name -> byName(name).orElseThrow())
            .toList();

    private CipherSuiteTable() {}

    static Optional<SslCipher> byId(int id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /** Looks up a name of IANA, of OpenSSL, or one of Java's with SSL_ in front. */
    static Optional<SslCipher> byName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    static List<SslCipher> all() {
        return ALL;
    }

    static List<SslCipher> defaults() {
        return DEFAULT_SUITES;
    }

    /**
     * What follows the defaults where pre-shared keys are enabled: authenticated ciphers with forward secrecy (RFC 8442,
     * RFC 7905, RFC 5487), elliptic curves first. Those of TLS 1.3 fit any way.
     */
    static List<SslCipher> preSharedKeyDefaults() {
        return PRE_SHARED_KEY_SUITES;
    }

    /** Says whether a name is that of a value that stands in lists of suites without being one. */
    static boolean isSignallingValue(String name) {
        return SIGNALLING_VALUES.contains(name);
    }

    private static SslCipher suite(String row) {
        String[] fields = row.split(" ", 2);
        return new SslCipher(Integer.parseInt(fields[0], 16), fields[1]);
    }

    private static Map<Integer, SslCipher> indexById() {
        Map<Integer, SslCipher> index = new HashMap<>();
        ALL.forEach(suite -> putUnique(index, suite.id(), suite));
        return Map.copyOf(index);
    }

    private static Map<String, SslCipher> indexByName() {
        Map<String, SslCipher> index = new HashMap<>();
        for (SslCipher suite : ALL) {
            String javaAlias = suite.name().replaceFirst("^TLS_", "SSL_");
            Stream.of(suite.name(), suite.openSslName(), javaAlias)
                    .distinct()
                    .forEach(name -> putUnique(index, name, suite));
        }
        return Map.copyOf(index);
    }

    /** Two suites of one number or name would make look-ups a guess. */
    private static <K> void putUnique(Map<K, SslCipher> index, K key, SslCipher suite) {
        SslCipher other = index.put(key, suite);
        if (other != null) {
            throw new IllegalStateException("table of cipher suites: " + other + " and " + suite + " both are " + key);
        }
    }
}
