package dev.sluice.bc;

import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;

/**
 * The structure CertificateStatus (RFC 6066 §8) as an extension of a certificate in TLS 1.3 (RFC 8446 §4.4.2.1): a type, a
 * length of three bytes, a response.
 */
final class StapledStatus {
    private static final int HEADER_BYTES = 4;

    private StapledStatus() {}

    /** Takes the response out, checked for its length and nothing else. */
    static byte[] response(byte[] status) throws TlsFatalAlert {
        boolean wellFormed = status.length > HEADER_BYTES
                && TlsUtils.readUint8(status, 0) == CertificateStatusType.ocsp
                && TlsUtils.readUint24(status, 1) == status.length - HEADER_BYTES;
        if (!wellFormed) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate_status_response,
                    "stapled status of " + status.length + " bytes is malformed");
        }
        return Arrays.copyOfRange(status, HEADER_BYTES, status.length);
    }

    /** Wraps a response. */
    static byte[] of(byte[] response) {
        byte[] status = new byte[HEADER_BYTES + response.length];
        TlsUtils.writeUint8(CertificateStatusType.ocsp, status, 0);
        TlsUtils.writeUint24(response.length, status, 1);
        System.arraycopy(response, 0, status, HEADER_BYTES, response.length);
        return status;
    }
}
