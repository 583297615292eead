package dev.sluice;

import java.net.IDN;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Patterns of server names by which a server chooses a configuration (RFC 6066 §3): a name, or {@code *.} and a name. */
final class ServerNames {
    private static final String WILDCARD = "*.";

    private ServerNames() {}

    /**
     * Brings a pattern into the form in which it is compared: A-labels, lower case, no trailing dot.
     *
     * @param pattern the pattern as the user wrote it
     * @return the pattern to compare with
     * @throws IllegalArgumentException if it is no host name, with or without a wildcard as the whole left-most label
     */
    static String normalizePattern(String pattern) {
        return pattern.startsWith(WILDCARD)
                ? WILDCARD + normalizeName(pattern.substring(WILDCARD.length()), pattern)
                : normalizeName(pattern, pattern);
    }

    private static String normalizeName(String name, String pattern) {
        String ascii = toAscii(name.endsWith(".") ? name.substring(0, name.length() - 1) : name, pattern);
        if (ascii.isEmpty() || isAddress(ascii)) {
            throw refused(pattern, null);
        }
        return ascii.toLowerCase(Locale.ROOT);
    }

    private static String toAscii(String name, String pattern) {
        try {
            return IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES);
        } catch (IllegalArgumentException e) {
            throw refused(pattern, e);
        }
    }

    /** RFC 6066 §3: "Literal IPv4 and IPv6 addresses are not permitted". Those of IPv6 have colons, which IDN refuses. */
    private static boolean isAddress(String ascii) {
        return ascii.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static IllegalArgumentException refused(String pattern, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                "server name is \"" + pattern + "\", expected a host name, or \"*.\" and a host name", cause);
    }

    /**
     * Finds the configuration for a name that a client asked for: that of the name itself, else that of the wildcard which
     * stands for its left-most label.
     *
     * @param configurations the configurations by normalized pattern
     * @param serverName the name as the client sent it; anything may be in it
     * @return the configuration, or empty if none is for this name
     */
    static Optional<SslConfiguration> find(Map<String, SslConfiguration> configurations, String serverName) {
        String name = serverName.toLowerCase(Locale.ROOT);
        String exact = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        int dot = exact.indexOf('.');
        // A client cannot choose a wildcard by sending one: no pattern but a wildcard has a star.
        if (exact.indexOf('*') >= 0) {
            return Optional.empty();
        }
        SslConfiguration found = configurations.get(exact);
        if (found != null || dot < 1) {
            return Optional.ofNullable(found);
        }
        return Optional.ofNullable(configurations.get("*" + exact.substring(dot)));
    }
}
