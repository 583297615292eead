/**
 * Certificates, whether to trust them, and keys.
 *
 * <p>{@link dev.sluice.x509.SslCertificate} is a certificate that was read completely: from PEM, DER or a certificate of the
 * JDK, else there is a {@link dev.sluice.x509.CertificateFormatException} and no object. Its subject alternative names are
 * read by this library's own small reader, because the JDK's list can change after a path validation.
 *
 * <p>{@link dev.sluice.x509.SslKey} is a private or public key, from any of its usual encodings, and {@link
 * dev.sluice.x509.Pkcs12} a key with its certificates from one file. Both are wiped when they are closed. What cannot be read is
 * a {@link dev.sluice.x509.KeyFormatException}.
 *
 * <p>A {@link dev.sluice.x509.CertificateVerifier} judges a peer inside the handshake. It gets everything in a
 * {@link dev.sluice.x509.VerificationRequest}, reads no clock and opens no connection, and answers with all errors it found;
 * the configuration decides what they mean. The built-in one, {@link dev.sluice.x509.CertificateVerifier#strict}, lets a chain
 * pass only if both the JDK's path validation and the checks that the JDK leaves out accept it. It does not judge revocation.
 *
 * <p>{@link dev.sluice.x509.TrustAnchors} are those of the system. {@link dev.sluice.x509.VerificationPolicy} says how strong
 * keys and signatures have to be. Names are compared as RFC 9525 says: subject alternative names only.
 */
@NullMarked
package dev.sluice.x509;

import org.jspecify.annotations.NullMarked;
