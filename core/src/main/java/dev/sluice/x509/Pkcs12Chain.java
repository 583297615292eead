package dev.sluice.x509;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts the certificates of a file into the order in which TLS sends them (RFC 8446 §4.4.2): each one certifies the one before
 * it. Nothing is verified by that; where several have the right name, the one whose key made the signature goes first.
 */
final class Pkcs12Chain {
    private static final int MAXIMUM_CHAIN = 32;
    /** Signatures cost time, and a hostile file may have hundreds of certificates with one name. */
    private static final int MAXIMUM_SIGNATURE_CHECKS = 64;

    private final List<SslCertificate> path = new ArrayList<>();
    private final List<SslCertificate> others;
    private int signatureChecks;

    private Pkcs12Chain(List<SslCertificate> certificates) {
        this.others = new ArrayList<>(certificates);
    }

    /** The chain of {@code leaf}, or none if there is no leaf; every certificate is in one of the two lists, once. */
    static Pkcs12Chain of(List<SslCertificate> certificates, Optional<SslCertificate> leaf) {
        Pkcs12Chain chain = new Pkcs12Chain(certificates);
        leaf.ifPresent(chain::build);
        return chain;
    }

    /** The certificate that has issued no other one, if there is exactly one such. */
    static Optional<SslCertificate> onlyLeaf(List<SslCertificate> certificates) {
        Set<String> issuers = new TreeSet<>();
        for (SslCertificate certificate : certificates) {
            if (!isSelfIssued(certificate)) {
                issuers.add(canonicalIssuer(certificate));
            }
        }
        List<SslCertificate> leaves = certificates.stream()
                .filter(certificate -> !issuers.contains(canonicalSubject(certificate)))
                .distinct()
                .toList();
        return leaves.size() == 1 ? Optional.of(leaves.get(0)) : Optional.empty();
    }

    List<SslCertificate> path() {
        return path;
    }

    List<SslCertificate> others() {
        return others;
    }

    private void build(SslCertificate leaf) {
        Optional<SslCertificate> next = Optional.of(leaf);
        while (next.isPresent() && path.size() < MAXIMUM_CHAIN) {
            SslCertificate current = next.get();
            path.add(current);
            others.remove(current);
            next = isSelfIssued(current) ? Optional.empty() : issuerOf(current);
        }
    }

    private Optional<SslCertificate> issuerOf(SslCertificate certificate) {
        String issuer = canonicalIssuer(certificate);
        List<SslCertificate> candidates = others.stream()
                .filter(candidate -> canonicalSubject(candidate).equals(issuer))
                .toList();
        if (candidates.size() < 2) {
            return candidates.stream().findFirst();
        }
        for (SslCertificate candidate : candidates) {
            if (signatureChecks < MAXIMUM_SIGNATURE_CHECKS && isSigned(certificate, candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.of(candidates.get(0));
    }

    private boolean isSigned(SslCertificate certificate, SslCertificate issuer) {
        signatureChecks++;
        try {
            certificate.toX509().verify(issuer.publicKey());
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            // Wrong or not checkable: either way it is no reason to prefer this one.
            return false;
        }
    }

    private static boolean isSelfIssued(SslCertificate certificate) {
        return canonicalSubject(certificate).equals(canonicalIssuer(certificate));
    }

    /** Names are compared in the JDK's canonical form, which takes care of case and white space (RFC 5280 §7.1). */
    private static String canonicalSubject(SslCertificate certificate) {
        X509Certificate x509 = certificate.toX509();
        return x509.getSubjectX500Principal().getName("CANONICAL");
    }

    private static String canonicalIssuer(SslCertificate certificate) {
        return certificate.toX509().getIssuerX500Principal().getName("CANONICAL");
    }
}
