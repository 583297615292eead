package dev.sluice.conformance.oracle;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What a script can set in the configuration of a side. */
enum Setting implements Word {
    PROTOCOL(
            "protocol NAME",
            "a `QSsl::SslProtocol`: `TlsV1_2`, `TlsV1_3`, `TlsV1_2OrLater`, `TlsV1_3OrLater`, `SecureProtocols`"),
    VERIFY("verify MODE", "a peer verify mode: `VerifyNone`, `QueryPeer`, `VerifyPeer`"),
    DEPTH("verifyDepth N", "how long a chain may be"),
    TRUST("trust ISSUER", "trusts the root `ca` or `other`; `none` trusts nobody"),
    IDENTITY("identity KEY=VALUE ...", "shows a certificate, see below"),
    ALPN("alpn NAME,...", "application protocols, best first"),
    CIPHERS("ciphers NAME:...", "cipher suites, by their OpenSSL or IANA names"),
    PSK(
            "psk IDENTITY [own|other]",
            "knows the key of an identity (`other`: a wrong one); a server without that identity knows none"),
    PSK_HINT("pskHint TEXT", "the identity hint of a server"),
    READ_BUFFER("readBuffer N", "the read buffer limit in bytes"),
    INTERRUPT("interrupt", "`handshakeMustInterruptOnError(true)`"),
    MISSING_IS_FATAL("missingCertificateIsFatal", "`missingCertificateIsFatal(true)`"),
    SESSIONS("sessions NAME", "a `SessionStore`; the same name is the same store"),
    HANDSHAKE_TIMEOUT("handshakeTimeout MS", "how long a handshake may take"),
    CLOSE_TIMEOUT("closeTimeout MS", "how long the end of a connection may take without progress");

    private final String usage;
    private final String help;

    Setting(String usage, String help) {
        this.usage = usage;
        this.help = help;
    }

    @Override
    public String usage() {
        return usage;
    }

    @Override
    public String help() {
        return help;
    }

    /** Finds mistakes when a script is read. */
    static void check(String line) {
        Words.find(values(), Words.split(line).get(0));
    }

    /**
     * Applies a line of a script to a configuration.
     *
     * @param certificates makes the identities
     * @param stores finds a store by its name
     * @throws IllegalArgumentException if the library refuses it
     */
    static void apply(
            String line,
            SslConfiguration.Builder builder,
            OracleCertificates certificates,
            Function<String, SessionStore> stores) {
        List<String> words = Words.split(line);
        Setting setting = Words.find(values(), words.get(0));
        String value = words.size() > 1 ? words.get(1) : "";
        switch (setting) {
            case PROTOCOL -> builder.protocols(range(value));
            case VERIFY -> builder.peerVerifyMode(verifyMode(value));
            case DEPTH -> builder.peerVerifyDepth(Integer.parseInt(value));
            case TRUST -> {
                if (value.equals("none")) {
                    builder.systemCaCertificates(false);
                } else {
                    builder.caCertificates(List.of(certificates.root(value)));
                }
            }
            case IDENTITY -> {
                OracleCertificates.Identity identity =
                        certificates.identity(String.join(" ", words.subList(1, words.size())));
                builder.localCertificate(identity.chain(), identity.key());
            }
            case ALPN -> builder.allowedApplicationProtocols(Arrays.asList(value.split(",", -1)));
            case CIPHERS -> builder.ciphers(value);
            case PSK -> builder.preSharedKeyEnabled(true);
            case PSK_HINT -> builder.preSharedKeyIdentityHint(value);
            case READ_BUFFER -> builder.readBufferLimit(Integer.parseInt(value));
            case INTERRUPT -> builder.handshakeMustInterruptOnError(true);
            case MISSING_IS_FATAL -> builder.missingCertificateIsFatal(true);
            case SESSIONS -> builder.sessionStore(stores.apply(value));
            case CLOSE_TIMEOUT -> builder.closeTimeout(Duration.ofMillis(Long.parseLong(value)));
            case HANDSHAKE_TIMEOUT -> builder.handshakeTimeout(Duration.ofMillis(Long.parseLong(value)));
        }
    }

    private static ProtocolRange range(String name) {
        return switch (name) {
            case "TlsV1_2" -> ProtocolRange.TLS_1_2;
            case "TlsV1_3" -> ProtocolRange.TLS_1_3;
            case "TlsV1_2OrLater" -> ProtocolRange.TLS_1_2_OR_LATER;
            case "TlsV1_3OrLater" -> ProtocolRange.TLS_1_3_OR_LATER;
            case "SecureProtocols" -> ProtocolRange.SECURE;
            case "TlsV1_0" -> new ProtocolRange(SslProtocol.TLS_1_0, SslProtocol.TLS_1_0);
            case "TlsV1_1" -> new ProtocolRange(SslProtocol.TLS_1_1, SslProtocol.TLS_1_1);
            case "TlsV1_0OrLater", "AnyProtocol" -> new ProtocolRange(SslProtocol.TLS_1_0, SslProtocol.TLS_1_3);
            case "TlsV1_1OrLater" -> new ProtocolRange(SslProtocol.TLS_1_1, SslProtocol.TLS_1_3);
            default -> throw new IllegalArgumentException("the library has no protocol " + name);
        };
    }

    private static PeerVerifyMode verifyMode(String name) {
        return switch (name) {
            case "VerifyNone" -> PeerVerifyMode.VERIFY_NONE;
            case "QueryPeer" -> PeerVerifyMode.QUERY_PEER;
            case "VerifyPeer" -> PeerVerifyMode.VERIFY_PEER;
            default -> throw new IllegalArgumentException("no such verify mode: " + name);
        };
    }
}
