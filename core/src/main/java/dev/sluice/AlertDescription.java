package dev.sluice;

import java.util.Locale;
import java.util.Optional;

/**
 * What an alert says, by the names and numbers of the IANA registry "TLS Alerts" (RFC 8446 §6, RFC 5246 §7.2).
 *
 * <p>Immutable, share freely.
 */
public enum AlertDescription {
    /** The sender sends no more on this connection (RFC 8446 §6.1). */
    CLOSE_NOTIFY(0),
    /** An inappropriate message was received. */
    UNEXPECTED_MESSAGE(10),
    /** A record cannot be deprotected. */
    BAD_RECORD_MAC(20),
    /** A cipher text was invalid; reserved (RFC 5246 §7.2.2). */
    DECRYPTION_FAILED(21),
    /** A record was longer than allowed. */
    RECORD_OVERFLOW(22),
    /** Decompression failed; reserved in TLS 1.3. */
    DECOMPRESSION_FAILURE(30),
    /** No acceptable set of security parameters could be agreed upon. */
    HANDSHAKE_FAILURE(40),
    /** Reserved; SSL 3.0 only. */
    NO_CERTIFICATE(41),
    /** A certificate was corrupt or its signature did not verify. */
    BAD_CERTIFICATE(42),
    /** A certificate was of an unsupported type. */
    UNSUPPORTED_CERTIFICATE(43),
    /** A certificate was revoked by its signer. */
    CERTIFICATE_REVOKED(44),
    /** A certificate has expired or is not currently valid. */
    CERTIFICATE_EXPIRED(45),
    /** Some other issue arose in processing the certificate. */
    CERTIFICATE_UNKNOWN(46),
    /** A field was out of range or inconsistent with other fields. */
    ILLEGAL_PARAMETER(47),
    /** The trust anchor of the chain is not known. */
    UNKNOWN_CA(48),
    /** The certificate is valid, yet access control refused it. */
    ACCESS_DENIED(49),
    /** A message could not be decoded. */
    DECODE_ERROR(50),
    /** A handshake cryptographic operation failed. */
    DECRYPT_ERROR(51),
    /** Reserved. */
    EXPORT_RESTRICTION(60),
    /** The protocol version is recognised but not supported. */
    PROTOCOL_VERSION(70),
    /** The server requires parameters more secure than the client's. */
    INSUFFICIENT_SECURITY(71),
    /** An error unrelated to the peer or the protocol. */
    INTERNAL_ERROR(80),
    /** An invalid connection retry of a client (RFC 7507). */
    INAPPROPRIATE_FALLBACK(86),
    /** The handshake is cancelled for a reason unrelated to the protocol. */
    USER_CANCELED(90),
    /** Renegotiation is refused (RFC 5246 §7.2.2). */
    NO_RENEGOTIATION(100),
    /** A mandatory extension is missing. */
    MISSING_EXTENSION(109),
    /** An extension was received that was not offered or is prohibited. */
    UNSUPPORTED_EXTENSION(110),
    /** A certificate could not be retrieved (RFC 6066 §5). */
    CERTIFICATE_UNOBTAINABLE(111),
    /** No server is known by the name that the client gave (RFC 6066 §3). */
    UNRECOGNIZED_NAME(112),
    /** An invalid OCSP response was provided (RFC 6066 §8). */
    BAD_CERTIFICATE_STATUS_RESPONSE(113),
    /** A certificate hash does not match (RFC 6066 §5). */
    BAD_CERTIFICATE_HASH_VALUE(114),
    /** No acceptable PSK identity was provided (RFC 4279 §2). */
    UNKNOWN_PSK_IDENTITY(115),
    /** A client certificate is desired but none was provided (RFC 8446 §6.2). */
    CERTIFICATE_REQUIRED(116),
    /** No application protocol is common to both sides (RFC 7301 §3.2). */
    NO_APPLICATION_PROTOCOL(120),
    /** Encrypted ClientHello is required. */
    ECH_REQUIRED(121);

    private final int number;

    AlertDescription(int number) {
        this.number = number;
    }

    /**
     * The number on the wire.
     *
     * @return the registered number, 0 to 255
     */
    public int number() {
        return number;
    }

    /**
     * The name in the registry, {@code close_notify} for example.
     *
     * @return the name in lower case with underscores
     */
    public String standardName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Finds a description by its number.
     *
     * @param number the number on the wire
     * @return the description, or empty if the number is not registered
     */
    public static Optional<AlertDescription> fromNumber(int number) {
        for (AlertDescription description : values()) {
            if (description.number == number) {
                return Optional.of(description);
            }
        }
        return Optional.empty();
    }

    /**
     * Finds a description by its {@linkplain #standardName() name}.
     *
     * @param standardName the name in the registry; case does not matter
     * @return the description, or empty if there is none of this name
     */
    public static Optional<AlertDescription> fromStandardName(String standardName) {
        for (AlertDescription description : values()) {
            if (description.standardName().equalsIgnoreCase(standardName)) {
                return Optional.of(description);
            }
        }
        return Optional.empty();
    }
}
