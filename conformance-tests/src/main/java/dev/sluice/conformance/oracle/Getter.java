package dev.sluice.conformance.oracle;

import dev.sluice.PauseMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslConfiguration;
import dev.sluice.SslSocket;
import java.util.Arrays;
import java.util.Optional;

/** Getters as the traces name them, with what they are here. */
enum Getter implements Word {
    ALPN("alpn", "`applicationProtocol()`", Use.FINAL),
    ALPN_STATUS("alpnStatus", "`Negotiated` if there is an application protocol, else `None`", Use.FINAL),
    AT_END("atEnd", "`atEnd()`", Use.FINAL),
    BYTES_AVAILABLE("bytesAvailable", "`bytesAvailable()`", Use.FINAL),
    BYTES_TO_WRITE("bytesToWrite", "`bytesToWrite()`", Use.FINAL),
    ENCRYPTED_BYTES_AVAILABLE("encryptedBytesAvailable", "`encryptedBytesAvailable()`", Use.FINAL),
    ENCRYPTED_BYTES_TO_WRITE("encryptedBytesToWrite", "`encryptedBytesToWrite()`", Use.FINAL),
    EPHEMERAL_KEY("ephemeralKeyIsNull", "on clients, whether `ephemeralServerKey()` is empty", Use.FINAL),
    ERROR("error", "`error()`", Use.FINAL),
    IS_ENCRYPTED("isEncrypted", "`isEncrypted()`", Use.FINAL),
    IS_OPEN("isOpen", "`isOpen()`", Use.FINAL),
    LOCAL_PORT("localPortIsZero", "whether `localAddress()` is empty", Use.FINAL),
    MODE("mode", "`mode()`", Use.FINAL),
    OCSP("ocspResponses", "how many `ocspResponses()` there are", Use.FINAL),
    CHAIN("peerCertificateChainSize", "how long `peerCertificateChain()` is", Use.FINAL),
    PEER_CERTIFICATE("peerCertificateIsNull", "whether `peerCertificate()` is empty", Use.FINAL),
    PEER_PORT("peerPortIsZero", "whether `peerAddress()` is empty", Use.FINAL),
    SESSION_CIPHER(
            "sessionCipher", "`some` if there is a `sessionCipher()`: which one is an engine's choice", Use.FINAL),
    SESSION_PROTOCOL("sessionProtocol", "`sessionProtocol()`", Use.FINAL),
    HINT("sessionTicketLifeTimeHint", "`sessionTicketLifetimeHint()` in seconds, -1 if there is none", Use.FINAL),
    HANDSHAKE_ERRORS("sslHandshakeErrors", "`sslHandshakeErrors()`", Use.FINAL),
    STATE("state", "`state()`", Use.FINAL),
    HANDSHAKE_ERROR_COUNT("sslHandshakeErrorCount", "how many `sslHandshakeErrors()` there are", Use.ON_DEMAND),
    IS_SESSION_RESUMED("isSessionResumed", "`isSessionResumed()`", Use.ON_DEMAND),
    CIPHER_IS_NULL("sessionCipherIsNull", "whether `sessionCipher()` is empty", Use.ON_DEMAND),
    PEER_NAME("peerName", "`peerName()`, which stays until the next connection", Use.ON_DEMAND),
    PEER_VERIFY_NAME("peerVerifyName", "`peerVerifyName()`, the host unless another was given", Use.ON_DEMAND),
    CONFIGURED_CIPHERS("configuredCiphers", "how many suites are configured", Use.ON_DEMAND),
    INTERRUPTS("handshakeMustInterruptOnError", "of the configuration", Use.ON_DEMAND),
    MISSING_IS_FATAL("missingCertificateIsFatal", "of the configuration", Use.ON_DEMAND),
    STAPLING("ocsp", "`ocspStaplingEnabled()` of the configuration", Use.ON_DEMAND),
    PAUSE_MODE("pauseMode", "`pauseMode()` as Qt's number", Use.ON_DEMAND),
    PROTOCOL("protocol", "`protocols()` of the configuration", Use.ON_DEMAND),
    READ_BUFFER("readBufferSize", "`readBufferSize()`", Use.ON_DEMAND),
    DEPTH("verifyDepth", "`peerVerifyDepth()` of the configuration", Use.ON_DEMAND),
    ERROR_STRING("errorString", "`errorString()`, which is for people and shown beside differences", Use.ON_DEMAND),
    VERIFY_MODE("verifyMode", "`peerVerifyMode()` of the configuration as Qt's number", Use.ON_DEMAND);

    /** Where a getter is looked at. */
    enum Use {
        /** At the end of every scenario, where the traces have it as well. */
        FINAL,
        /** Where a script asks for it. */
        ON_DEMAND
    }

    /** Stands for a value that is there and is an engine's own choice. */
    static final String SOME = "some";

    private final String usage;
    private final String help;
    private final Use use;

    Getter(String usage, String help, Use use) {
        this.usage = usage;
        this.help = help;
        this.use = use;
    }

    @Override
    public String usage() {
        return usage;
    }

    @Override
    public String help() {
        return help;
    }

    /** The getter that a trace has among the last values, if there is one here. */
    static Optional<Getter> ofFinal(String word) {
        return Arrays.stream(values())
                .filter(getter -> getter.use == Use.FINAL && getter.word().equals(word))
                .findFirst();
    }

    /** What it says. */
    String of(SslSocket socket) {
        SslConfiguration configuration = socket.sslConfiguration();
        return switch (this) {
            case ALPN -> socket.applicationProtocol().orElse("");
            case ALPN_STATUS -> socket.applicationProtocol().isPresent() ? "Negotiated" : "None";
            case AT_END -> text(socket.atEnd());
            case BYTES_AVAILABLE -> text(socket.bytesAvailable());
            case BYTES_TO_WRITE -> text(socket.bytesToWrite());
            case ENCRYPTED_BYTES_AVAILABLE -> text(socket.encryptedBytesAvailable());
            case ENCRYPTED_BYTES_TO_WRITE -> text(socket.encryptedBytesToWrite());
            case EPHEMERAL_KEY -> text(socket.ephemeralServerKey().isEmpty());
            case ERROR -> socket.error().qtName();
            case IS_ENCRYPTED -> text(socket.isEncrypted());
            case IS_OPEN -> text(socket.isOpen());
            case LOCAL_PORT -> text(socket.localAddress().isEmpty());
            case MODE -> QtNames.mode(socket.mode());
            case OCSP -> text(socket.ocspResponses().size());
            case CHAIN -> text(socket.peerCertificateChain().size());
            case PEER_CERTIFICATE -> text(socket.peerCertificate().isEmpty());
            case PEER_PORT -> text(socket.peerAddress().isEmpty());
            case SESSION_CIPHER -> socket.sessionCipher().isPresent() ? SOME : "";
            case SESSION_PROTOCOL -> QtNames.protocol(socket.sessionProtocol());
            case HINT ->
                Long.toString(socket.sessionTicketLifetimeHint()
                        .map(hint -> hint.toSeconds())
                        .orElse(-1L));
            case HANDSHAKE_ERRORS -> QtNames.errors(socket.sslHandshakeErrors()).toString();
            case STATE -> QtNames.state(socket.state());
            case HANDSHAKE_ERROR_COUNT -> text(socket.sslHandshakeErrors().size());
            case IS_SESSION_RESUMED -> text(socket.isSessionResumed());
            case CIPHER_IS_NULL -> text(socket.sessionCipher().isEmpty());
            case PEER_NAME -> socket.peerName();
            case PEER_VERIFY_NAME -> socket.peerVerifyName();
            case CONFIGURED_CIPHERS -> text(configuration.ciphers().size());
            case INTERRUPTS -> text(configuration.handshakeMustInterruptOnError());
            case MISSING_IS_FATAL -> text(configuration.missingCertificateIsFatal());
            case STAPLING -> text(configuration.ocspStaplingEnabled());
            case PAUSE_MODE -> socket.pauseMode() == PauseMode.ON_SSL_ERRORS ? "1" : "0";
            case PROTOCOL ->
                configuration.protocols().equals(ProtocolRange.SECURE)
                        ? "SecureProtocols"
                        : configuration.protocols().toString();
            case READ_BUFFER -> text(socket.readBufferSize());
            case DEPTH -> text(configuration.peerVerifyDepth());
            case ERROR_STRING -> socket.errorString();
            case VERIFY_MODE ->
                switch (configuration.peerVerifyMode()) {
                    case VERIFY_NONE -> "0";
                    case QUERY_PEER -> "1";
                    case VERIFY_PEER -> "2";
                    case AUTO_VERIFY_PEER -> "3";
                };
        };
    }

    private static String text(boolean value) {
        return Boolean.toString(value);
    }

    private static String text(int value) {
        return Integer.toString(value);
    }
}
