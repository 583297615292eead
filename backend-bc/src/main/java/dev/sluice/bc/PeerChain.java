package dev.sluice.bc;

import dev.sluice.spi.PeerCredentials;
import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.SslCertificate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.jspecify.annotations.Nullable;

/** What a peer has shown, from BouncyCastle's form into that of the verifier. */
final class PeerChain {
    private PeerChain() {}

    /**
     * Reads a chain and what is stapled to it.
     *
     * @throws TlsFatalAlert with bad_certificate if a certificate is none throughout, bad_certificate_status_response
     *     (RFC 6066 §8) if a staple is malformed
     */
    static PeerCredentials read(Certificate certificate, @Nullable CertificateStatus status, boolean isTls13)
            throws TlsFatalAlert {
        List<SslCertificate> chain = new ArrayList<>();
        for (TlsCertificate one : certificate.getCertificateList()) {
            try {
                chain.add(
                        one instanceof ParsedCertificate parsed
                                ? parsed.ours()
                                : SslCertificate.fromDer(one.getEncoded()));
            } catch (CertificateFormatException e) {
                throw new TlsFatalAlert(AlertDescription.bad_certificate, e.getMessage(), e);
            } catch (IOException e) {
                throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
            }
        }
        return new PeerCredentials(chain, isTls13 ? staples13(certificate) : staple12(status));
    }

    /** RFC 6066 §8: the response for the first certificate, in a message of its own. */
    private static List<byte[]> staple12(@Nullable CertificateStatus status) throws TlsFatalAlert {
        if (status == null || status.getStatusType() != CertificateStatusType.ocsp) {
            return List.of();
        }
        OCSPResponse response = status.getOCSPResponse();
        try {
            return response == null ? List.of() : List.of(response.getEncoded(ASN1Encoding.DER));
        } catch (IOException e) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate_status_response, e);
        }
    }

    /** RFC 8446 §4.4.2.1: a response for each certificate, in an extension of its entry. The first one's comes first. */
    private static List<byte[]> staples13(Certificate certificate) throws TlsFatalAlert {
        List<byte[]> responses = new ArrayList<>();
        for (CertificateEntry entry : certificate.getCertificateEntryList()) {
            Hashtable<?, ?> extensions = entry.getExtensions();
            Object staple = extensions == null ? null : extensions.get(TlsExtensionsUtils.EXT_status_request);
            if (staple instanceof byte[] bytes) {
                responses.add(StapledStatus.response(bytes));
            }
        }
        return responses;
    }
}
