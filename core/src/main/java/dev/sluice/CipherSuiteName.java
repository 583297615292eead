package dev.sluice;

import dev.sluice.SslCipher.Authentication;
import dev.sluice.SslCipher.KeyExchange;
import java.util.Set;

/**
 * Takes the name of a cipher suite apart. Total over the names of {@link CipherSuiteTable}: each component is known or
 * the name is refused, nothing is guessed.
 *
 * <p>Up to TLS 1.2 a name is {@code TLS_<key exchange>[_EXPORT]_WITH_<cipher>[_<hash>]}; in TLS 1.3 (RFC 8446 §B.4), and
 * with SM4 (RFC 8998) and for integrity alone (RFC 9150), it is {@code TLS_<cipher>_<hash>}.
 */
final class CipherSuiteName {
    private static final Set<SslProtocol> ONLY_TLS_1_3 = Set.of(SslProtocol.TLS_1_3);
    private static final Set<SslProtocol> ONLY_TLS_1_2 = Set.of(SslProtocol.TLS_1_2);
    private static final Set<SslProtocol> ONLY_TLS_1_0 = Set.of(SslProtocol.TLS_1_0);
    private static final Set<SslProtocol> BELOW_TLS_1_2 = Set.of(SslProtocol.TLS_1_0, SslProtocol.TLS_1_1);
    private static final Set<SslProtocol> BELOW_TLS_1_3 =
            Set.of(SslProtocol.TLS_1_0, SslProtocol.TLS_1_1, SslProtocol.TLS_1_2);

    private CipherSuiteName() {}

    /** All that follows from a name. */
    record Parts(
            Set<SslProtocol> protocols,
            KeyExchange keyExchange,
            Authentication authentication,
            String encryptionMethod,
            int usedBits,
            int supportedBits,
            boolean aead,
            boolean weak) {
        boolean forwardSecret() {
            return switch (keyExchange) {
                // SRP has forward secrecy by itself (RFC 5054 §3.3).
                case ANY, DHE, ECDHE, DHE_PSK, ECDHE_PSK, SRP -> true;
                case RSA, DH, ECDH, PSK, RSA_PSK -> false;
            };
        }
    }

    /** The strength of a cipher, and how OpenSSL calls it without the number of bits. */
    private record Cipher(String method, int usedBits, int supportedBits, boolean aead, boolean weak) {
        static Cipher aead(String method, int bits) {
            return new Cipher(method, bits, bits, true, false);
        }

        static Cipher cbc(String method, int bits) {
            return new Cipher(method, bits, bits, false, false);
        }

        static Cipher weak(String method, int usedBits, int supportedBits) {
            return new Cipher(method, usedBits, supportedBits, false, true);
        }

        String describe() {
            return supportedBits == 0 ? method : method + "(" + supportedBits + ")";
        }
    }

    /**
     * Takes a name apart.
     *
     * @param name the name in the IANA registry
     * @return all that follows from it
     * @throws IllegalArgumentException if any component is not known
     */
    static Parts parse(String name) {
        int with = name.indexOf("_WITH_");
        if (!name.startsWith("TLS_")) {
            throw unknown(name, "start", name);
        }
        return with < 0
                ? parseTls13(name, name.substring("TLS_".length()))
                : parseTls12(name, name.substring("TLS_".length(), with), name.substring(with + "_WITH_".length()));
    }

    private static Parts parseTls13(String name, String cipherAndHash) {
        int lastBar = cipherAndHash.lastIndexOf('_');
        String hash = cipherAndHash.substring(lastBar + 1);
        String cipherName = cipherAndHash.substring(0, Math.max(lastBar, 0));
        boolean integrityOnly = cipherName.equals(hash);
        Cipher cipher = integrityOnly ? Cipher.weak("None", 0, 0) : cipher(name, cipherName);
        if (!isHash(hash) || !(cipher.aead || integrityOnly)) {
            throw unknown(name, "cipher or hash of TLS 1.3", cipherAndHash);
        }
        return new Parts(
                ONLY_TLS_1_3,
                KeyExchange.ANY,
                Authentication.ANY,
                cipher.describe(),
                cipher.usedBits,
                cipher.supportedBits,
                cipher.aead,
                cipher.weak);
    }

    private static Parts parseTls12(String name, String exchange, String cipherAndHash) {
        boolean export = exchange.endsWith("_EXPORT");
        String exchangeName = export ? exchange.substring(0, exchange.length() - "_EXPORT".length()) : exchange;
        KeyExchange keyExchange = keyExchange(name, exchangeName);
        Authentication authentication = authentication(name, exchangeName);
        String hash = trailingHash(cipherAndHash);
        String cipherName = hash.isEmpty()
                ? cipherAndHash
                : cipherAndHash.substring(0, cipherAndHash.length() - hash.length() - "_".length());
        Cipher cipher = cipher(name, cipherName);
        // Only CCM has names without a hash: SHA-256 is meant (RFC 6655 §3).
        if (hash.isEmpty() && !cipherName.contains("_CCM")) {
            throw unknown(name, "hash", cipherAndHash);
        }
        boolean weak = cipher.weak || export || hash.equals("MD5") || authentication == Authentication.ANONYMOUS;
        return new Parts(
                protocols(keyExchange, cipherName, cipher, hash, export),
                keyExchange,
                authentication,
                cipher.describe(),
                cipher.usedBits,
                cipher.supportedBits,
                cipher.aead,
                weak);
    }

    private static Set<SslProtocol> protocols(
            KeyExchange keyExchange, String cipherName, Cipher cipher, String hash, boolean export) {
        if (export) {
            return ONLY_TLS_1_0; // TLS 1.1 forbids them (RFC 4346 §A.5)
        }
        if (cipherName.equals("DES_CBC") || cipherName.equals("IDEA_CBC")) {
            return BELOW_TLS_1_2; // removed from TLS 1.2 (RFC 5246 §1.2, RFC 5469)
        }
        if (cipher.aead) {
            return ONLY_TLS_1_2; // new in TLS 1.2 (RFC 5246 §6.2.3.3)
        }
        boolean oldHash = hash.equals("SHA") || hash.equals("MD5");
        boolean pskOfAnyVersion = switch (keyExchange) {
            case PSK, DHE_PSK, ECDHE_PSK, RSA_PSK -> true; // RFC 5487 §3, RFC 5489 §3
            case ANY, RSA, DH, DHE, ECDH, ECDHE, SRP -> false;
        };
        return oldHash || pskOfAnyVersion ? BELOW_TLS_1_3 : ONLY_TLS_1_2;
    }

    private static KeyExchange keyExchange(String name, String exchange) {
        return switch (exchange) {
            case "RSA" -> KeyExchange.RSA;
            case "DH_RSA", "DH_DSS" -> KeyExchange.DH;
            case "DHE_RSA", "DHE_DSS", "DH_anon" -> KeyExchange.DHE;
            case "ECDH_RSA", "ECDH_ECDSA" -> KeyExchange.ECDH;
            case "ECDHE_RSA", "ECDHE_ECDSA", "ECDH_anon" -> KeyExchange.ECDHE;
            case "PSK" -> KeyExchange.PSK;
            // The registry has PSK_DHE in two names (RFC 6655 §4).
            case "DHE_PSK", "PSK_DHE" -> KeyExchange.DHE_PSK;
            case "ECDHE_PSK" -> KeyExchange.ECDHE_PSK;
            case "RSA_PSK" -> KeyExchange.RSA_PSK;
            case "SRP_SHA", "SRP_SHA_RSA", "SRP_SHA_DSS" -> KeyExchange.SRP;
            default -> throw unknown(name, "key exchange", exchange);
        };
    }

    private static Authentication authentication(String name, String exchange) {
        return switch (exchange) {
            case "RSA", "DH_RSA", "DHE_RSA", "ECDH_RSA", "ECDHE_RSA", "RSA_PSK", "SRP_SHA_RSA" -> Authentication.RSA;
            case "DH_DSS", "DHE_DSS", "SRP_SHA_DSS" -> Authentication.DSS;
            case "ECDH_ECDSA", "ECDHE_ECDSA" -> Authentication.ECDSA;
            case "DH_anon", "ECDH_anon" -> Authentication.ANONYMOUS;
            case "PSK", "DHE_PSK", "PSK_DHE", "ECDHE_PSK" -> Authentication.PSK;
            case "SRP_SHA" -> Authentication.SRP;
            default -> throw unknown(name, "authentication", exchange);
        };
    }

    private static Cipher cipher(String name, String cipher) {
        return switch (cipher) {
            case "NULL" -> Cipher.weak("None", 0, 0);
            case "RC4_128" -> Cipher.weak("RC4", 128, 128);
            case "RC4_40" -> Cipher.weak("RC4", 40, 128);
            case "RC2_CBC_40" -> Cipher.weak("RC2", 40, 128);
            case "IDEA_CBC" -> Cipher.weak("IDEA", 128, 128);
            case "DES_CBC" -> Cipher.weak("DES", 56, 56);
            case "DES40_CBC" -> Cipher.weak("DES", 40, 56);
            case "3DES_EDE_CBC" -> Cipher.weak("3DES", 112, 168);
            case "SEED_CBC" -> Cipher.cbc("SEED", 128);
            case "AES_128_CBC" -> Cipher.cbc("AES", 128);
            case "AES_256_CBC" -> Cipher.cbc("AES", 256);
            case "AES_128_GCM" -> Cipher.aead("AESGCM", 128);
            case "AES_256_GCM" -> Cipher.aead("AESGCM", 256);
            case "AES_128_CCM" -> Cipher.aead("AESCCM", 128);
            case "AES_256_CCM" -> Cipher.aead("AESCCM", 256);
            case "AES_128_CCM_8" -> Cipher.aead("AESCCM8", 128);
            case "AES_256_CCM_8" -> Cipher.aead("AESCCM8", 256);
            case "CAMELLIA_128_CBC" -> Cipher.cbc("Camellia", 128);
            case "CAMELLIA_256_CBC" -> Cipher.cbc("Camellia", 256);
            case "CAMELLIA_128_GCM" -> Cipher.aead("CamelliaGCM", 128);
            case "CAMELLIA_256_GCM" -> Cipher.aead("CamelliaGCM", 256);
            case "ARIA_128_CBC" -> Cipher.cbc("ARIA", 128);
            case "ARIA_256_CBC" -> Cipher.cbc("ARIA", 256);
            case "ARIA_128_GCM" -> Cipher.aead("ARIAGCM", 128);
            case "ARIA_256_GCM" -> Cipher.aead("ARIAGCM", 256);
            case "SM4_GCM" -> Cipher.aead("SM4GCM", 128);
            case "SM4_CCM" -> Cipher.aead("SM4CCM", 128);
            case "CHACHA20_POLY1305" -> Cipher.aead("CHACHA20/POLY1305", 256);
            default -> throw unknown(name, "cipher", cipher);
        };
    }

    private static String trailingHash(String cipherAndHash) {
        String last = cipherAndHash.substring(cipherAndHash.lastIndexOf('_') + 1);
        return isHash(last) ? last : "";
    }

    private static boolean isHash(String component) {
        return switch (component) {
            case "MD5", "SHA", "SHA256", "SHA384", "SM3" -> true;
            default -> false;
        };
    }

    /**
     * The name by OpenSSL's rules, which are its habits: the kind of key exchange, the cipher without the mode CBC, the
     * hash.
     *
     * @param name the name in the IANA registry
     * @param parts what {@link #parse} made of it
     * @return the name that OpenSSL uses or would use
     */
    static String openSslName(String name, Parts parts) {
        int with = name.indexOf("_WITH_");
        if (with < 0) {
            return name; // TLS 1.3: one name for all
        }
        String exchange = name.substring("TLS_".length(), with);
        String cipherAndHash = name.substring(with + "_WITH_".length());
        String hash = trailingHash(cipherAndHash);
        boolean newStyle = parts.keyExchange() == KeyExchange.SRP
                || parts.authentication() == Authentication.PSK
                || parts.keyExchange() == KeyExchange.RSA_PSK;
        String cipher = hash.isEmpty()
                ? cipherAndHash
                : cipherAndHash.substring(0, cipherAndHash.length() - hash.length() - "_".length());
        boolean nameless = cipher.equals("CHACHA20_POLY1305"); // has its hash in no name
        return openSslExchange(exchange, cipher)
                + openSslCipher(cipher, newStyle, parts.keyExchange() == KeyExchange.SRP)
                + (hash.isEmpty() || nameless ? "" : "-" + hash);
    }

    private static String openSslExchange(String exchange, String cipher) {
        return switch (exchange) {
            case "RSA" -> "";
            case "RSA_EXPORT" -> "EXP-";
            case "DH_anon" -> "ADH-";
            case "DH_anon_EXPORT" -> "EXP-ADH-";
            case "ECDH_anon" -> "AECDH-";
            case "PSK_DHE" -> "DHE-PSK-";
            case "SRP_SHA" -> "SRP-";
            case "SRP_SHA_RSA" -> "SRP-RSA-";
            case "SRP_SHA_DSS" -> "SRP-DSS-";
            // OpenSSL leaves out RSA here, and only here.
            case "ECDHE_RSA" -> cipher.startsWith("ARIA_") && cipher.endsWith("_GCM") ? "ECDHE-" : "ECDHE-RSA-";
            default ->
                exchange.endsWith("_EXPORT")
                        ? "EXP-"
                                + exchange.substring(0, exchange.length() - "_EXPORT".length())
                                        .replace('_', '-') + "-"
                        : exchange.replace('_', '-') + "-";
        };
    }

    private static String openSslCipher(String cipher, boolean newStyle, boolean srp) {
        if (cipher.equals("3DES_EDE_CBC")) {
            return newStyle ? "3DES-EDE-CBC" : "DES-CBC3";
        }
        if (srp) {
            return cipher.replace('_', '-');
        }
        return switch (cipher) {
            case "RC4_128", "RC4_40" -> "RC4";
            case "RC2_CBC_40" -> "RC2-CBC";
            case "DES_CBC", "DES40_CBC" -> "DES-CBC";
            case "IDEA_CBC" -> "IDEA-CBC";
            case "AES_128_CCM_8" -> "AES128-CCM8";
            case "AES_256_CCM_8" -> "AES256-CCM8";
            // Only AES shows CBC, and only with a pre-shared key.
            case "AES_128_CBC", "AES_256_CBC" -> newStyle ? blockCipher(cipher) : withoutCbc(blockCipher(cipher));
            default -> withoutCbc(blockCipher(cipher));
        };
    }

    private static String blockCipher(String cipher) {
        return cipher.replaceFirst("_(128|256)", "$1").replace('_', '-');
    }

    private static String withoutCbc(String cipher) {
        return cipher.endsWith("-CBC") ? cipher.substring(0, cipher.length() - "-CBC".length()) : cipher;
    }

    private static IllegalArgumentException unknown(String name, String what, String component) {
        return new IllegalArgumentException(
                "name of cipher suite " + name + ": " + what + " \"" + component + "\" is not known");
    }
}
