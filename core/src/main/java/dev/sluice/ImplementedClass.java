package dev.sluice;

/**
 * The parts of this library that a backend gives life to, after Qt's {@code QSsl::ImplementedClass}.
 *
 * <p>Immutable, share freely.
 *
 * @see SslBackends#supportedClasses
 */
public enum ImplementedClass {
    /** Certificates of peers are reported and verified ({@link dev.sluice.x509.SslCertificate}). */
    CERTIFICATE,
    /** TLS sockets ({@link SslSocket}). */
    SOCKET,
    /** Diffie-Hellman parameters of the user ({@link SslConfiguration#diffieHellmanParameters()}). */
    DIFFIE_HELLMAN,
    /** Choice of the key exchange groups ({@link SslConfiguration#groups()}). */
    ELLIPTIC_CURVE,
    /** Pre-shared keys ({@link SslPreSharedKeyAuthenticator}). */
    PRE_SHARED_KEY
}
