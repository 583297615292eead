package dev.sluice.connection;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SpkiPin;
import dev.sluice.x509.CertificateRevocationList;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What a connection demands of its peer's identity.
 *
 * <p>Immutable, share freely.
 *
 * @param verifier judges chains
 * @param mode what errors mean; not {@link PeerVerifyMode#AUTO_VERIFY_PEER}, which is resolved by the side
 * @param name the name the peer must have
 * @param purpose what the peer's certificate must be good for
 * @param trustAnchors asked at most once per chain
 * @param maximumDepth the longest chain, empty for the verifier's own limit
 * @param policy by which rules the chain is judged
 * @param revocationLists the CRLs that the user gave
 * @param stapling whether the peer is asked to staple OCSP responses
 * @param pins if not empty, one of these keys must be in the verified chain
 * @param clock what time it is
 * @param preSharedKeyGiven whether the user has given a pre-shared key to this connection, which may stand for a certificate
 */
public record VerificationSettings(
        CertificateVerifier verifier,
        PeerVerifyMode mode,
        PeerName name,
        Purpose purpose,
        Supplier<List<SslCertificate>> trustAnchors,
        OptionalInt maximumDepth,
        VerificationPolicy policy,
        List<CertificateRevocationList> revocationLists,
        RevocationEvidence.Stapling stapling,
        Set<SpkiPin> pins,
        InstantSource clock,
        BooleanSupplier preSharedKeyGiven) {
    /**
     * Makes the settings; the set is copied.
     *
     * @param verifier judges chains
     * @param mode what errors mean; not {@link PeerVerifyMode#AUTO_VERIFY_PEER}, which is resolved by the side
     * @param name the name the peer must have
     * @param purpose what the peer's certificate must be good for
     * @param trustAnchors asked at most once per chain
     * @param maximumDepth the longest chain, empty for the verifier's own limit
     * @param policy by which rules the chain is judged
     * @param revocationLists the CRLs that the user gave
     * @param stapling whether the peer is asked to staple OCSP responses
     * @param pins if not empty, one of these keys must be in the verified chain
     * @param clock what time it is
     * @throws IllegalArgumentException if the mode is not resolved
     */
    public VerificationSettings {
        pins = Set.copyOf(pins);
        revocationLists = List.copyOf(revocationLists);
        if (mode == PeerVerifyMode.AUTO_VERIFY_PEER) {
            throw new IllegalArgumentException("verify mode is automatic, expected it resolved by the side");
        }
    }
}
