package dev.sluice.x509;

import dev.sluice.SslError.Code;
import dev.sluice.x509.SignatureAlgorithm.Digest;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A successful response of an OCSP responder (RFC 6960 §4.2), or the reason why there is none. What it says is a claim
 * until its signer was verified.
 *
 * <p>Immutable, share freely.
 */
final class OcspResponse {
    /** What the responder answered (RFC 6960 §4.2.1). There is no 4, and other numbers make no response. */
    enum Status {
        SUCCESSFUL(0, Code.NO_ERROR),
        MALFORMED_REQUEST(1, Code.OCSP_MALFORMED_REQUEST),
        INTERNAL_ERROR(2, Code.OCSP_INTERNAL_ERROR),
        TRY_LATER(3, Code.OCSP_TRY_LATER),
        SIG_REQUIRED(5, Code.OCSP_SIG_REQUIRED),
        UNAUTHORIZED(6, Code.OCSP_UNAUTHORIZED);

        private final int number;
        private final Code code;

        Status(int number, Code code) {
            this.number = number;
            this.code = code;
        }

        /** The error that it is for whoever needs the response; {@link Code#NO_ERROR} for the successful one. */
        Code code() {
            return code;
        }

        private static Status read(DerReader reader) throws CertificateFormatException {
            int number = reader.readEnumerated();
            for (Status status : values()) {
                if (status.number == number) {
                    return status;
                }
            }
            throw new CertificateFormatException("OCSP response has unknown status " + number);
        }
    }

    /** Large ones have some 10 KiB, certificates included. */
    static final int MAXIMUM_BYTES = 64 * 1024;

    private static final String BASIC = "1.3.6.1.5.5.7.48.1.1";
    private static final int RESPONSE_BYTES = 0;
    private static final int CERTIFICATES = 0;
    /** Responders send one, or one and its issuers. */
    private static final int MAXIMUM_CERTIFICATES = 8;

    private final Status status;
    private final Optional<Basic> basic;

    private OcspResponse(Status status, Optional<Basic> basic) {
        this.status = status;
        this.basic = basic;
    }

    /**
     * Reads a response.
     *
     * @param der the DER encoding of one {@code OCSPResponse} and nothing else
     * @throws CertificateFormatException if it is anything else, is not a basic one, has an unknown status, more than
     *     {@value #MAXIMUM_BYTES} bytes, or a critical extension that is unknown here
     */
    static OcspResponse fromDer(byte[] der) throws CertificateFormatException {
        if (der.length > MAXIMUM_BYTES) {
            throw new CertificateFormatException(
                    "OCSP response has " + der.length + " bytes, expected " + MAXIMUM_BYTES + " at most");
        }
        DerReader reader = DerReader.of(der.clone());
        DerReader response = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        Status status = Status.read(response);
        if (status != Status.SUCCESSFUL) {
            // §4.2.1: with an error "the responseBytes field is not set".
            response.expectEnd();
            return new OcspResponse(status, Optional.empty());
        }
        DerReader wrapper = response.enter(DerReader.constructedTag(RESPONSE_BYTES));
        response.expectEnd();
        DerReader responseBytes = wrapper.enter(DerReader.SEQUENCE);
        wrapper.expectEnd();
        String type = responseBytes.readObjectIdentifier();
        if (!type.equals(BASIC)) {
            throw new CertificateFormatException("OCSP response is of type " + type + ", expected a basic one");
        }
        byte[] basic = responseBytes.readBytes(DerReader.OCTET_STRING);
        responseBytes.expectEnd();
        return new OcspResponse(status, Optional.of(readBasic(DerReader.of(basic))));
    }

    private static Basic readBasic(DerReader reader) throws CertificateFormatException {
        DerReader basic = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        byte[] signed = basic.readElement();
        SignatureAlgorithm algorithm = SignatureAlgorithm.read(basic);
        byte[] signature = basic.readOctetsOfBitString();
        List<byte[]> certificates = basic.hasMore() ? readCertificates(basic) : List.of();
        basic.expectEnd();
        return new Basic(signed, OcspResponseData.read(DerReader.of(signed)), algorithm, signature, certificates);
    }

    private static List<byte[]> readCertificates(DerReader basic) throws CertificateFormatException {
        DerReader wrapper = basic.enter(DerReader.constructedTag(CERTIFICATES));
        DerReader list = wrapper.enter(DerReader.SEQUENCE);
        wrapper.expectEnd();
        List<byte[]> certificates = new ArrayList<>();
        while (list.hasMore()) {
            certificates.add(list.readElement());
        }
        if (certificates.size() > MAXIMUM_CERTIFICATES) {
            throw new CertificateFormatException(
                    "OCSP response has more than " + MAXIMUM_CERTIFICATES + " certificates");
        }
        return List.copyOf(certificates);
    }

    /** What the responder answered. */
    Status status() {
        return status;
    }

    /** The response proper; present if the status is {@link Status#SUCCESSFUL}, and only then. */
    Optional<Basic> basic() {
        return basic;
    }

    /** A {@code BasicOCSPResponse} (RFC 6960 §4.2.1). */
    static final class Basic {
        private final byte[] signed;
        private final OcspResponseData data;
        private final SignatureAlgorithm algorithm;
        private final byte[] signature;
        private final List<byte[]> certificates;

        private Basic(
                byte[] signed,
                OcspResponseData data,
                SignatureAlgorithm algorithm,
                byte[] signature,
                List<byte[]> certificates) {
            this.signed = signed;
            this.data = data;
            this.algorithm = algorithm;
            this.signature = signature;
            this.certificates = certificates;
        }

        /** What is signed. */
        OcspResponseData data() {
            return data;
        }

        SignatureAlgorithm signatureAlgorithm() {
            return algorithm;
        }

        /** The certificates that come with it, DER, in their order, not looked into; shared. */
        List<byte[]> certificates() {
            return certificates;
        }

        boolean isSignedBy(PublicKey key) {
            return algorithm.verify(key, signed, signature);
        }
    }

    /** Who has signed (RFC 6960 §4.2.1). */
    sealed interface ResponderId {
        boolean isThatOf(SslCertificate certificate);

        /**
         * By its subject.
         *
         * @param name the subject of the signer's certificate
         */
        record ByName(DistinguishedName name) implements ResponderId {
            @Override
            public boolean isThatOf(SslCertificate certificate) {
                return certificate.tbs().subject().equals(name);
            }
        }

        /** By the SHA-1 digest of its public key. */
        final class ByKey implements ResponderId {
            private final byte[] hash;

            ByKey(byte[] hash) {
                this.hash = hash;
            }

            @Override
            public boolean isThatOf(SslCertificate certificate) {
                return MessageDigest.isEqual(hash, CertIdHashes.ofSubjectKey(certificate, Digest.SHA_1));
            }
        }
    }

    /** Which certificate is meant (RFC 6960 §4.1.1). */
    static final class CertId {
        private final Optional<Digest> digest;
        private final byte[] issuerNameHash;
        private final byte[] issuerKeyHash;
        private final BigInteger serialNumber;

        CertId(Optional<Digest> digest, byte[] issuerNameHash, byte[] issuerKeyHash, BigInteger serialNumber) {
            this.digest = digest;
            this.issuerNameHash = issuerNameHash;
            this.issuerKeyHash = issuerKeyHash;
            this.serialNumber = serialNumber;
        }

        /**
         * Whether it is this certificate. SHA-1 does here: to find a second issuer with the same digests would take a
         * second preimage, and what counts is the signature of this one.
         */
        boolean isThatOf(SslCertificate certificate, SslCertificate issuer) {
            return digest.isPresent()
                    && serialNumber.equals(certificate.serialNumber())
                    && MessageDigest.isEqual(issuerNameHash, CertIdHashes.ofIssuerName(certificate, digest.get()))
                    && MessageDigest.isEqual(issuerKeyHash, CertIdHashes.ofSubjectKey(issuer, digest.get()));
        }
    }

    /** What is said about a certificate (RFC 6960 §2.2). */
    sealed interface CertStatus {
        /** It is not revoked. */
        record Good() implements CertStatus {}

        /**
         * It is revoked, at least for now.
         *
         * @param time since when
         * @param reason why; {@link RevocationReason#UNSPECIFIED} if nothing known is given
         */
        record Revoked(Instant time, RevocationReason reason) implements CertStatus {}

        /** The responder does not know it. */
        record Unknown() implements CertStatus {}
    }

    /**
     * What is said about one certificate.
     *
     * @param certId which one
     * @param status what is said
     * @param thisUpdate from when on that is known to be right
     * @param nextUpdate when something newer is available; empty for "at any time"
     */
    record Single(CertId certId, CertStatus status, Instant thisUpdate, Optional<Instant> nextUpdate) {}
}
