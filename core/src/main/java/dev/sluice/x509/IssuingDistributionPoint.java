package dev.sluice.x509;

import dev.sluice.x509.CertificateExtensions.Oid;
import dev.sluice.x509.CertificateExtensions.Raw;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which certificates of its issuer a CRL is about (RFC 5280 §5.2.5). A certificate outside of that is not good because
 * it is not listed.
 *
 * <p>Immutable, share freely.
 *
 * @param subjects whether it is about CAs, about end entities, or both
 * @param names the names of the point where it is published, each the encoding of a {@code GeneralName}: it is about
 *     those certificates that name the same point; empty for all
 */
record IssuingDistributionPoint(Subjects subjects, Set<ByteBuffer> names) {
    /** The kinds of certificate. */
    enum Subjects {
        ALL,
        END_ENTITIES,
        AUTHORITIES
    }

    /** That of a CRL without this extension: it is about every certificate of its issuer. */
    static final IssuingDistributionPoint UNLIMITED = new IssuingDistributionPoint(Subjects.ALL, Set.of());

    private static final int DISTRIBUTION_POINT = 0;
    private static final int FULL_NAME = 0;
    private static final int ONLY_CONTAINS_USER_CERTS = 1;
    private static final int ONLY_CONTAINS_CA_CERTS = 2;
    private static final int ONLY_SOME_REASONS = 3;
    private static final int INDIRECT_CRL = 4;
    private static final int ONLY_CONTAINS_ATTRIBUTE_CERTS = 5;

    static IssuingDistributionPoint read(DerReader reader) throws CertificateFormatException {
        DerReader point = reader.enter(DerReader.SEQUENCE);
        reader.expectEnd();
        if (!point.hasMore()) {
            throw new CertificateFormatException("issuing distribution point of the CRL is empty");
        }
        Set<ByteBuffer> names = point.nextIs(DerReader.constructedTag(DISTRIBUTION_POINT))
                ? readFullName(point.enter(DerReader.constructedTag(DISTRIBUTION_POINT)))
                : Set.of();
        boolean endEntitiesOnly = readFlag(point, ONLY_CONTAINS_USER_CERTS);
        boolean authoritiesOnly = readFlag(point, ONLY_CONTAINS_CA_CERTS);
        if (point.nextIs(DerReader.contextTag(ONLY_SOME_REASONS))) {
            throw new CertificateFormatException("CRL is limited to some reasons, which is not supported");
        }
        if (readFlag(point, INDIRECT_CRL)) {
            throw new CertificateFormatException("CRL is an indirect CRL, which is not supported");
        }
        if (readFlag(point, ONLY_CONTAINS_ATTRIBUTE_CERTS)) {
            throw new CertificateFormatException("CRL is about attribute certificates only");
        }
        point.expectEnd();
        if (endEntitiesOnly && authoritiesOnly) {
            throw new CertificateFormatException("CRL is limited to CAs and to end entities at once");
        }
        Subjects limited = authoritiesOnly ? Subjects.AUTHORITIES : Subjects.ALL;
        return new IssuingDistributionPoint(endEntitiesOnly ? Subjects.END_ENTITIES : limited, names);
    }

    /** A flag that is FALSE by default and therefore TRUE if it is there (X.690 §11.5). */
    private static boolean readFlag(DerReader point, int number) throws CertificateFormatException {
        if (!point.nextIs(DerReader.contextTag(number))) {
            return false;
        }
        byte[] content = point.readBytes(DerReader.contextTag(number));
        if (content.length != 1 || content[0] != (byte) 0xff) {
            throw new CertificateFormatException("issuing distribution point of the CRL has a flag that is not TRUE");
        }
        return true;
    }

    /** A {@code DistributionPointName}, which has to be a full name: names relative to an issuer are not in use. */
    private static Set<ByteBuffer> readFullName(DerReader name) throws CertificateFormatException {
        if (!name.nextIs(DerReader.constructedTag(FULL_NAME))) {
            throw new CertificateFormatException("distribution point has a relative name, which is not supported");
        }
        DerReader generalNames = name.enter(DerReader.constructedTag(FULL_NAME));
        name.expectEnd();
        Set<ByteBuffer> names = new HashSet<>();
        while (generalNames.hasMore()) {
            names.add(ByteBuffer.wrap(generalNames.readElement()).asReadOnlyBuffer());
        }
        if (names.isEmpty()) {
            throw new CertificateFormatException("distribution point has no name");
        }
        return Set.copyOf(names);
    }

    /** RFC 5280 §6.3.3 (b)(2). */
    boolean covers(SslCertificate certificate) {
        boolean authority = certificate.tbs().extensions().isCa();
        return switch (subjects) {
                    case ALL -> true;
                    case END_ENTITIES -> !authority;
                    case AUTHORITIES -> authority;
                }
                && (names.isEmpty() || isPublishedFor(certificate));
    }

    /** RFC 5280 §6.3.3 (b)(2)(i): one of the names is also one of a distribution point of the certificate. */
    private boolean isPublishedFor(SslCertificate certificate) {
        try {
            Optional<DerReader> extension = certificate
                    .tbs()
                    .extensions()
                    .get(Oid.CRL_DISTRIBUTION_POINTS)
                    .map(Raw::open);
            if (extension.isEmpty()) {
                return false;
            }
            DerReader points = extension.get().enter(DerReader.SEQUENCE);
            while (points.hasMore()) {
                DerReader point = points.enter(DerReader.SEQUENCE);
                if (isThisPoint(point)) {
                    return true;
                }
            }
            return false;
        } catch (CertificateFormatException e) {
            // The certificate names no point that could be understood, so the CRL is not known to be about it.
            return false;
        }
    }

    private boolean isThisPoint(DerReader point) throws CertificateFormatException {
        if (!point.nextIs(DerReader.constructedTag(DISTRIBUTION_POINT))) {
            return false;
        }
        Set<ByteBuffer> others = readFullName(point.enter(DerReader.constructedTag(DISTRIBUTION_POINT)));
        // What may follow limits the point to some reasons, or says that somebody else issues its CRLs.
        return !point.hasMore() && !Collections.disjoint(names, others);
    }
}
