/**
 * Certificates, whether to trust them, and keys.
 *
 * <p>{@link dev.sluice.x509.SslCertificate} is a certificate that was read completely: from PEM, DER or a certificate of the
 * JDK, else there is a {@link dev.sluice.x509.CertificateFormatException} and no object. Its fields and extensions are read by
 * this library's own small reader; from the JDK come key objects and signatures.
 *
 * <p>{@link dev.sluice.x509.SslKey} is a private or public key, from any of its usual encodings, and {@link
 * dev.sluice.x509.Pkcs12} a key with its certificates from one file. Both are wiped when they are closed. What cannot be read is
 * a {@link dev.sluice.x509.KeyFormatException}.
 *
 * <p>A {@link dev.sluice.x509.CertificateVerifier} judges a peer inside the handshake. It gets everything in a
 * {@link dev.sluice.x509.VerificationRequest}, reads no clock and opens no connection, and answers with all errors it found;
 * the configuration decides what they mean. The built-in one, {@link dev.sluice.x509.CertificateVerifier#strict}, is RFC 5280
 * in one rule per concern; {@link dev.sluice.x509.VerificationPolicy} says what it demands beyond that. Revocation is judged by
 * {@link dev.sluice.x509.RevocationEvidence}: stapled OCSP responses and a {@link
 * dev.sluice.x509.CertificateRevocationList}. Names are compared as RFC 9525 says: subject alternative names only.
 *
 * <p>{@link dev.sluice.x509.TrustAnchors} come from files, key stores, the JDK and the operating system. {@link
 * dev.sluice.x509.VerifyingTrustManager} is the verifier for programs that use JSSE without the sockets of this library.
 */
@NullMarked
package dev.sluice.x509;

import org.jspecify.annotations.NullMarked;
