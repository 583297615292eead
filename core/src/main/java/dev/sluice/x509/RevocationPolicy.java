package dev.sluice.x509;

import java.time.Duration;
import java.util.Objects;

/**
 * Which certificates are judged by their revocation status, and what it means if that is not known.
 *
 * <p>Nothing is fetched: a status comes from the OCSP responses that the peer has stapled and from the revocation lists
 * that were given. A revocation that one of them proves is an error under every policy that judges the certificate, and
 * so is a missing response for a certificate that says that it must be stapled (RFC 7633), if stapling was asked for.
 *
 * <p>Immutable, share freely.
 *
 * @param scope which certificates of a path are judged
 * @param missingStatus what it means if there is no status, or none that can be used
 * @param tolerance by how much the clocks of the issuers may differ from the one here; not negative, one day at most
 */
public record RevocationPolicy(Scope scope, MissingStatus missingStatus, Duration tolerance) {
    /** Which certificates of a path are judged. The trust anchor never is: who has issued it trusts itself. */
    public enum Scope {
        /** None at all. */
        NONE,
        /** The peer's own. */
        PEER_CERTIFICATE,
        /** All but the trust anchor. */
        ALL_BELOW_TRUST_ANCHOR
    }

    /** What it means if the status of a certificate is missing or cannot be used. */
    public enum MissingStatus {
        /** Nothing (soft-fail). Whoever can hold back a status can use a revoked certificate. */
        ACCEPTED,
        /** An error if the peer was asked to staple a response for its own certificate, as in Qt; otherwise nothing. */
        REFUSED_IF_ASKED_FOR,
        /** An error (hard-fail). */
        REFUSED
    }

    // Before DEFAULT, whose constructor needs it.
    private static final Duration MAXIMUM_TOLERANCE = Duration.ofDays(1);

    /** By how much clocks may differ unless told otherwise: 5 minutes. */
    public static final Duration DEFAULT_TOLERANCE = Duration.ofMinutes(5);

    /**
     * The default policy: everything that is there is judged, and where the peer was asked to staple a response for its own
     * certificate there has to be one.
     */
    public static final RevocationPolicy DEFAULT =
            new RevocationPolicy(Scope.ALL_BELOW_TRUST_ANCHOR, MissingStatus.REFUSED_IF_ASKED_FOR, DEFAULT_TOLERANCE);

    /**
     * Makes a policy.
     *
     * @param scope which certificates of a path are judged
     * @param missingStatus what it means if there is no status, or none that can be used
     * @param tolerance by how much the clocks of the issuers may differ from the one here; not negative, one day at most
     * @throws IllegalArgumentException if the tolerance is out of range, or if a status is demanded of no certificate
     */
    public RevocationPolicy {
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(missingStatus, "missingStatus");
        Objects.requireNonNull(tolerance, "tolerance");
        if (tolerance.isNegative() || tolerance.compareTo(MAXIMUM_TOLERANCE) > 0) {
            throw new IllegalArgumentException(
                    "tolerance is " + tolerance + ", expected from 0 to " + MAXIMUM_TOLERANCE);
        }
        if (scope == Scope.NONE && missingStatus != MissingStatus.ACCEPTED) {
            throw new IllegalArgumentException("a status is demanded, but of no certificate");
        }
    }

    /**
     * No status is demanded, but every stapled response and every list that can be used is believed (soft-fail).
     *
     * @return the policy
     */
    public static RevocationPolicy judgeWhatIsThere() {
        return new RevocationPolicy(Scope.ALL_BELOW_TRUST_ANCHOR, MissingStatus.ACCEPTED, DEFAULT_TOLERANCE);
    }

    /**
     * The peer's own certificate needs a status that says that it is not revoked (hard-fail); others are not judged.
     *
     * @return the policy
     */
    public static RevocationPolicy requireForPeerCertificate() {
        return new RevocationPolicy(Scope.PEER_CERTIFICATE, MissingStatus.REFUSED, DEFAULT_TOLERANCE);
    }

    /**
     * Every certificate below the trust anchor needs a status that says that it is not revoked (hard-fail). A stapled
     * response covers the peer's own, save for peers that staple several (RFC 8446 §4.4.2.1): lists have to be given for
     * the others.
     *
     * @return the policy
     */
    public static RevocationPolicy requireForAll() {
        return new RevocationPolicy(Scope.ALL_BELOW_TRUST_ANCHOR, MissingStatus.REFUSED, DEFAULT_TOLERANCE);
    }

    /**
     * No status is looked at. Revoked certificates are accepted.
     *
     * @return the policy
     */
    public static RevocationPolicy dangerouslyIgnoreRevocation() {
        return new RevocationPolicy(Scope.NONE, MissingStatus.ACCEPTED, DEFAULT_TOLERANCE);
    }

    /**
     * The same policy with another tolerance.
     *
     * @param newTolerance the new {@link #tolerance()}
     * @return the new policy
     * @throws IllegalArgumentException if it is negative or more than one day
     */
    public RevocationPolicy withTolerance(Duration newTolerance) {
        return new RevocationPolicy(scope, missingStatus, newTolerance);
    }
}
