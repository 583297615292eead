package dev.sluice;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A cipher suite of the IANA registry "TLS Cipher Suites", with all that follows from its name (as QSslCipher).
 *
 * <p>All suites that an engine may offer are known here, weak ones too, so that they can be named when they are refused.
 * Signalling values that stand in lists of suites without being one (TLS_EMPTY_RENEGOTIATION_INFO_SCSV and
 * TLS_FALLBACK_SCSV) are not. There is one instance of each suite; it cannot be made by users.
 *
 * <p>Immutable, share freely.
 */
public final class SslCipher {
    private final int id;
    private final String name;
    private final String openSslName;
    private final CipherSuiteName.Parts parts;

    SslCipher(int id, String name) {
        this.id = id;
        this.name = Objects.requireNonNull(name, "name");
        this.parts = CipherSuiteName.parse(name);
        this.openSslName = CipherSuiteName.openSslName(name, parts);
    }

    /** How the two sides agree upon a secret. */
    public enum KeyExchange {
        /** Not part of the suite: negotiated by itself, as always in TLS 1.3. */
        ANY,
        /** The secret is encrypted with the server's RSA key. No forward secrecy. */
        RSA,
        /** Diffie-Hellman with the key in the server's certificate. No forward secrecy. */
        DH,
        /** Diffie-Hellman with a key that is made for the occasion. */
        DHE,
        /** Diffie-Hellman on a curve with the key in the server's certificate. No forward secrecy. */
        ECDH,
        /** Diffie-Hellman on a curve with a key that is made for the occasion. */
        ECDHE,
        /** A pre-shared key alone. No forward secrecy. */
        PSK,
        /** A pre-shared key together with {@link #DHE}. */
        DHE_PSK,
        /** A pre-shared key together with {@link #ECDHE}. */
        ECDHE_PSK,
        /** A pre-shared key together with {@link #RSA}. No forward secrecy. */
        RSA_PSK,
        /** Secure Remote Password (RFC 5054). */
        SRP
    }

    /** How the server proves who it is. */
    public enum Authentication {
        /** Not part of the suite: negotiated by itself, as always in TLS 1.3. */
        ANY,
        /** A certificate with an RSA key, or for static ECDH one that was signed with RSA. */
        RSA,
        /** A certificate with a key on a curve, or for static ECDH one that was signed with ECDSA. */
        ECDSA,
        /** A certificate with a DSA key. */
        DSS,
        /** Knowledge of the pre-shared key. */
        PSK,
        /** Knowledge of the password's verifier (RFC 5054). */
        SRP,
        /** Not at all: anybody can be in the middle. */
        ANONYMOUS
    }

    /**
     * Finds a suite by its number.
     *
     * @param id the two bytes of CipherSuite as one number, {@code 0xc02c} for example
     * @return the suite, or empty if it is not known or no suite
     */
    public static Optional<SslCipher> fromId(int id) {
        return CipherSuiteTable.byId(id);
    }

    /**
     * Finds a suite by one of its names: that of IANA, that of OpenSSL ({@code ECDHE-RSA-AES128-GCM-SHA256}), or the one
     * with {@code SSL_} instead of {@code TLS_} that Java uses for some.
     *
     * @param name the name; case matters
     * @return the suite, or empty if the name is not known or that of a signalling value
     */
    public static Optional<SslCipher> fromName(String name) {
        return CipherSuiteTable.byName(name);
    }

    /**
     * Lists all suites that are known, weak ones too.
     *
     * @return the suites, by number
     */
    public static List<SslCipher> all() {
        return CipherSuiteTable.all();
    }

    /**
     * Lists the suites that are used unless a configuration names others: of TLS 1.3 all with GCM or ChaCha20, of TLS 1.2
     * the same with ECDHE and DHE. Each has an authenticated cipher and forward secrecy and asks for a certificate.
     *
     * @return the suites, in the order of OpenSSL: the strongest first
     */
    public static List<SslCipher> defaults() {
        return CipherSuiteTable.defaults();
    }

    /**
     * The number of this suite.
     *
     * @return the two bytes of CipherSuite as one number
     */
    public int id() {
        return id;
    }

    /**
     * The name in the IANA registry.
     *
     * @return {@code TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256} for example
     */
    public String name() {
        return name;
    }

    /**
     * The name that OpenSSL gives it, which is also the name in Qt.
     *
     * @return {@code ECDHE-RSA-AES128-GCM-SHA256} for example; for suites that OpenSSL does not have, a name by the same
     *     rules
     */
    public String openSslName() {
        return openSslName;
    }

    /**
     * The protocol versions in which this suite may be used.
     *
     * @return the versions; never empty
     */
    public Set<SslProtocol> protocols() {
        return parts.protocols();
    }

    /**
     * How a secret is agreed upon.
     *
     * @return the key exchange
     */
    public KeyExchange keyExchange() {
        return parts.keyExchange();
    }

    /**
     * How the server proves who it is.
     *
     * @return the authentication
     */
    public Authentication authentication() {
        return parts.authentication();
    }

    /**
     * The encryption and the length of its key, as OpenSSL and Qt write it.
     *
     * @return {@code AESGCM(128)}, {@code CHACHA20/POLY1305(256)} or {@code None} for example
     */
    public String encryptionMethod() {
        return parts.encryptionMethod();
    }

    /**
     * The strength of the key.
     *
     * @return how many bits are secret: 40 for export suites, 112 for 3DES, 0 without encryption
     */
    public int usedBits() {
        return parts.usedBits();
    }

    /**
     * The length of the key.
     *
     * @return how many bits the algorithm takes, which may be more than are secret
     */
    public int supportedBits() {
        return parts.supportedBits();
    }

    /**
     * Says whether encryption and integrity are one algorithm (RFC 5116).
     *
     * @return true for GCM, CCM and ChaCha20-Poly1305
     */
    public boolean isAead() {
        return parts.aead();
    }

    /**
     * Says whether a recorded connection stays secret when a long-term key becomes known later.
     *
     * @return true for TLS 1.3 and for DHE and ECDHE with and without a pre-shared key
     */
    public boolean isForwardSecret() {
        return parts.forwardSecret();
    }

    /**
     * Says whether this suite is refused unless it is allowed explicitly: no encryption, no authentication, export key
     * lengths, a cipher with blocks of 64 bits (DES, 3DES, RC2, IDEA), RC4, or MD5 (RFC 9325 §4.1, RFC 7465).
     *
     * @return true if {@link SslConfiguration.Builder#dangerouslyAllowWeakCiphers} has to be set for it
     */
    public boolean isWeak() {
        return parts.weak();
    }

    /**
     * Says whether this suite needs a pre-shared key.
     *
     * @return true for the four families of PSK suites of TLS 1.2
     */
    public boolean usesPreSharedKey() {
        return switch (keyExchange()) {
            case PSK, DHE_PSK, ECDHE_PSK, RSA_PSK -> true;
            case ANY, RSA, DH, DHE, ECDH, ECDHE, SRP -> false;
        };
    }

    /** The {@linkplain #name() name}. */
    @Override
    public String toString() {
        return name;
    }
}
