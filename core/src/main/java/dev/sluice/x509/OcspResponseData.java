package dev.sluice.x509;

import dev.sluice.x509.OcspResponse.CertId;
import dev.sluice.x509.OcspResponse.CertStatus;
import dev.sluice.x509.OcspResponse.ResponderId;
import dev.sluice.x509.OcspResponse.Single;
import dev.sluice.x509.SignatureAlgorithm.Digest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The signed part of an OCSP response (RFC 6960 §4.2.1).
 *
 * <p>Immutable, share freely.
 *
 * @param responder who has signed it
 * @param producedAt when that was
 * @param responses what it says, one certificate at a time; never empty
 */
record OcspResponseData(ResponderId responder, Instant producedAt, List<Single> responses) {
    private static final String NONCE = "1.3.6.1.5.5.7.48.1.2";

    private static final int VERSION = 0;
    private static final int BY_NAME = 1;
    private static final int BY_KEY = 2;
    private static final int RESPONSE_EXTENSIONS = 1;
    private static final int GOOD = 0;
    private static final int REVOKED = 1;
    private static final int UNKNOWN = 2;
    private static final int REVOCATION_REASON = 0;
    private static final int NEXT_UPDATE = 0;
    private static final int SINGLE_EXTENSIONS = 1;

    /** Copies the list. */
    OcspResponseData {
        responses = List.copyOf(responses);
    }

    static OcspResponseData read(DerReader reader) throws CertificateFormatException {
        DerReader data = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        readVersion(data);
        ResponderId responder = readResponder(data);
        Instant producedAt = data.readGeneralizedTime();
        DerReader list = data.enter(DerReader.SEQUENCE);
        List<Single> responses = new ArrayList<>();
        while (list.hasMore()) {
            responses.add(readSingle(list.enter(DerReader.SEQUENCE)));
        }
        if (responses.isEmpty()) {
            throw new CertificateFormatException("OCSP response says nothing");
        }
        refuseUnknownExtensions(data, RESPONSE_EXTENSIONS);
        data.expectEnd();
        return new OcspResponseData(responder, producedAt, responses);
    }

    /** There is only one, and though X.690 §11.5 says to leave it out there are responders that write it. */
    private static void readVersion(DerReader data) throws CertificateFormatException {
        if (data.nextIs(DerReader.constructedTag(VERSION))) {
            DerReader version = data.enter(DerReader.constructedTag(VERSION));
            if (version.readSaturatedUnsigned() != 0) {
                throw new CertificateFormatException("OCSP response is not of version 1");
            }
            version.expectEnd();
        }
    }

    private static ResponderId readResponder(DerReader data) throws CertificateFormatException {
        if (data.nextIs(DerReader.constructedTag(BY_NAME))) {
            DerReader name = data.enter(DerReader.constructedTag(BY_NAME));
            ResponderId responder = new ResponderId.ByName(DistinguishedName.read(name));
            name.expectEnd();
            return responder;
        }
        DerReader key = data.enter(DerReader.constructedTag(BY_KEY));
        byte[] hash = key.readBytes(DerReader.OCTET_STRING);
        key.expectEnd();
        return new ResponderId.ByKey(hash);
    }

    private static Single readSingle(DerReader single) throws CertificateFormatException {
        CertId certId = readCertId(single.enter(DerReader.SEQUENCE));
        CertStatus status = readStatus(single);
        Instant thisUpdate = single.readGeneralizedTime();
        Optional<Instant> nextUpdate = readNextUpdate(single);
        refuseUnknownExtensions(single, SINGLE_EXTENSIONS);
        single.expectEnd();
        return new Single(certId, status, thisUpdate, nextUpdate);
    }

    private static CertId readCertId(DerReader certId) throws CertificateFormatException {
        Optional<Digest> digest = Digest.read(certId);
        byte[] issuerNameHash = certId.readBytes(DerReader.OCTET_STRING);
        byte[] issuerKeyHash = certId.readBytes(DerReader.OCTET_STRING);
        BigInteger serialNumber = certId.readInteger();
        certId.expectEnd();
        return new CertId(digest, issuerNameHash, issuerKeyHash, serialNumber);
    }

    private static CertStatus readStatus(DerReader single) throws CertificateFormatException {
        if (single.nextIs(DerReader.contextTag(GOOD))) {
            single.enter(DerReader.contextTag(GOOD)).expectEnd();
            return new CertStatus.Good();
        }
        if (single.nextIs(DerReader.contextTag(UNKNOWN))) {
            single.enter(DerReader.contextTag(UNKNOWN)).expectEnd();
            return new CertStatus.Unknown();
        }
        DerReader revoked = single.enter(DerReader.constructedTag(REVOKED));
        Instant time = revoked.readGeneralizedTime();
        RevocationReason reason = revoked.hasMore() ? readReason(revoked) : RevocationReason.UNSPECIFIED;
        revoked.expectEnd();
        return new CertStatus.Revoked(time, reason);
    }

    /** A number that means nothing does not make the certificate less revoked. */
    private static RevocationReason readReason(DerReader revoked) throws CertificateFormatException {
        DerReader wrapper = revoked.enter(DerReader.constructedTag(REVOCATION_REASON));
        int number = wrapper.readEnumerated();
        wrapper.expectEnd();
        return RevocationReason.ofNumber(number).orElse(RevocationReason.UNSPECIFIED);
    }

    private static Optional<Instant> readNextUpdate(DerReader single) throws CertificateFormatException {
        if (!single.nextIs(DerReader.constructedTag(NEXT_UPDATE))) {
            return Optional.empty();
        }
        DerReader wrapper = single.enter(DerReader.constructedTag(NEXT_UPDATE));
        Instant nextUpdate = wrapper.readGeneralizedTime();
        wrapper.expectEnd();
        return Optional.of(nextUpdate);
    }

    /** RFC 6960 §4.4: none is mandatory, and none that is defined is critical, save that a nonce harms nobody. */
    private static void refuseUnknownExtensions(DerReader parent, int number) throws CertificateFormatException {
        if (!parent.nextIs(DerReader.constructedTag(number))) {
            return;
        }
        DerReader wrapper = parent.enter(DerReader.constructedTag(number));
        for (RawExtension extension : RawExtension.readAll(wrapper)) {
            if (!extension.identifier().equals(NONCE)) {
                extension.refuseIfCritical();
            }
        }
        wrapper.expectEnd();
    }
}
