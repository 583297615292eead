package dev.sluice.x509;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Judges the peers that JSSE shows to a {@link VerifyingTrustManager}: makes a request of what is known, asks the verifier,
 * and adds what only the handshake knows.
 *
 * @param trustAnchors whom to trust; asked once for each peer
 * @param peerVerifyName the name that every peer has to prove, whatever JSSE knows of it
 * @param nameRule when a server has to prove a name otherwise
 * @param refining what else the verifier gets to know
 * @param clock what time it is
 */
record HandshakeJudge(
        Supplier<List<SslCertificate>> trustAnchors,
        Optional<String> peerVerifyName,
        NameRule nameRule,
        UnaryOperator<VerificationRequest> refining,
        InstantSource clock) {
    /** RFC 2818 and RFC 2830 as JSSE names them; RFC 9525 has replaced the rules of both. */
    private static final Set<String> IDENTIFICATION_ALGORITHMS = Set.of("HTTPS", "LDAPS");

    /** When a server has to prove a name. */
    enum NameRule {
        ALWAYS,
        IF_ASKED
    }

    /** Where the facts come from. They are asked for where all that goes wrong is a refusal. */
    @FunctionalInterface
    interface FactSource {
        HandshakeFacts facts() throws CertificateException;
    }

    HandshakeJudge withTrustAnchors(Supplier<List<SslCertificate>> anchors) {
        return new HandshakeJudge(anchors, peerVerifyName, nameRule, refining, clock);
    }

    /**
     * Judges a peer.
     *
     * @param chain what the peer has shown, its own certificate first
     * @param authType how its key was used, as JSSE calls it; empty if that is not to be judged
     * @throws CertificateRefusedException if the peer is not trusted
     * @throws CertificateException if it cannot be judged; nothing else is thrown
     */
    void judge(List<? extends Certificate> chain, Optional<String> authType, Purpose purpose, FactSource source)
            throws CertificateException {
        try {
            HandshakeFacts facts = source.facts();
            Optional<List<String>> names = requiredNames(facts, purpose);
            String peer = describe(purpose, names);
            List<SslError> errors = chain.isEmpty()
                    ? List.of(SslError.of(Code.NO_PEER_CERTIFICATE))
                    : errors(read(peer, chain), names, authType, purpose, facts);
            if (!errors.isEmpty()) {
                throw new CertificateRefusedException(peer, errors);
            }
        } catch (RuntimeException e) {
            // Of a provider, of the supplier of trust anchors, of a constraint. Passed on, SunJSSE would answer with
            // internal_error or handshake_failure, and some callers take only the checked exception for a refusal.
            throw new CertificateException("the peer could not be judged, so it is refused: " + e, e);
        }
    }

    /** One of these has to be the peer's; none ever is if there are none. Empty if no name is required at all. */
    private Optional<List<String>> requiredNames(HandshakeFacts facts, Purpose purpose) throws CertificateException {
        Optional<String> identification = facts.identification();
        if (identification.isPresent()
                && !IDENTIFICATION_ALGORITHMS.contains(identification.get().toUpperCase(Locale.ROOT))) {
            throw new CertificateException("endpoint identification algorithm is \"" + identification.get()
                    + "\", expected one of " + IDENTIFICATION_ALGORITHMS);
        }
        if (peerVerifyName.isPresent()) {
            return peerVerifyName.map(List::of);
        }
        boolean required = identification.isPresent() || (purpose == Purpose.SERVER && nameRule == NameRule.ALWAYS);
        return required ? Optional.of(facts.peerNames()) : Optional.empty();
    }

    private static List<SslCertificate> read(String peer, List<? extends Certificate> chain)
            throws CertificateRefusedException {
        List<SslCertificate> certificates = new ArrayList<>(chain.size());
        for (Certificate certificate : chain) {
            try {
                // From the encoding: what the object says of itself may have been changed since.
                certificates.add(SslCertificate.fromDer(certificate.getEncoded()));
            } catch (CertificateFormatException | CertificateEncodingException e) {
                CertificateRefusedException refused =
                        new CertificateRefusedException(peer, List.of(SslError.of(Code.MALFORMED_CERTIFICATE)));
                refused.addSuppressed(e); // the place of the cause is taken
                throw refused;
            }
        }
        return certificates;
    }

    private List<SslError> errors(
            List<SslCertificate> chain,
            Optional<List<String>> names,
            Optional<String> authType,
            Purpose purpose,
            HandshakeFacts facts) {
        VerificationResult result = switch (purpose) {
            case SERVER -> verifyServer(chain, names, facts);
            case CLIENT -> verifyClient(chain, names, facts);
        };
        List<SslError> errors = new ArrayList<>(result.errors());
        authType.map(type -> HandshakeDemands.ofKeyUsage(chain.get(0), type, purpose))
                .ifPresent(errors::addAll);
        if (result.isTrusted()) {
            facts.constraints()
                    .map(constraints -> HandshakeDemands.ofConstraints(result.path(), constraints))
                    .ifPresent(errors::addAll);
        }
        return errors.stream().distinct().toList();
    }

    private VerificationResult verifyServer(
            List<SslCertificate> chain, Optional<List<String>> names, HandshakeFacts facts) {
        // Of several names that which fits, else the best; without any, the one that no certificate has.
        String name = names.stream()
                .flatMap(List::stream)
                .filter(candidate -> HostNames.matches(chain.get(0), candidate))
                .findFirst()
                .or(() -> names.stream().flatMap(List::stream).findFirst())
                .orElse("");
        VerificationRequest request = VerificationRequest.forServer(chain, trustAnchors.get(), name, clock.instant());
        return verify(names.isPresent() ? request : request.dangerouslyWithoutNameCheck(), facts);
    }

    /** The verifier compares no host name with the certificate of a client, so that is done here. */
    private VerificationResult verifyClient(
            List<SslCertificate> chain, Optional<List<String>> names, HandshakeFacts facts) {
        VerificationResult result =
                verify(VerificationRequest.forClient(chain, trustAnchors.get(), clock.instant()), facts);
        if (names.isEmpty() || names.get().stream().anyMatch(name -> HostNames.matches(chain.get(0), name))) {
            return result;
        }
        List<SslError> errors = new ArrayList<>(List.of(SslError.of(Code.HOST_NAME_MISMATCH, chain.get(0))));
        errors.addAll(result.errors());
        return new VerificationResult(errors, result.path());
    }

    private VerificationResult verify(VerificationRequest request, HandshakeFacts facts) {
        VerificationRequest refined = refining.apply(request.withOcspResponses(facts.ocspResponses()));
        boolean isAboutThisPeer = refined.chain().equals(request.chain())
                && refined.peerName().equals(request.peerName())
                && refined.purpose() == request.purpose()
                && refined.checkChain() == request.checkChain();
        if (!isAboutThisPeer) {
            throw new IllegalStateException(
                    "refining has changed chain, name, purpose or the check of the chain, expected them as they were");
        }
        return CertificateVerifier.strict().verify(refined);
    }

    private static String describe(Purpose purpose, Optional<List<String>> names) {
        String peer = purpose == Purpose.SERVER ? "the server" : "the client";
        return names.map(known -> known.isEmpty()
                        ? peer + ", whose name is not known here,"
                        : peer + " " + String.join(" or ", known))
                .orElse(peer);
    }
}
