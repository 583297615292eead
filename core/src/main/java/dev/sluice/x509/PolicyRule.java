package dev.sluice.x509;

import dev.sluice.SslError.Code;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Whether a path has a certificate policy where a CA demands one (RFC 5280 §6.1.2 to §6.1.5).
 *
 * <p>The user demands none: his initial policy set is any policy. Then the question is only whether a policy is left at the
 * end, and of the tree of RFC 5280 the lowest level is enough; as RFC 9618 has it, a policy stands there once, however many
 * ways lead to it, so that the work stays linear.
 */
final class PolicyRule implements PathRule {
    @Override
    public void check(CandidatePath path) {
        int last = path.size() - 1;
        Processing processing = new Processing(last);
        // What the trust anchor demands holds for what is below; which policies it states itself does not matter.
        processing.constrain(path.get(last).tbs().extensions());
        for (int i = last - 1; i >= 0; i--) {
            SslCertificate certificate = path.get(i);
            boolean acceptable = processing.process(certificate, i == 0);
            path.reportIf(!acceptable, Code.POLICY_VIOLATION, certificate);
        }
    }

    /** The state variables of RFC 5280 §6.1.2 and how they change. One thread at a time. */
    private static final class Processing {
        /** The policies that are valid so far, each with those by which it may go on. */
        private Map<String, Set<String>> valid =
                new HashMap<>(Map.of(CertificatePolicies.ANY_POLICY, Set.of(CertificatePolicies.ANY_POLICY)));

        private int explicitPolicy;
        private int policyMapping;
        private int inhibitAnyPolicy;

        /** For so many certificates below the trust anchor. */
        Processing(int certificates) {
            explicitPolicy = certificates + 1;
            policyMapping = certificates + 1;
            inhibitAnyPolicy = certificates + 1;
        }

        /** One certificate; false if a policy is demanded and none is left, or the mappings are malformed. */
        boolean process(SslCertificate certificate, boolean isLast) {
            CertificateExtensions extensions = certificate.tbs().extensions();
            boolean mayBeAny = inhibitAnyPolicy > 0 || (!isLast && certificate.isSelfIssued());
            // §6.1.3 (d) and (e)
            valid = extensions
                    .policies()
                    .map(policies -> narrowed(policies, mayBeAny))
                    .orElseGet(HashMap::new);
            boolean acceptable = explicitPolicy > 0 || !valid.isEmpty(); // §6.1.3 (f)
            if (isLast) {
                return acceptable && isAcceptableAtEnd(extensions);
            }
            List<CertificatePolicies.Mapping> mappings =
                    extensions.policyMappings().orElse(List.of());
            acceptable &= mappings.stream().noneMatch(Processing::mapsAnyPolicy); // §6.1.4 (a)
            map(mappings);
            if (!certificate.isSelfIssued()) { // §6.1.4 (h)
                explicitPolicy = lessOne(explicitPolicy);
                policyMapping = lessOne(policyMapping);
                inhibitAnyPolicy = lessOne(inhibitAnyPolicy);
            }
            constrain(extensions);
            return acceptable;
        }

        private Map<String, Set<String>> narrowed(List<String> policies, boolean mayBeAny) {
            Map<String, Set<String>> narrowed = new HashMap<>();
            Set<String> expected = new HashSet<>();
            valid.values().forEach(expected::addAll);
            for (String policy : policies) {
                boolean follows = expected.contains(policy) || valid.containsKey(CertificatePolicies.ANY_POLICY);
                if (!policy.equals(CertificatePolicies.ANY_POLICY) && follows) {
                    narrowed.put(policy, Set.of(policy));
                }
            }
            if (mayBeAny && policies.contains(CertificatePolicies.ANY_POLICY)) {
                expected.forEach(policy -> narrowed.putIfAbsent(policy, Set.of(policy)));
            }
            return narrowed;
        }

        private static boolean mapsAnyPolicy(CertificatePolicies.Mapping mapping) {
            return mapping.issuerDomainPolicy().equals(CertificatePolicies.ANY_POLICY)
                    || mapping.subjectDomainPolicy().equals(CertificatePolicies.ANY_POLICY);
        }

        /** §6.1.4 (b). */
        private void map(List<CertificatePolicies.Mapping> mappings) {
            Map<String, Set<String>> mapped = new HashMap<>();
            for (CertificatePolicies.Mapping mapping : mappings) {
                mapped.computeIfAbsent(mapping.issuerDomainPolicy(), unused -> new HashSet<>())
                        .add(mapping.subjectDomainPolicy());
            }
            mapped.forEach((policy, expected) -> {
                if (policyMapping == 0) {
                    valid.remove(policy);
                } else if (valid.containsKey(policy) || valid.containsKey(CertificatePolicies.ANY_POLICY)) {
                    valid.put(policy, expected);
                }
            });
        }

        /** §6.1.4 (i) and (j). */
        void constrain(CertificateExtensions extensions) {
            extensions.policyConstraints().ifPresent(constraints -> {
                explicitPolicy = lower(explicitPolicy, constraints.requireExplicitPolicy());
                policyMapping = lower(policyMapping, constraints.inhibitPolicyMapping());
            });
            inhibitAnyPolicy = lower(inhibitAnyPolicy, extensions.inhibitAnyPolicy());
        }

        /** §6.1.5 (a), (b) and (g). */
        private boolean isAcceptableAtEnd(CertificateExtensions extensions) {
            boolean demanded = extensions
                    .policyConstraints()
                    .filter(constraints -> constraints.requireExplicitPolicy().orElse(1) == 0)
                    .isPresent();
            return (lessOne(explicitPolicy) > 0 && !demanded) || !valid.isEmpty();
        }

        private static int lessOne(int value) {
            return Math.max(0, value - 1);
        }

        private static int lower(int value, OptionalInt limit) {
            return Math.min(value, limit.orElse(value));
        }
    }
}
