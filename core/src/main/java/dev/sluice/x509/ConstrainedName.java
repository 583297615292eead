package dev.sluice.x509;

import dev.sluice.x509.Subtree.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A name as name constraints see it. Read once, because it may be compared with thousands of subtrees.
 *
 * @param kind by which constraints it is bound
 * @param name the name itself
 * @param host the labels, in lower case, of a DNS name or of the host of a mailbox or URI; empty if the name is of another
 *     kind, or not of the form that its kind demands
 */
record ConstrainedName(Kind kind, SubjectAltName name, Optional<List<String>> host) {
    private static final String WILDCARD = "*.";

    /** RFC 5321 §4.1.2 and §4.5.3.1.3: a dot-string or a quoted string, within a path of 256 octets. */
    private static final Pattern LOCAL_PART =
            Pattern.compile("[\\w!#$%&'*+/=?^`{|}~.-]{1,256}|\"([ !#-\\[\\]-~]|\\\\[ -~]){0,256}\"");
    /** RFC 3986 §3.1. */
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*+");
    /** RFC 3986 §3.2, with a registered name as host: user information, host and port. */
    private static final Pattern AUTHORITY = Pattern.compile("(?:[\\w.~!$&'()*+,;=:%-]*+@)?([\\w.-]++)(?::[0-9]*+)?");

    static ConstrainedName of(SubjectAltName name) {
        if (name instanceof SubjectAltName.Dns dns) {
            String text = dns.name();
            boolean wildcard = text.startsWith(WILDCARD);
            return new ConstrainedName(Kind.DNS, name, labelsOf(wildcard ? text.substring(WILDCARD.length()) : text));
        }
        if (name instanceof SubjectAltName.Ip || name.equals(SubjectAltName.Other.BAD_IP)) {
            return new ConstrainedName(Kind.IP, name, Optional.empty());
        }
        if (name instanceof SubjectAltName.Email email) {
            return new ConstrainedName(Kind.EMAIL, name, hostOfMailbox(email.address()));
        }
        if (name instanceof SubjectAltName.Uri uri) {
            return new ConstrainedName(Kind.URI, name, hostOfUri(uri.uri()));
        }
        boolean directory = name instanceof SubjectAltName.Directory;
        return new ConstrainedName(directory ? Kind.DIRECTORY : Kind.OTHER, name, Optional.empty());
    }

    /** Whether the left-most label of a DNS name is a wildcard; it is not among the labels. */
    boolean isWildcard() {
        return name instanceof SubjectAltName.Dns dns && dns.name().startsWith(WILDCARD);
    }

    /** What stands before the at sign of a mailbox. */
    static String localPartOf(String mailbox) {
        return mailbox.substring(0, Math.max(0, mailbox.lastIndexOf('@')));
    }

    static boolean isLocalPart(String text) {
        return LOCAL_PART.matcher(text).matches();
    }

    /** "a@one.example@two.example" is at two.example to some and at one.example to others: it has no host. */
    private static Optional<List<String>> hostOfMailbox(String mailbox) {
        return isLocalPart(localPartOf(mailbox))
                ? hostOf(mailbox.substring(mailbox.lastIndexOf('@') + 1))
                : Optional.empty();
    }

    /** RFC 3986 §3.2: what stands between the user information and the port; nothing of what is no URI. */
    private static Optional<List<String>> hostOfUri(String uri) {
        int start = uri.indexOf("://");
        if (start <= 0 || !SCHEME.matcher(uri.substring(0, start)).matches()) {
            return Optional.empty();
        }
        String rest = uri.substring(start + 3);
        int end = rest.length();
        for (char c : new char[] {'/', '?', '#'}) {
            int found = rest.indexOf(c);
            end = found >= 0 ? Math.min(end, found) : end;
        }
        Matcher authority = AUTHORITY.matcher(rest.substring(0, end));
        return authority.matches() ? hostOf(authority.group(1)) : Optional.empty();
    }

    /** The labels of a host that is given by its name; empty if it is given by its address or in no way. */
    static Optional<List<String>> hostOf(String text) {
        return labelsOf(text).filter(labels -> !isNumber(labels.get(labels.size() - 1)));
    }

    /** No domain at the top is a number: {@code 192.0.2.1} and {@code 0x7f.1} are addresses (RFC 3696 §2). */
    private static boolean isNumber(String label) {
        return label.startsWith("0x") || label.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** The labels of a DNS name in lower case; empty if it is none. */
    static Optional<List<String>> labelsOf(String name) {
        if (!ReferenceName.DnsName.isHostName(name)) {
            return Optional.empty();
        }
        return Optional.of(List.of(name.toLowerCase(Locale.ROOT).split("\\.", -1)));
    }
}
