package dev.sluice.x509;

import dev.sluice.AlertDescription;
import dev.sluice.SslError;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A peer was refused because of its certificates. What a trust manager throws, in the form that makes JSSE tell the peer why.
 *
 * <p>JSSE has no place for an alert in a trust manager's answer. SunJSSE chooses one by the reason of a {@link
 * CertPathValidatorException} that is the direct cause of the exception; so there is such a cause where a reason stands for
 * the alert. What SunJSSE does with it depends on its version: JDK 25 sends the alert, JDK 17 does so up to TLS 1.2 and knows
 * of the reasons only the revoked certificate in TLS 1.3, and a server always sends certificate_unknown.
 */
public final class CertificateRefusedException extends CertificateException {
    private static final long serialVersionUID = 1L;

    /** Causes can form a circle. */
    private static final int MAXIMUM_CAUSES = 32;

    private final transient @Nullable List<SslError> errors;

    /**
     * Makes the exception for errors; its message lists all of them.
     *
     * @param peer who was refused, for people
     * @param errors what is wrong with it, what the alert is to tell first; not empty
     * @throws IllegalArgumentException if there is no error
     */
    public CertificateRefusedException(String peer, List<SslError> errors) {
        this(peer + " was refused: " + listed(errors), errors.get(0).code().alert(), errors);
    }

    /**
     * Makes the exception for a decision that was made elsewhere.
     *
     * @param message why the peer is refused
     * @param alert what the peer is to be told, as far as JSSE can
     */
    public CertificateRefusedException(String message, AlertDescription alert) {
        this(message, alert, List.of());
    }

    private CertificateRefusedException(String message, AlertDescription alert, List<SslError> errors) {
        // The message must not be null: SunJSSE of JDK 25 reads it.
        super(message, causeFor(alert, message));
        this.errors = List.copyOf(errors);
    }

    /**
     * Finds the refusal behind the exception of a handshake, which JSSE and what is built on it wrap one to several times.
     *
     * @param failure what was thrown
     * @return the refusal, if there is one among the causes
     */
    public static Optional<CertificateRefusedException> causeOf(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .limit(MAXIMUM_CAUSES)
                .filter(CertificateRefusedException.class::isInstance)
                .map(CertificateRefusedException.class::cast)
                .findFirst();
    }

    /**
     * What is wrong with the peer.
     *
     * @return the errors, the wrong host name first; empty if they are not known here, and after deserialization
     */
    public List<SslError> errors() {
        return errors == null ? List.of() : errors;
    }

    private static String listed(List<SslError> errors) {
        if (errors.isEmpty()) {
            throw new IllegalArgumentException("no errors given, expected 1 or more");
        }
        return errors.stream()
                .map(error -> error.text()
                        + error.certificate().map(shown -> " (" + shown + ")").orElse(""))
                .collect(Collectors.joining("; "));
    }

    private static @Nullable CertPathValidatorException causeFor(AlertDescription alert, String message) {
        return reasonFor(alert)
                .map(reason -> new CertPathValidatorException(message, null, null, -1, reason))
                .orElse(null);
    }

    private static Optional<BasicReason> reasonFor(AlertDescription alert) {
        return switch (alert) {
            case CERTIFICATE_EXPIRED -> Optional.of(BasicReason.EXPIRED);
            case CERTIFICATE_REVOKED -> Optional.of(BasicReason.REVOKED);
            case BAD_CERTIFICATE -> Optional.of(BasicReason.INVALID_SIGNATURE);
            case UNSUPPORTED_CERTIFICATE -> Optional.of(BasicReason.ALGORITHM_CONSTRAINED);
            case BAD_CERTIFICATE_STATUS_RESPONSE -> Optional.of(BasicReason.UNDETERMINED_REVOCATION_STATUS);
            // SunJSSE has no way to send any of these: the peer gets certificate_unknown.
            case CLOSE_NOTIFY,
                    UNEXPECTED_MESSAGE,
                    BAD_RECORD_MAC,
                    DECRYPTION_FAILED,
                    RECORD_OVERFLOW,
                    DECOMPRESSION_FAILURE,
                    HANDSHAKE_FAILURE,
                    NO_CERTIFICATE,
                    CERTIFICATE_UNKNOWN,
                    ILLEGAL_PARAMETER,
                    UNKNOWN_CA,
                    ACCESS_DENIED,
                    DECODE_ERROR,
                    DECRYPT_ERROR,
                    EXPORT_RESTRICTION,
                    PROTOCOL_VERSION,
                    INSUFFICIENT_SECURITY,
                    INTERNAL_ERROR,
                    INAPPROPRIATE_FALLBACK,
                    USER_CANCELED,
                    NO_RENEGOTIATION,
                    MISSING_EXTENSION,
                    UNSUPPORTED_EXTENSION,
                    CERTIFICATE_UNOBTAINABLE,
                    UNRECOGNIZED_NAME,
                    BAD_CERTIFICATE_HASH_VALUE,
                    UNKNOWN_PSK_IDENTITY,
                    CERTIFICATE_REQUIRED,
                    NO_APPLICATION_PROTOCOL,
                    ECH_REQUIRED -> Optional.empty();
        };
    }
}
