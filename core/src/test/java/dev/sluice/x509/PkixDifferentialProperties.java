package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.x509.JdkPkix.Answer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Our verdict beside that of the JDK's path builder, on thousands of small networks of authorities. Where they differ a
 * {@link Reason} tells why, with the section of RFC 5280; a difference without one fails.
 *
 * <p>If the JDK accepts, its path is judged by our rules, and <em>each</em> error has to be explained: an error that stands
 * for nothing the JDK leaves out would be a mistake of one of the two. If we accept, our path is given to the JDK's validation, and where
 * that or the builder refuses, a {@link Shortcoming} tells why.
 */
class PkixDifferentialProperties {
    private static final int CASES_PER_SEED = 2;
    private static final int FIXED_CASES = 1200;

    /**
     * One of our errors about the path that the JDK accepts.
     *
     * @param code what is wrong
     * @param certificate with which certificate
     * @param path the path
     * @param made how it came about
     */
    private record Finding(Code code, SslCertificate certificate, List<SslCertificate> path, PkixCase made) {
        boolean isAnchor() {
            return certificate.equals(anchor());
        }

        SslCertificate anchor() {
            return path.get(path.size() - 1);
        }

        boolean isLeaf() {
            return certificate.equals(path.get(0));
        }

        boolean has(Trait... any) {
            return List.of(any).stream().anyMatch(made.traitsOf(certificate)::contains);
        }

        boolean anchorHas(Trait.Group group) {
            return made.traitsOf(anchor()).stream().anyMatch(trait -> trait.group() == group);
        }

        boolean anyCaHas(Trait... any) {
            return path.subList(1, path.size()).stream()
                    .anyMatch(ca -> List.of(any).stream().anyMatch(made.traitsOf(ca)::contains));
        }

        /** The certificate above it. */
        boolean issuerHas(Trait trait) {
            int index = path.indexOf(certificate);
            return index + 1 < path.size() && made.traitsOf(path.get(index + 1)).contains(trait);
        }
    }

    /** Why we refuse what the JDK accepts. */
    private enum Reason {
        // The JDK takes nothing but name and key from a trust anchor (§6.1.1 (d)); here all of it counts.
        VALIDITY_OF_THE_ANCHOR(
                "§4.1.2.5",
                finding -> finding.isAnchor()
                        && ((finding.code == Code.CERTIFICATE_EXPIRED && finding.has(Trait.EXPIRED))
                                || (finding.code == Code.CERTIFICATE_NOT_YET_VALID
                                        && finding.has(Trait.NOT_YET_VALID)))),
        ANCHOR_IS_NO_CA(
                "§4.2.1.9",
                finding -> finding.isAnchor()
                        && finding.code == Code.INVALID_CA_CERTIFICATE
                        && finding.has(
                                Trait.NO_BASIC_CONSTRAINTS, Trait.NO_CA, Trait.VERSION_1, Trait.KEY_USAGE_LISTS_ONLY)),
        PATH_LENGTH_OF_THE_ANCHOR(
                "§4.2.1.9",
                finding -> finding.isAnchor()
                        && finding.code == Code.PATH_LENGTH_EXCEEDED
                        && finding.has(Trait.PATH_LENGTH_0, Trait.PATH_LENGTH_1)),
        UNKNOWN_CRITICAL_EXTENSION_OF_THE_ANCHOR(
                "§4.2",
                finding -> finding.isAnchor()
                        && finding.code == Code.UNHANDLED_CRITICAL_EXTENSION
                        && finding.has(Trait.UNKNOWN_CRITICAL)),
        NAME_CONSTRAINTS_OF_THE_ANCHOR(
                "§4.2.1.10",
                finding ->
                        finding.code == Code.NAME_CONSTRAINT_VIOLATION && finding.anchorHas(Trait.Group.CONSTRAINTS)),
        POLICY_CONSTRAINTS_OF_THE_ANCHOR(
                "§4.2.1.11",
                finding -> finding.code == Code.POLICY_VIOLATION
                        && (finding.anchorHas(Trait.Group.POLICY_CONSTRAINTS)
                                || finding.anchorHas(Trait.Group.ANY_POLICY))),

        // What conforming CAs must do and the JDK does not check.
        VERSION("§4.1.2.1", finding -> finding.code == Code.MALFORMED_CERTIFICATE && finding.has(Trait.VERSION_1)),
        NO_NAMES_IN_VERSION_1(
                "§4.1.2.1",
                finding -> finding.code == Code.HOST_NAME_MISMATCH && finding.isLeaf() && finding.has(Trait.VERSION_1)),
        SERIAL_NUMBER(
                "§4.1.2.2",
                finding -> !finding.isAnchor()
                        && finding.code == Code.MALFORMED_CERTIFICATE
                        && finding.has(Trait.SERIAL_NUMBER_ZERO, Trait.SERIAL_NUMBER_TOO_LONG)),
        FORM_OF_DATES(
                "§4.1.2.5",
                finding -> !finding.isAnchor()
                        && finding.code == Code.INVALID_NOT_AFTER_FIELD
                        && finding.has(Trait.NEEDLESSLY_GENERALIZED_TIME)),
        KEY_IDENTIFIERS_MISSING(
                "§4.2.1.1, §4.2.1.2",
                finding -> finding.code == Code.MALFORMED_CERTIFICATE
                        && finding.has(Trait.NO_KEY_IDENTIFIERS, Trait.WRONG_SUBJECT_KEY, Trait.WRONG_AUTHORITY_KEY)),
        ROUNDABOUT_WAY(
                "§4.2.1.1: the JDK goes over a self-signed certificate and a cross certificate of the same key",
                finding -> finding.code == Code.MALFORMED_CERTIFICATE
                        && !finding.isAnchor()
                        && finding.certificate.isSelfSigned()),
        KEY_IDENTIFIERS_DO_NOT_MEET(
                "§4.2.1.1",
                finding -> finding.code == Code.AUTHORITY_ISSUER_SERIAL_NUMBER_MISMATCH
                        && (finding.has(Trait.WRONG_AUTHORITY_KEY) || finding.issuerHas(Trait.WRONG_SUBJECT_KEY))),
        MUST_BE_CRITICAL(
                "§4.2.1.9, §4.2.1.10, §4.2.1.11",
                finding -> finding.code == Code.MALFORMED_CERTIFICATE
                        && finding.has(
                                Trait.BASIC_CONSTRAINTS_NOT_CRITICAL,
                                Trait.CONSTRAINTS_NOT_CRITICAL,
                                Trait.POLICY_CONSTRAINTS_NOT_CRITICAL)),
        CA_OR_NOT(
                "§4.2.1.9, §4.2.1.10: keyCertSign and name constraints are for CAs; §4.1.2.6: a CA has a subject",
                finding -> finding.isLeaf()
                        && finding.code == Code.MALFORMED_CERTIFICATE
                        && (finding.has(Trait.KEY_USAGE_CERTIFICATES_TOO, Trait.PERMITS_DNS)
                                || (finding.has(Trait.CA_AS_LEAF) && finding.has(Trait.EMPTY_SUBJECT)))),
        POLICY_TWICE(
                "§4.2.1.4", finding -> finding.code == Code.MALFORMED_CERTIFICATE && finding.has(Trait.POLICY_TWICE)),
        ADDRESS_OF_WRONG_LENGTH(
                "§4.2.1.6",
                finding ->
                        (finding.code == Code.MALFORMED_CERTIFICATE || finding.code == Code.NAME_CONSTRAINT_VIOLATION)
                                && finding.has(Trait.ADDRESS_OF_5_OCTETS)),
        NAMES_UNDER_MALFORMED_CONSTRAINTS(
                "§4.2.1.10",
                finding -> finding.code == Code.NAME_CONSTRAINT_VIOLATION
                        && finding.anyCaHas(
                                Trait.MASK_WITH_HOLES, Trait.PERMITS_LEADING_DOT, Trait.CONSTRAINTS_WITH_MAXIMUM)),
        EMPTY_OR_MALFORMED_CONSTRAINTS(
                "§4.2.1.10",
                finding -> finding.code == Code.MALFORMED_CERTIFICATE
                        && finding.has(
                                Trait.CONSTRAINTS_EMPTY,
                                Trait.CONSTRAINTS_WITH_MAXIMUM,
                                Trait.MASK_WITH_HOLES,
                                Trait.PERMITS_LEADING_DOT)),
        MAPPING_OF_ANY_POLICY(
                "§6.1.4 (a)", finding -> finding.code == Code.POLICY_VIOLATION && finding.has(Trait.MAPPING_OF_ANY)),

        // What the key may be used for.
        KEY_USAGE_OF_THE_LEAF(
                "§4.2.1.3",
                finding -> finding.isLeaf()
                        && finding.code == Code.INVALID_PURPOSE
                        && finding.has(Trait.KEY_USAGE_LISTS_ONLY)),
        PURPOSES_OF_A_CA(
                "§4.2.1.12, as the Internet reads it",
                finding ->
                        !finding.isLeaf() && finding.code == Code.INVALID_PURPOSE && finding.has(Trait.PURPOSE_CLIENT)),

        // Names that the JDK compares in another way.
        ALL_THAT_IS_PERMITTED_IS_EXCLUDED(
                "§6.1.4 (g): the JDK takes what is excluded out of what is permitted, and permits all if nothing is left",
                finding -> finding.code == Code.NAME_CONSTRAINT_VIOLATION
                        && ((finding.anyCaHas(Trait.EXCLUDES_DNS_ELSEWHERE)
                                        && finding.anyCaHas(Trait.PERMITS_DNS_ELSEWHERE))
                                || (finding.anyCaHas(Trait.EXCLUDES_DIRECTORY)
                                        && finding.anyCaHas(Trait.PERMITS_DIRECTORY))
                                || (finding.anyCaHas(Trait.EXCLUDES_ADDRESS) && finding.anyCaHas(Trait.PERMITS_ADDRESS))
                                || (finding.anyCaHas(Trait.EXCLUDES_MAIL, Trait.EXCLUDES_MAIL_ELSEWHERE)
                                        && finding.anyCaHas(Trait.PERMITS_MAIL, Trait.PERMITS_MAILBOX))
                                || (finding.anyCaHas(Trait.EXCLUDES_URI) && finding.anyCaHas(Trait.PERMITS_URI))
                                || (finding.anyCaHas(Trait.EXCLUDES_DNS, Trait.EXCLUDES_BELOW_WILDCARD)
                                        && finding.anyCaHas(Trait.PERMITS_SUBDOMAIN)))),
        MAIL_ADDRESS_BESIDE_OTHER_NAMES(
                "§4.2.1.10: the JDK looks at the subject only if there are no alternative names",
                finding -> finding.code == Code.NAME_CONSTRAINT_VIOLATION
                        && finding.has(Trait.MAIL_IN_SUBJECT)
                        && finding.anyCaHas(Trait.PERMITS_MAIL, Trait.PERMITS_MAILBOX)),

        URI_WITH_AN_ADDRESS(
                "§4.2.1.10: the application MUST reject the certificate",
                finding -> finding.code == Code.NAME_CONSTRAINT_VIOLATION
                        && finding.has(Trait.URI_WITH_ADDRESS)
                        && finding.anyCaHas(Trait.EXCLUDES_URI)),
        MAPPED_IPV4_ADDRESS(
                "§4.2.1.10 knows no such addresses; whoever connects to one connects to the IPv4 address",
                finding -> finding.code == Code.NAME_CONSTRAINT_VIOLATION
                        && finding.has(Trait.MAPPED_ADDRESS)
                        && finding.anyCaHas(Trait.PERMITS_ADDRESS, Trait.EXCLUDES_ADDRESS)),
        WILDCARD_INSIDE_A_LABEL(
                "§4.2.1.6, RFC 9525 §6.3: no host name, so nobody can say where it lies",
                finding -> finding.code == Code.NAME_CONSTRAINT_VIOLATION && finding.has(Trait.HALF_WILDCARD)),
        WILDCARD_ACROSS_A_FENCE(
                "§4.2.1.10: of what it stands for, some is excluded",
                finding -> finding.code == Code.NAME_CONSTRAINT_VIOLATION
                        && finding.has(Trait.WILDCARD)
                        && finding.anyCaHas(Trait.EXCLUDES_BELOW_WILDCARD, Trait.PERMITS_SUBDOMAIN)),

        // Not RFC 5280: the policy of this library.
        SHORT_OR_UNWANTED_KEY(
                "policy: RSA from 2048 bits, no DSA",
                finding -> finding.code == Code.WEAK_KEY && finding.has(Trait.RSA_1024, Trait.DSA_2048));

        /** Where it is written; also what a reader of a failure wants to know. */
        private final String section;

        private final Predicate<Finding> explains;

        Reason(String section, Predicate<Finding> explains) {
            this.section = section;
            this.explains = explains;
        }
    }

    /** Why the JDK refuses what we accept: nothing else is allowed. */
    private enum Shortcoming {
        /**
         * §6.1: "self-issued" certificates may be as many as there are new keys. The JDK's builder finds no path with two
         * certificates of a name between the ends; its validation accepts it.
         */
        TAKES_A_NEW_KEY_FOR_A_CIRCLE,
        /**
         * §4.2.1.10: IPv4 addresses under a constraint on IPv6 addresses, or URIs without a host under one on URIs, make
         * the JDK throw what is no refusal, and its builder gives up all other paths.
         */
        STUMBLES_OVER_A_NAME
    }

    /** How the verdicts of a case lie to one another. */
    private enum Outcome {
        BOTH_ACCEPT,
        BOTH_REFUSE,
        ONLY_WE_ACCEPT,
        ONLY_THE_JDK_ACCEPTS
    }

    private final Map<Reason, Integer> reasons = new EnumMap<>(Reason.class);
    private final Map<Shortcoming, Integer> shortcomings = new EnumMap<>(Shortcoming.class);
    private final Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);

    @Property
    void everyDifferenceHasAReason(@ForAll long seed) throws GeneralSecurityException {
        for (int i = 0; i < CASES_PER_SEED; i++) {
            judge(new PkixCase(seed + i));
        }
    }

    /** With an empty subject and a broken address its last certificate could not be read. */
    @Example
    void aCaseWithAnEmptySubjectIsReadable() throws GeneralSecurityException {
        judge(new PkixCase(-334112));
    }

    /** Fails closed: two verifiers that refuse everything would agree, and a reason that nothing needs is a mistake. */
    @Example
    void everyReasonIsMetAndBothAcceptOften() throws GeneralSecurityException {
        for (int seed = 0; seed < FIXED_CASES; seed++) {
            judge(new PkixCase(seed));
        }

        // Whether the JDK takes that way depends on the hashes of the keys, which are new in each run.
        Set<Reason> seldom = EnumSet.of(Reason.ROUNDABOUT_WAY);
        Set<Reason> met = EnumSet.copyOf(reasons.keySet());
        met.removeAll(seldom);
        assertEquals(EnumSet.complementOf(EnumSet.copyOf(seldom)), met);
        assertTrue(outcomes.getOrDefault(Outcome.BOTH_ACCEPT, 0) > FIXED_CASES / 3, outcomes::toString);
        assertTrue(outcomes.getOrDefault(Outcome.BOTH_REFUSE, 0) > FIXED_CASES / 10, outcomes::toString);
        // Newer JDKs stumble no more.
        assertTrue(shortcomings.containsKey(Shortcoming.TAKES_A_NEW_KEY_FOR_A_CIRCLE), shortcomings::toString);
    }

    private void judge(PkixCase made) throws GeneralSecurityException {
        VerificationRequest request =
                VerificationRequest.forServer(made.chain(), made.anchors(), PkixCase.HOST, Trio.NOW);
        VerificationResult ours = CertificateVerifier.strict().verify(request);
        JdkPkix.Built jdk = JdkPkix.build(made.chain(), made.anchors(), Trio.NOW);
        if (ours.isTrusted()) {
            count(jdk.answer() == Answer.ACCEPTS ? Outcome.BOTH_ACCEPT : Outcome.ONLY_WE_ACCEPT);
            assertOurPathIsGood(ours.path(), jdk.answer(), made);
        } else if (jdk.answer() == Answer.ACCEPTS) {
            count(Outcome.ONLY_THE_JDK_ACCEPTS);
            assertEveryErrorIsExplained(jdk.path(), request, made);
        } else {
            count(Outcome.BOTH_REFUSE);
        }
        assertEquals(
                ours,
                CertificateVerifier.strict().verify(request),
                () -> "verdict after the JDK wrote into its certificates, " + made);
    }

    private void assertOurPathIsGood(List<SslCertificate> path, Answer built, PkixCase made)
            throws GeneralSecurityException {
        Answer validated = JdkPkix.validate(path, Trio.NOW);
        if (built == Answer.ACCEPTS && validated == Answer.ACCEPTS) {
            return;
        }
        if (built == Answer.STUMBLES || validated == Answer.STUMBLES) {
            meet(Shortcoming.STUMBLES_OVER_A_NAME);
            assertTrue(validated != Answer.REFUSES, () -> "we accept what the JDK refuses: " + path + " of " + made);
            return;
        }
        meet(Shortcoming.TAKES_A_NEW_KEY_FOR_A_CIRCLE);
        List<DistinguishedName> names = path.subList(1, path.size() - 1).stream()
                .map(certificate -> certificate.tbs().subject())
                .toList();
        assertTrue(
                built == Answer.REFUSES && validated == Answer.ACCEPTS && new HashSet<>(names).size() < names.size(),
                () -> "no reason why the JDK refuses " + path + " of " + made);
    }

    private void meet(Shortcoming shortcoming) {
        shortcomings.merge(shortcoming, 1, Integer::sum);
    }

    private void assertEveryErrorIsExplained(List<SslCertificate> path, VerificationRequest request, PkixCase made) {
        List<SslError> errors = new ArrayList<>(PathValidation.errors(
                new CandidatePath(path, CandidatePath.End.TRUST_ANCHOR, request, new WorkBudget())));
        if (!HostNames.matches(path.get(0), PkixCase.HOST)) {
            errors.add(SslError.of(Code.HOST_NAME_MISMATCH, path.get(0)));
        }
        assertTrue(!errors.isEmpty(), () -> "our builder misses a path without errors: " + path + " of " + made);
        for (SslError error : errors) {
            Finding finding = new Finding(error.code(), error.certificate().orElseThrow(), path, made);
            List<Reason> found = List.of(Reason.values()).stream()
                    .filter(reason -> reason.explains.test(finding))
                    .toList();
            assertTrue(
                    !found.isEmpty(),
                    () -> "no reason why the JDK accepts and we say " + error + " of " + path + " of " + made);
            found.forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        }
    }

    private void count(Outcome outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }
}
