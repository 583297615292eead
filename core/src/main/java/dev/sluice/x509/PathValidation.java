package dev.sluice.x509;

import dev.sluice.SslError;
import java.util.List;

/**
 * Path validation (RFC 5280 §6.1), one rule for each concern. Signatures and the chaining of names (§6.1.3 (a) (1) and
 * (4)) are not here: {@link PathBuilder} puts a certificate on top of a path only if both are right.
 *
 * <p>Every rule looks at the whole path and reports all it finds; none relies on another one having passed.
 */
final class PathValidation {
    /** In the order in which OpenSSL reports: shape and purpose, then strength, then time. */
    private static final List<PathRule> RULES = List.of(
            new BasicFieldsRule(), // §4.1
            new ExtensionsRule(), // §4.2
            new KeyIdentifiersRule(), // §4.2.1.1, §4.2.1.2
            new BasicConstraintsRule(), // §4.2.1.9, §6.1.4 (k) to (n)
            new PurposeRule(), // §4.2.1.3, §4.2.1.12
            new NameConstraintsRule(), // §4.2.1.10, §6.1.3 (b) and (c)
            new PolicyRule(), // §6.1.3 (d) to (f)
            new WebPkiRule(),
            new BlockListRule(),
            new RevocationRule(), // §6.3
            new StrengthRule(),
            new ValidityRule()); // §4.1.2.5, §6.1.3 (a) (2)

    private PathValidation() {}

    /** All that is wrong with a path; empty if nothing is. */
    static List<SslError> errors(CandidatePath path) {
        RULES.forEach(rule -> rule.check(path));
        return path.errors();
    }
}
