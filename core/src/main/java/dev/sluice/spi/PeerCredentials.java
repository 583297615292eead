package dev.sluice.spi;

import dev.sluice.x509.SslCertificate;
import java.util.List;

/**
 * What a peer has shown to prove who it is.
 *
 * <p>Immutable, share freely; nothing in it has been checked.
 *
 * @param chain the certificates in the order received, the peer's own first; empty if it sent none
 * @param ocspResponses the stapled OCSP responses as received (RFC 6066 §8), DER; empty if there are none
 */
public record PeerCredentials(List<SslCertificate> chain, List<byte[]> ocspResponses) {
    /** A peer that has shown nothing. */
    public static final PeerCredentials NONE = new PeerCredentials(List.of(), List.of());

    /**
     * Makes the credentials; the lists are copied.
     *
     * @param chain the certificates in the order received, the peer's own first; empty if it sent none
     * @param ocspResponses the stapled OCSP responses as received (RFC 6066 §8), DER; empty if there are none
     */
    public PeerCredentials {
        chain = List.copyOf(chain);
        ocspResponses = ocspResponses.stream().map(byte[]::clone).toList();
    }

    /**
     * The stapled OCSP responses.
     *
     * @return copies of the responses as received
     */
    @Override
    public List<byte[]> ocspResponses() {
        return ocspResponses.stream().map(byte[]::clone).toList();
    }
}
