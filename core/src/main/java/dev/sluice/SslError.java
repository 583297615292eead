package dev.sluice;

import dev.sluice.x509.SslCertificate;
import java.util.Objects;
import java.util.Optional;

/**
 * An error that the verification of a peer has found, and the certificate it is about (as QSslError).
 *
 * <p>Two errors are equal if both code and certificate are, whatever the detail: to ignore an error is to ignore it for that
 * certificate only, and to ignore it entirely.
 *
 * <p>Immutable, share freely.
 */
public final class SslError {
    private final Code code;
    private final Optional<SslCertificate> certificate;
    private final String detail;

    /**
     * Makes an error without a detail.
     *
     * @param code what is wrong
     * @param certificate the certificate that it is wrong with; empty if there is none, {@link Code#NO_PEER_CERTIFICATE}
     *     for example
     */
    public SslError(Code code, Optional<SslCertificate> certificate) {
        this(code, certificate, "");
    }

    private SslError(Code code, Optional<SslCertificate> certificate, String detail) {
        this.code = Objects.requireNonNull(code, "code");
        this.certificate = Objects.requireNonNull(certificate, "certificate");
        this.detail = Objects.requireNonNull(detail, "detail");
    }

    /**
     * Makes an error without a certificate.
     *
     * @param code what is wrong
     * @return the error
     */
    public static SslError of(Code code) {
        return new SslError(code, Optional.empty());
    }

    /**
     * Makes an error of a certificate.
     *
     * @param code what is wrong
     * @param certificate the certificate that it is wrong with
     * @return the error
     */
    public static SslError of(Code code, SslCertificate certificate) {
        return new SslError(code, Optional.of(certificate));
    }

    /**
     * Makes an error of a certificate.
     *
     * @param code what is wrong
     * @param certificate the certificate that it is wrong with
     * @param detail what exactly is wrong, for people; holds no text that the peer has written
     * @return the error
     */
    public static SslError of(Code code, SslCertificate certificate, String detail) {
        return new SslError(code, Optional.of(certificate), detail);
    }

    /**
     * What is wrong.
     *
     * @return the code
     */
    public Code code() {
        return code;
    }

    /**
     * The certificate that it is wrong with.
     *
     * @return the certificate; empty if there is none
     */
    public Optional<SslCertificate> certificate() {
        return certificate;
    }

    /**
     * What exactly is wrong, for people and logs: {@code "no subject key identifier (RFC 5280 §4.2.1.2)"} for example.
     * Never decide by it.
     *
     * @return the detail; empty if the code says all
     */
    public String detail() {
        return detail;
    }

    /**
     * Says for people what is wrong.
     *
     * @return a sentence without a full stop, with the detail if there is one; it names no certificate
     */
    public String text() {
        return detail.isEmpty() ? code.text() : code.text() + ": " + detail;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SslError error && code == error.code && certificate.equals(error.certificate);
    }

    @Override
    public int hashCode() {
        return Objects.hash(code, certificate);
    }

    /** The code, and in brackets the certificate; then the detail if there is one. */
    @Override
    public String toString() {
        String shown = certificate.map(about -> code + "[" + about + "]").orElse(code.toString());
        return detail.isEmpty() ? shown : shown + ": " + detail;
    }

    /**
     * What can be wrong with a peer. The names are those of QSslError::SslError; what follows {@link #UNSPECIFIED_ERROR}
     * is not in Qt.
     */
    public enum Code {
        /** Nothing is wrong. */
        NO_ERROR("NoError", "No error"),
        /** The issuer of a certificate was not found. */
        UNABLE_TO_GET_ISSUER_CERTIFICATE("UnableToGetIssuerCertificate", "The certificate of the issuer was not found"),
        /** The signature of a certificate could not be read. */
        UNABLE_TO_DECRYPT_CERTIFICATE_SIGNATURE(
                "UnableToDecryptCertificateSignature", "The signature of the certificate cannot be decrypted"),
        /** The public key of a certificate could not be read. */
        UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY(
                "UnableToDecodeIssuerPublicKey", "The public key in the certificate cannot be read"),
        /** A certificate was not signed by its issuer. */
        CERTIFICATE_SIGNATURE_FAILED("CertificateSignatureFailed", "The signature of the certificate is not valid"),
        /** A certificate is valid in the future only. */
        CERTIFICATE_NOT_YET_VALID("CertificateNotYetValid", "The certificate is not valid yet"),
        /** The time of a certificate is over. */
        CERTIFICATE_EXPIRED("CertificateExpired", "The certificate has expired"),
        /** The begin of a certificate's validity could not be read. */
        INVALID_NOT_BEFORE_FIELD("InvalidNotBeforeField", "The field notBefore of the certificate holds no valid time"),
        /** The end of a certificate's validity could not be read. */
        INVALID_NOT_AFTER_FIELD("InvalidNotAfterField", "The field notAfter of the certificate holds no valid time"),
        /** The peer's own certificate is self-signed and not trusted. */
        SELF_SIGNED_CERTIFICATE("SelfSignedCertificate", "The certificate is self-signed and not trusted"),
        /** The chain ends in a self-signed certificate that is not trusted. */
        SELF_SIGNED_CERTIFICATE_IN_CHAIN(
                "SelfSignedCertificateInChain", "The root of the certificate chain is self-signed and not trusted"),
        /** The issuer of a certificate is not among the trusted ones. */
        UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE(
                "UnableToGetLocalIssuerCertificate", "The issuer of the certificate is not known here"),
        /** The chain has one certificate, which no trusted one has issued. */
        UNABLE_TO_VERIFY_FIRST_CERTIFICATE(
                "UnableToVerifyFirstCertificate", "No certificate of the chain could be verified"),
        /** A certificate was revoked by its issuer. */
        CERTIFICATE_REVOKED("CertificateRevoked", "The certificate was revoked by its issuer"),
        /** A certificate that has issued another one is not that of an authority. */
        INVALID_CA_CERTIFICATE("InvalidCaCertificate", "The certificate is not that of a certification authority"),
        /** More authorities are below a certificate than it allows, or the chain is longer than the configuration allows. */
        PATH_LENGTH_EXCEEDED("PathLengthExceeded", "The certificate chain is longer than is allowed"),
        /** A certificate was not issued for this purpose. */
        INVALID_PURPOSE("InvalidPurpose", "The certificate must not be used for this purpose"),
        /** A certificate is not trusted for this purpose. */
        CERTIFICATE_UNTRUSTED("CertificateUntrusted", "The certificate is not trusted for this purpose"),
        /** A certificate is marked as rejected for this purpose. */
        CERTIFICATE_REJECTED("CertificateRejected", "The certificate is marked as rejected for this purpose"),
        /** The issuer's name differs from the one that the certificate names. */
        SUBJECT_ISSUER_MISMATCH(
                "SubjectIssuerMismatch", "The subject of the issuer is not the one that the certificate names"),
        /** The issuer's key identifier or serial number differs from the one that the certificate names. */
        AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH(
                "AuthorityIssuerSerialNumberMismatch",
                "The key identifier or serial number of the issuer is not the one that the certificate names"),
        /** The peer has shown no certificate. */
        NO_PEER_CERTIFICATE("NoPeerCertificate", "The peer has shown no certificate"),
        /** The certificate is for other hosts. */
        HOST_NAME_MISMATCH("HostNameMismatch", "The certificate is not for the host that was connected to"),
        /** There is no TLS engine. */
        NO_SSL_SUPPORT("NoSslSupport", "There is no TLS backend"),
        /** A certificate is on the list of known bad ones. */
        CERTIFICATE_BLACKLISTED("CertificateBlacklisted", "The certificate is on the block list"),
        /** Whether a certificate was revoked could not be found out. */
        CERTIFICATE_STATUS_UNKNOWN("CertificateStatusUnknown", "The status of the certificate is not known"),
        /** The peer has stapled no OCSP response although it was asked to. */
        OCSP_NO_RESPONSE_FOUND("OcspNoResponseFound", "The peer has sent no OCSP response"),
        /** The OCSP responder did not understand the request. */
        OCSP_MALFORMED_REQUEST("OcspMalformedRequest", "The OCSP responder found the request malformed"),
        /** The OCSP response could not be read. */
        OCSP_MALFORMED_RESPONSE("OcspMalformedResponse", "The OCSP response is malformed"),
        /** The OCSP responder has failed. */
        OCSP_INTERNAL_ERROR("OcspInternalError", "The OCSP responder reported an error of its own"),
        /** The OCSP responder was busy. */
        OCSP_TRY_LATER("OcspTryLater", "The OCSP responder asked to try again later"),
        /** The OCSP responder wants signed requests. */
        OCSP_SIG_REQUIRED("OcspSigRequred", "The OCSP responder demands a signed request"),
        /** The OCSP responder denied its service. */
        OCSP_UNAUTHORIZED("OcspUnauthorized", "The OCSP responder was not allowed to answer the request"),
        /** The OCSP response was signed by somebody who may not do so. */
        OCSP_RESPONSE_CANNOT_BE_TRUSTED(
                "OcspResponseCannotBeTrusted", "The signer of the OCSP response cannot be trusted"),
        /** The OCSP response is about another certificate. */
        OCSP_RESPONSE_CERT_ID_UNKNOWN("OcspResponseCertIdUnknown", "The OCSP response is not about this certificate"),
        /** The OCSP response is too old. */
        OCSP_RESPONSE_EXPIRED("OcspResponseExpired", "The OCSP response has expired"),
        /** The OCSP responder does not know the certificate. */
        OCSP_STATUS_UNKNOWN("OcspStatusUnknown", "The OCSP responder does not know the certificate"),
        /** Something else is wrong. */
        UNSPECIFIED_ERROR("UnspecifiedError", "The certificate was refused for a reason that has no code"),
        /** None of the pinned public keys is in the chain. */
        PIN_MISMATCH("PinMismatch", "No public key of the certificate chain is a pinned one"),
        /** The key of a certificate is shorter or of another kind than the policy allows. */
        WEAK_KEY("WeakKey", "The public key of the certificate is weaker than is allowed"),
        /** A certificate was signed in a way that the policy does not allow. */
        WEAK_SIGNATURE("WeakSignature", "The signature algorithm of the certificate is weaker than is allowed"),
        /** A name is outside of what an authority above may certify (RFC 5280 §4.2.1.10). */
        NAME_CONSTRAINT_VIOLATION(
                "NameConstraintViolation", "A name in the certificate is outside of what its issuer may certify"),
        /** An extension is marked as critical and not understood here (RFC 5280 §4.2). */
        UNHANDLED_CRITICAL_EXTENSION(
                "UnhandledCriticalExtension", "The certificate has a critical extension that is not understood"),
        /** A certificate is not built as RFC 5280 demands. */
        MALFORMED_CERTIFICATE("MalformedCertificate", "The certificate is malformed"),
        /** An authority demands a certificate policy, and none is left at the end of the path (RFC 5280 §6.1). */
        POLICY_VIOLATION("PolicyViolation", "The certificate has no policy that its issuers allow and demand"),
        /** A certificate is not built as the rules demand that the configuration has set on top of RFC 5280. */
        PROFILE_VIOLATION("ProfileViolation", "The certificate is not built as the verification policy demands"),
        /** The search for a path was given up because the certificates ask for too much work. */
        PATH_TOO_COMPLEX("PathTooComplex", "The certificate chain takes too much work to verify");

        private final String qtName;
        private final String text;

        Code(String qtName, String text) {
            this.qtName = qtName;
            this.text = text;
        }

        /**
         * The name in Qt, {@code HostNameMismatch} for example; a misspelling there is kept.
         *
         * @return the name of the constant; for a code that Qt does not have, one of the same form
         */
        public String qtName() {
            return qtName;
        }

        /**
         * Says for people what is wrong.
         *
         * @return a sentence without a full stop
         */
        public String text() {
            return text;
        }

        /**
         * The alert that tells the peer of this error (RFC 8446 §6.2). The only place where errors become alerts.
         *
         * <p>For {@link #NO_PEER_CERTIFICATE} this is the alert of TLS 1.3; TLS 1.2 has no certificate_required, there
         * a server sends handshake_failure (RFC 5246 §7.4.6).
         *
         * @return the description of the fatal alert
         * @throws IllegalStateException for {@link #NO_ERROR}, which is nothing to tell
         */
        public AlertDescription alert() {
            return switch (this) {
                case NO_ERROR -> throw new IllegalStateException("NO_ERROR has no alert, expected an error");
                case UNABLE_TO_GET_ISSUER_CERTIFICATE,
                        UNABLE_TO_GET_LOCAL_ISSUER_CERTIFICATE,
                        UNABLE_TO_VERIFY_FIRST_CERTIFICATE,
                        SELF_SIGNED_CERTIFICATE,
                        SELF_SIGNED_CERTIFICATE_IN_CHAIN,
                        INVALID_CA_CERTIFICATE,
                        PATH_LENGTH_EXCEEDED,
                        SUBJECT_ISSUER_MISMATCH,
                        AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH -> AlertDescription.UNKNOWN_CA;
                case CERTIFICATE_NOT_YET_VALID, CERTIFICATE_EXPIRED -> AlertDescription.CERTIFICATE_EXPIRED;
                case CERTIFICATE_REVOKED, CERTIFICATE_BLACKLISTED -> AlertDescription.CERTIFICATE_REVOKED;
                case UNABLE_TO_DECRYPT_CERTIFICATE_SIGNATURE,
                        UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY,
                        CERTIFICATE_SIGNATURE_FAILED,
                        INVALID_NOT_BEFORE_FIELD,
                        INVALID_NOT_AFTER_FIELD,
                        HOST_NAME_MISMATCH,
                        CERTIFICATE_UNTRUSTED,
                        CERTIFICATE_REJECTED,
                        PIN_MISMATCH,
                        WEAK_KEY,
                        WEAK_SIGNATURE,
                        NAME_CONSTRAINT_VIOLATION,
                        POLICY_VIOLATION,
                        PROFILE_VIOLATION,
                        MALFORMED_CERTIFICATE -> AlertDescription.BAD_CERTIFICATE;
                case INVALID_PURPOSE, UNHANDLED_CRITICAL_EXTENSION -> AlertDescription.UNSUPPORTED_CERTIFICATE;
                case NO_PEER_CERTIFICATE -> AlertDescription.CERTIFICATE_REQUIRED;
                case OCSP_NO_RESPONSE_FOUND,
                        OCSP_MALFORMED_REQUEST,
                        OCSP_MALFORMED_RESPONSE,
                        OCSP_INTERNAL_ERROR,
                        OCSP_TRY_LATER,
                        OCSP_SIG_REQUIRED,
                        OCSP_UNAUTHORIZED,
                        OCSP_RESPONSE_CANNOT_BE_TRUSTED,
                        OCSP_RESPONSE_CERT_ID_UNKNOWN,
                        OCSP_RESPONSE_EXPIRED -> AlertDescription.BAD_CERTIFICATE_STATUS_RESPONSE;
                case CERTIFICATE_STATUS_UNKNOWN, OCSP_STATUS_UNKNOWN, UNSPECIFIED_ERROR, PATH_TOO_COMPLEX ->
                    AlertDescription.CERTIFICATE_UNKNOWN;
                case NO_SSL_SUPPORT -> AlertDescription.INTERNAL_ERROR;
            };
        }
    }
}
