package dev.sluice.x509;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The JDK's own path validation, asked the same questions as ours. */
final class JdkPkix {
    private JdkPkix() {}

    /** What the JDK says. */
    enum Answer {
        ACCEPTS,
        REFUSES,
        /** Another exception than the one for "refused". */
        STUMBLES
    }

    /**
     * What the JDK's path builder found.
     *
     * @param answer whether it accepts
     * @param path the path that it accepts, from the leaf to the trust anchor; empty if it accepts none
     */
    record Built(Answer answer, List<SslCertificate> path) {}

    static Built build(List<SslCertificate> chain, Collection<SslCertificate> anchors, Instant time)
            throws GeneralSecurityException {
        if (anchors.isEmpty()) {
            return new Built(Answer.REFUSES, List.of());
        }
        List<X509Certificate> pool = new ArrayList<>();
        for (SslCertificate certificate : chain) {
            pool.add(copy(certificate));
        }
        X509CertSelector target = new X509CertSelector();
        target.setCertificate(pool.get(0));
        setPurpose(target);
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(trustAnchors(anchors), target);
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(time));
        parameters.setMaxPathLength(-1);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(pool)));
        try {
            PKIXCertPathBuilderResult result = (PKIXCertPathBuilderResult)
                    CertPathBuilder.getInstance("PKIX").build(parameters);
            List<SslCertificate> path = new ArrayList<>();
            for (Certificate certificate : result.getCertPath().getCertificates()) {
                path.add(SslCertificate.of((X509Certificate) certificate));
            }
            path.add(SslCertificate.of(result.getTrustAnchor().getTrustedCert()));
            return new Built(Answer.ACCEPTS, path);
        } catch (CertPathBuilderException refused) {
            return new Built(Answer.REFUSES, List.of());
        } catch (RuntimeException stumbled) {
            return new Built(Answer.STUMBLES, List.of());
        }
    }

    private static void setPurpose(X509CertSelector target) {
        try {
            target.setExtendedKeyUsage(Set.of(Purpose.SERVER.extendedKeyUsage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the JDK accepts this very path. */
    static Answer validate(List<SslCertificate> path, Instant time) throws GeneralSecurityException {
        int last = path.size() - 1;
        List<X509Certificate> below = new ArrayList<>();
        for (SslCertificate certificate : path.subList(0, last)) {
            below.add(copy(certificate));
        }
        CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(below);
        PKIXParameters parameters = new PKIXParameters(trustAnchors(path.subList(last, last + 1)));
        parameters.setRevocationEnabled(false);
        parameters.setDate(Date.from(time));
        try {
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
            return Answer.ACCEPTS;
        } catch (CertPathValidatorException refused) {
            return Answer.REFUSES;
        } catch (RuntimeException stumbled) {
            return Answer.STUMBLES;
        }
    }

    private static Set<TrustAnchor> trustAnchors(Collection<SslCertificate> certificates) throws CertificateException {
        Set<TrustAnchor> anchors = new HashSet<>();
        for (SslCertificate certificate : certificates) {
            anchors.add(new TrustAnchor(copy(certificate), null));
        }
        return anchors;
    }

    /**
     * Read anew, though the JDK's cache may give back the very object that our certificate has and then write into it:
     * that our verdict stays the same is part of the test.
     */
    private static X509Certificate copy(SslCertificate certificate) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.toDer()));
    }
}
