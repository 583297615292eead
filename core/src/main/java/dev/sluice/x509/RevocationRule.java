package dev.sluice.x509;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a certificate of the path was revoked, and whether its status is known where it has to be (RFC 5280 §6.3, RFC 6960).
 * Of a path that leads to no trust anchor nothing is said: whoever made it could have made the evidence as well.
 */
final class RevocationRule implements PathRule {
    private static final byte[] NO_RESPONSE = {};

    @Override
    public void check(CandidatePath path) {
        if (!path.isAnchor(path.size() - 1) || path.policy().revocation().scope() == RevocationPolicy.Scope.NONE) {
            return;
        }
        RevocationEvidence evidence = path.request().evidence();
        RevocationEvidence inOrderOfPath =
                new RevocationEvidence(responsesFor(path), evidence.revocationLists(), evidence.stapling());
        path.reportAll(new RevocationChecks(path.policy())
                .errors(path.certificates(), inOrderOfPath, path.request().time()));
    }

    /** Peers staple in the order in which they send their certificates, which need not be that of the path. */
    private static List<byte[]> responsesFor(CandidatePath path) {
        List<byte[]> stapled = path.request().evidence().ocspResponses();
        List<SslCertificate> chain = path.request().chain();
        List<byte[]> responses = new ArrayList<>();
        for (SslCertificate certificate : path.certificates()) {
            int index = chain.indexOf(certificate);
            responses.add(index >= 0 && index < stapled.size() ? stapled.get(index) : NO_RESPONSE);
        }
        return responses;
    }
}
