package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.Maker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.jspecify.annotations.Nullable;

/**
 * Certificate policies (RFC 5280 §6.1): {@link PolicyRule} keeps no tree, so here the tree of the RFC stands as it is written
 * there, and on any small path both say the same.
 */
class PolicyRuleProperties {
    private static final String ANY = "2.5.29.32.0";
    private static final List<String> POLICIES = List.of("1.2.1", "1.2.2", "1.2.3");
    private static final int NOTHING = -1;

    /**
     * What a certificate says of policies.
     *
     * @param selfIssued whether its subject is its issuer
     * @param policies its policies, or null for no extension
     * @param mappings pairs of a policy of the issuer's domain and one of the subject's
     * @param requireExplicitPolicy its limit, or -1 for none
     * @param inhibitPolicyMapping its limit, or -1 for none
     * @param inhibitAnyPolicy its limit, or -1 for none
     */
    record Says(
            boolean selfIssued,
            @Nullable List<String> policies,
            List<List<String>> mappings,
            int requireExplicitPolicy,
            int inhibitPolicyMapping,
            int inhibitAnyPolicy) {

        static Says random(Random random) {
            return new Says(
                    random.nextInt(5) == 0,
                    random.nextInt(8) == 0 ? null : randomPolicies(random),
                    random.nextInt(3) == 0 ? randomMappings(random) : List.of(),
                    randomLimit(random),
                    randomLimit(random),
                    randomLimit(random));
        }

        private static List<String> randomPolicies(Random random) {
            Set<String> policies = new TreeSet<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                policies.add(random.nextInt(4) == 0 ? ANY : POLICIES.get(random.nextInt(POLICIES.size())));
            }
            return List.copyOf(policies);
        }

        private static List<List<String>> randomMappings(Random random) {
            List<List<String>> mappings = new ArrayList<>();
            for (int i = random.nextInt(2); i >= 0; i--) {
                boolean any = random.nextInt(20) == 0;
                mappings.add(List.of(
                        any ? ANY : POLICIES.get(random.nextInt(POLICIES.size())),
                        POLICIES.get(random.nextInt(POLICIES.size()))));
            }
            return mappings;
        }

        private static int randomLimit(Random random) {
            return random.nextInt(4) == 0 ? random.nextInt(3) : NOTHING;
        }
    }

    @Property(tries = 400)
    void thePolicyTreeOfTheRfcSaysTheSame(@ForAll long seed) {
        Random random = new Random(seed);
        List<Says> path = new ArrayList<>();
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            path.add(Says.random(random));
        }

        boolean valid = Tree.isValid(path);

        assertEquals(valid, isAcceptedByRule(path), path::toString);
        boolean demanded = path.stream().anyMatch(says -> says.requireExplicitPolicy != NOTHING);
        Statistics.collect(demanded ? "demanded" : "not demanded", valid);
        Statistics.coverage(coverage -> {
            coverage.check("demanded", true).percentage(share -> share > 10);
            coverage.check("demanded", false).percentage(share -> share > 10);
        });
    }

    /** What the trust anchor demands holds for the path below it; what RFC 5280 says of it is the same as of a first CA. */
    @Property(tries = 100)
    void constraintsOfTheTrustAnchorCountLikeThoseOfAFirstCaWithAllPolicies(@ForAll long seed) {
        Random random = new Random(seed);
        Says anchor = new Says(
                true,
                List.of(ANY),
                List.of(),
                Says.randomLimit(random),
                Says.randomLimit(random),
                Says.randomLimit(random));
        List<Says> path = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            path.add(Says.random(random));
        }
        List<Says> whole = new ArrayList<>(path);
        whole.add(0, anchor);

        assertEquals(Tree.isValid(whole), isAcceptedByRule(anchor, path), whole::toString);
    }

    private static boolean isAcceptedByRule(List<Says> path) {
        return isAcceptedByRule(new Says(true, null, List.of(), NOTHING, NOTHING, NOTHING), path);
    }

    private static boolean isAcceptedByRule(Says anchor, List<Says> path) {
        Issued top = made(TestCertificates.ca("CA 0"), anchor).selfSigned();
        int number = 0;
        for (Says says : path) {
            number += says.selfIssued ? 0 : 1;
            top = made(TestCertificates.ca("CA " + number), says).issuedBy(top);
        }
        VerificationRequest request =
                VerificationRequest.forServer(top.chain(), List.of(top.root()), Trio.HOST, Trio.NOW);
        CandidatePath candidate =
                new CandidatePath(top.path(), CandidatePath.End.TRUST_ANCHOR, request, new WorkBudget());
        new PolicyRule().check(candidate);
        return candidate.errors().isEmpty();
    }

    private static Maker made(Maker maker, Says says) {
        if (says.policies != null) {
            PolicyInformation[] policies = says.policies.stream()
                    .map(oid -> new PolicyInformation(new ASN1ObjectIdentifier(oid)))
                    .toArray(PolicyInformation[]::new);
            maker.extension("2.5.29.32", false, new CertificatePolicies(policies));
        }
        if (!says.mappings.isEmpty()) {
            ASN1EncodableVector mappings = new ASN1EncodableVector();
            for (List<String> mapping : says.mappings) {
                ASN1EncodableVector pair = new ASN1EncodableVector();
                mapping.forEach(oid -> pair.add(new ASN1ObjectIdentifier(oid)));
                mappings.add(new DERSequence(pair));
            }
            maker.extension("2.5.29.33", true, new DERSequence(mappings));
        }
        ASN1EncodableVector constraints = new ASN1EncodableVector();
        if (says.requireExplicitPolicy != NOTHING) {
            constraints.add(new DERTaggedObject(false, 0, new ASN1Integer(says.requireExplicitPolicy)));
        }
        if (says.inhibitPolicyMapping != NOTHING) {
            constraints.add(new DERTaggedObject(false, 1, new ASN1Integer(says.inhibitPolicyMapping)));
        }
        if (constraints.size() > 0) {
            maker.extension("2.5.29.36", true, new DERSequence(constraints));
        }
        if (says.inhibitAnyPolicy != NOTHING) {
            maker.extension("2.5.29.54", true, new ASN1Integer(says.inhibitAnyPolicy));
        }
        return maker;
    }

    /** A node of the valid_policy_tree (RFC 5280 §6.1.2 (a)), without qualifiers. */
    private static final class Node {
        final String validPolicy;
        Set<String> expectedPolicySet;
        final List<Node> children = new ArrayList<>();

        Node(String validPolicy, Set<String> expectedPolicySet) {
            this.validPolicy = validPolicy;
            this.expectedPolicySet = expectedPolicySet;
        }

        Node add(String policy, Set<String> expected) {
            Node child = new Node(policy, expected);
            children.add(child);
            return child;
        }

        List<Node> atDepth(int depth) {
            return depth == 0
                    ? List.of(this)
                    : children.stream()
                            .flatMap(child -> child.atDepth(depth - 1).stream())
                            .toList();
        }

        /** "If there is a node in the valid_policy_tree of depth i-1 or less without any child nodes, delete that node". */
        boolean isPrunedAbove(int depth) {
            if (depth == 0) {
                return false;
            }
            children.removeIf(child -> child.isPrunedAbove(depth - 1));
            return children.isEmpty();
        }

        void removeAtDepth(int depth, String policy) {
            if (depth == 1) {
                children.removeIf(child -> child.validPolicy.equals(policy));
            } else {
                children.forEach(child -> child.removeAtDepth(depth - 1, policy));
            }
        }
    }

    /** RFC 5280 §6.1.2 to §6.1.5 for certificate policies, letter by letter; the initial policy set is any-policy. */
    private static final class Tree {
        private @Nullable Node tree = new Node(ANY, Set.of(ANY));
        private final int n;
        private int explicitPolicy;
        private int policyMapping;
        private int inhibitAnyPolicy;

        private Tree(int n) {
            this.n = n;
            explicitPolicy = n + 1;
            policyMapping = n + 1;
            inhibitAnyPolicy = n + 1;
        }

        static boolean isValid(List<Says> path) {
            Tree state = new Tree(path.size());
            for (int i = 1; i <= path.size(); i++) {
                if (!state.process(i, path.get(i - 1)) || (i < path.size() && !state.prepare(i, path.get(i - 1)))) {
                    return false;
                }
            }
            return state.wrapUp(path.get(path.size() - 1));
        }

        /** §6.1.3 (d) to (f). */
        private boolean process(int i, Says says) {
            if (says.policies == null) {
                tree = null;
            } else if (tree != null) {
                addLevel(i, says.policies, inhibitAnyPolicy > 0 || (i < n && says.selfIssued));
            }
            return explicitPolicy > 0 || tree != null;
        }

        private void addLevel(int i, List<String> policies, boolean anyAllowed) {
            Node root = tree;
            List<Node> above = root.atDepth(i - 1);
            for (String policy : policies) {
                if (!policy.equals(ANY)) {
                    boolean matched = false;
                    for (Node node : above) { // (d) (1) (i)
                        if (node.expectedPolicySet.contains(policy)) {
                            node.add(policy, Set.of(policy));
                            matched = true;
                        }
                    }
                    for (Node node : above) { // (d) (1) (ii)
                        if (!matched && node.validPolicy.equals(ANY)) {
                            node.add(policy, Set.of(policy));
                        }
                    }
                }
            }
            if (policies.contains(ANY) && anyAllowed) { // (d) (2)
                for (Node node : above) {
                    for (String expected : node.expectedPolicySet) {
                        if (node.children.stream().noneMatch(child -> child.validPolicy.equals(expected))) {
                            node.add(expected, Set.of(expected));
                        }
                    }
                }
            }
            if (root.isPrunedAbove(i)) { // (d) (3)
                tree = null;
            }
        }

        /** §6.1.4 (a), (b), (h) to (j). */
        private boolean prepare(int i, Says says) {
            if (says.mappings.stream().flatMap(List::stream).anyMatch(ANY::equals)) {
                return false;
            }
            TreeMap<String, Set<String>> mappings = new TreeMap<>();
            says.mappings.forEach(pair -> mappings.computeIfAbsent(pair.get(0), unused -> new TreeSet<>())
                    .add(pair.get(1)));
            mappings.forEach(
                    (issuerDomainPolicy, subjectDomainPolicies) -> map(i, issuerDomainPolicy, subjectDomainPolicies));
            if (!says.selfIssued) {
                explicitPolicy = Math.max(0, explicitPolicy - 1);
                policyMapping = Math.max(0, policyMapping - 1);
                inhibitAnyPolicy = Math.max(0, inhibitAnyPolicy - 1);
            }
            explicitPolicy = lowered(explicitPolicy, says.requireExplicitPolicy);
            policyMapping = lowered(policyMapping, says.inhibitPolicyMapping);
            inhibitAnyPolicy = lowered(inhibitAnyPolicy, says.inhibitAnyPolicy);
            return true;
        }

        private void map(int i, String issuerDomainPolicy, Set<String> subjectDomainPolicies) {
            Node root = tree;
            if (root == null) {
                return;
            }
            if (policyMapping > 0) { // (b) (1)
                boolean found = false;
                for (Node node : root.atDepth(i)) {
                    if (node.validPolicy.equals(issuerDomainPolicy)) {
                        node.expectedPolicySet = subjectDomainPolicies;
                        found = true;
                    }
                }
                boolean any = root.atDepth(i).stream().anyMatch(node -> node.validPolicy.equals(ANY));
                if (!found && any) {
                    root.atDepth(i - 1).stream()
                            .filter(node -> node.validPolicy.equals(ANY))
                            .forEach(node -> node.add(issuerDomainPolicy, subjectDomainPolicies));
                }
            } else { // (b) (2)
                root.removeAtDepth(i, issuerDomainPolicy);
                if (root.isPrunedAbove(i)) {
                    tree = null;
                }
            }
        }

        /** §6.1.5 (a), (b) and (g). */
        private boolean wrapUp(Says says) {
            explicitPolicy = Math.max(0, explicitPolicy - 1);
            if (says.requireExplicitPolicy == 0) {
                explicitPolicy = 0;
            }
            return explicitPolicy > 0 || tree != null;
        }

        private static int lowered(int value, int limit) {
            return limit != NOTHING && limit < value ? limit : value;
        }
    }
}
