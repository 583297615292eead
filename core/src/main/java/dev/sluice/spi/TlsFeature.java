package dev.sluice.spi;

/**
 * What one TLS library can do and another cannot. A backend declares the features it has; whatever is demanded and not
 * declared is refused before a byte goes out, and the conformance suite probes each absence.
 */
public enum TlsFeature {
    /** Application-layer protocol negotiation (RFC 7301). */
    ALPN,
    /** Server name indication, sent by clients (RFC 6066 §3). */
    SNI_CLIENT,
    /** Selection of a certificate by server name on servers (RFC 6066 §3). */
    SNI_SERVER,
    /** Certificates of clients, both sides. */
    CLIENT_CERTIFICATES,
    /** Resumption of sessions in TLS 1.2 (RFC 5246 §7.3, RFC 5077). */
    RESUMPTION_TLS_1_2,
    /** Resumption of sessions in TLS 1.3 (RFC 8446 §2.2). */
    RESUMPTION_TLS_1_3,
    /** Sessions can be exported as bytes. */
    SESSION_EXPORT,
    /** New session tickets are reported as events. */
    TICKET_EVENTS,
    /** The lifetime of tickets is reported. */
    TICKET_LIFETIME,
    /** Pre-shared keys in TLS 1.2 (RFC 4279, RFC 5489, RFC 5487). */
    PSK_TLS_1_2,
    /** External pre-shared keys in TLS 1.3 (RFC 8446 §4.2.11). */
    PSK_TLS_1_3,
    /** Clients can ask for and see stapled OCSP responses (RFC 6066 §8). */
    OCSP_CLIENT,
    /** Servers can staple OCSP responses that the user gives. */
    OCSP_SERVER,
    /** Groups can be chosen and ordered. */
    GROUP_SELECTION,
    /** Signature schemes can be chosen and ordered. */
    SIGNATURE_SCHEME_SELECTION,
    /** The key exchange group of the session is reported. */
    GROUP_REPORTED,
    /** Servers can use Diffie-Hellman parameters that the user gives. */
    DH_PARAMETERS,
    /** Any fatal alert can be sent at any time. */
    CHOSEN_ALERT,
    /** A refused peer gets exactly the alert of the verdict, unknown_ca included. */
    EXACT_VERIFICATION_ALERT,
    /** Fatal alerts received are reported with their number. */
    FATAL_ALERTS_RECEIVED,
    /** Warning alerts received other than close_notify are reported. */
    WARNING_ALERTS_RECEIVED,
    /** Fatal alerts sent by the engine are reported with their number, also when they are encrypted. */
    ALERTS_SENT,
    /** A key update can be started (RFC 8446 §4.6.3). */
    KEY_UPDATE,
    /** One direction can be closed while the other lives on, in TLS 1.3. */
    HALF_CLOSE,
    /** Keying material can be exported (RFC 5705). */
    EXPORTER,
    /** Clients can ask for shorter records (RFC 6066 §4). */
    MAXIMUM_FRAGMENT_LENGTH,
    /** Traffic secrets can be logged for analysis. */
    KEY_LOG
}
