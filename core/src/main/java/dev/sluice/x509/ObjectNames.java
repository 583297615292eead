package dev.sluice.x509;

import dev.sluice.x509.CertificateExtensions.Oid;
import java.util.Map;

/** What people and other programs call the things that object identifiers stand for; the names are those of OpenSSL. */
final class ObjectNames {
    private static final Map<String, String> EXTENSIONS = Map.ofEntries(
            Map.entry(Oid.SUBJECT_DIRECTORY_ATTRIBUTES, "subjectDirectoryAttributes"),
            Map.entry(Oid.SUBJECT_KEY_IDENTIFIER, "subjectKeyIdentifier"),
            Map.entry(Oid.KEY_USAGE, "keyUsage"),
            Map.entry(Oid.SUBJECT_ALT_NAME, "subjectAltName"),
            Map.entry(Oid.ISSUER_ALT_NAME, "issuerAltName"),
            Map.entry(Oid.BASIC_CONSTRAINTS, "basicConstraints"),
            Map.entry(Oid.NAME_CONSTRAINTS, "nameConstraints"),
            Map.entry(Oid.CRL_DISTRIBUTION_POINTS, "crlDistributionPoints"),
            Map.entry(Oid.CERTIFICATE_POLICIES, "certificatePolicies"),
            Map.entry(Oid.POLICY_MAPPINGS, "policyMappings"),
            Map.entry(Oid.AUTHORITY_KEY_IDENTIFIER, "authorityKeyIdentifier"),
            Map.entry(Oid.POLICY_CONSTRAINTS, "policyConstraints"),
            Map.entry(Oid.EXTENDED_KEY_USAGE, "extendedKeyUsage"),
            Map.entry(Oid.FRESHEST_CRL, "freshestCRL"),
            Map.entry(Oid.INHIBIT_ANY_POLICY, "inhibitAnyPolicy"),
            Map.entry(Oid.AUTHORITY_INFORMATION_ACCESS, "authorityInfoAccess"),
            Map.entry(Oid.SUBJECT_INFORMATION_ACCESS, "subjectInfoAccess"),
            Map.entry(Oid.TLS_FEATURE, "tlsfeature"),
            Map.entry("1.3.6.1.5.5.7.48.1.5", "noCheck"), // RFC 6960 §4.2.2.2.1
            Map.entry("1.3.6.1.4.1.11129.2.4.2", "ct_precert_scts"), // RFC 6962 §3.3
            Map.entry("1.3.6.1.4.1.11129.2.4.3", "ct_precert_poison"), // RFC 6962 §3.1
            Map.entry("2.16.840.1.113730.1.1", "nsCertType"),
            Map.entry("2.16.840.1.113730.1.13", "nsComment"));

    /** RFC 5280 §4.2.1.12 and what else is seen. */
    private static final Map<String, String> PURPOSES = Map.ofEntries(
            Map.entry("2.5.29.37.0", "anyExtendedKeyUsage"),
            Map.entry("1.3.6.1.5.5.7.3.1", "serverAuth"),
            Map.entry("1.3.6.1.5.5.7.3.2", "clientAuth"),
            Map.entry("1.3.6.1.5.5.7.3.3", "codeSigning"),
            Map.entry("1.3.6.1.5.5.7.3.4", "emailProtection"),
            Map.entry("1.3.6.1.5.5.7.3.8", "timeStamping"),
            Map.entry("1.3.6.1.5.5.7.3.9", "OCSPSigning"));

    /** RFC 5280 §4.2.2. */
    private static final Map<String, String> ACCESS_METHODS = Map.of(
            "1.3.6.1.5.5.7.48.1", "OCSP",
            "1.3.6.1.5.5.7.48.2", "caIssuers",
            "1.3.6.1.5.5.7.48.3", "ad_timestamping",
            "1.3.6.1.5.5.7.48.5", "caRepository");

    /** SEC 2 §2 and RFC 5639 §4.1. */
    private static final Map<String, String> CURVES = Map.of(
            "1.2.840.10045.3.1.7", "P-256",
            "1.3.132.0.34", "P-384",
            "1.3.132.0.35", "P-521",
            "1.3.132.0.33", "P-224",
            "1.3.132.0.10", "secp256k1",
            "1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1",
            "1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1",
            "1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1");

    /** RFC 8410 §3 and others. */
    private static final Map<String, String> KEY_ALGORITHMS = Map.of(
            SubjectPublicKeyInfo.ED25519,
            "Ed25519",
            SubjectPublicKeyInfo.ED448,
            "Ed448",
            "1.3.101.110",
            "X25519",
            "1.3.101.111",
            "X448",
            "1.2.840.10040.4.1",
            "DSA",
            "1.2.840.113549.1.3.1",
            "DH",
            "1.2.840.10046.2.1",
            "DH");

    private ObjectNames() {}

    static String extension(String oid) {
        return EXTENSIONS.getOrDefault(oid, oid);
    }

    static String purpose(String oid) {
        return PURPOSES.getOrDefault(oid, oid);
    }

    static String accessMethod(String oid) {
        return ACCESS_METHODS.getOrDefault(oid, oid);
    }

    static String curve(String oid) {
        return CURVES.getOrDefault(oid, oid);
    }

    static String keyAlgorithm(String oid) {
        return KEY_ALGORITHMS.getOrDefault(oid, oid);
    }
}
