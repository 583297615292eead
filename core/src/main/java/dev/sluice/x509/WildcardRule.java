package dev.sluice.x509;

import java.util.List;

/**
 * How much a wildcard may stand for. Whatever the rule, a wildcard is the whole of the left-most label and stands for
 * exactly one label (RFC 9525 §6.3).
 */
public enum WildcardRule {
    /** At least two labels follow the wildcard: nobody owns {@code *.com}, but somebody may own {@code *.co.uk}. */
    TWO_LABELS,
    /**
     * What follows the wildcard is not the suffix of a registry: neither {@code *.com} nor {@code *.co.uk} matches, but
     * {@code *.github.io} does. Goes by the ICANN section of the Public Suffix List. It is the least that the Baseline
     * Requirements of the CA/Browser Forum (§3.2.2.6) ask of issuers, and what browsers check.
     */
    NOT_ABOVE_REGISTRY,
    /**
     * What follows the wildcard is no public suffix at all, neither {@code co.uk} nor {@code github.io}. The strictest
     * rule: hosts for whose names a company holds one certificate for all of its customers have no certificate that
     * matches.
     */
    NOT_ABOVE_PUBLIC_SUFFIX;

    private static final int MINIMUM_LABELS_AFTER_WILDCARD = 2;

    /** Whether a wildcard may stand in front of these labels: A-labels, lower case. */
    boolean allowsInFrontOf(List<String> parent) {
        return parent.size() >= MINIMUM_LABELS_AFTER_WILDCARD
                && switch (this) {
                    case TWO_LABELS -> true;
                    case NOT_ABOVE_REGISTRY -> leavesOwners(PublicSuffixes.ofRegistries(), parent);
                    case NOT_ABOVE_PUBLIC_SUFFIX -> leavesOwners(PublicSuffixes.all(), parent);
                };
    }

    /**
     * Neither is {@code parent} a public suffix, nor are all the names that the wildcard would stand for: {@code *.kobe.jp}
     * is a rule of the list, so that each of these names has registrants of its own.
     */
    private static boolean leavesOwners(PublicSuffixes suffixes, List<String> parent) {
        String name = String.join(".", parent);
        return !suffixes.isPublicSuffix(name) && !suffixes.hasWildcardRule(name);
    }
}
