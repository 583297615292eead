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

    /** Whether a wildcard may stand in front of these labels: A-labels, lower case. */
    boolean allowsInFrontOf(List<String> parent) {
        String name = String.join(".", parent);
        return switch (this) {
            case TWO_LABELS -> parent.size() >= 2;
            case NOT_ABOVE_REGISTRY -> !PublicSuffixes.ofRegistries().isPublicSuffix(name);
            case NOT_ABOVE_PUBLIC_SUFFIX -> !PublicSuffixes.all().isPublicSuffix(name);
        };
    }
}
