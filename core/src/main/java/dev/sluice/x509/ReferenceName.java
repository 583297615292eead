package dev.sluice.x509;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A well-formed name that a user asked for, RFC 9525's "reference identifier". */
sealed interface ReferenceName {
    /** Whether an entry of a certificate, RFC 9525's "presented identifier", stands for this name. */
    boolean matches(SubjectAltName presented, WildcardRule wildcards);

    /** Whether it means the host itself: {@code localhost} and what is below (RFC 6761 §6.3), or a loopback address. */
    boolean isLoopback();

    /** Reads what the user gave; empty if it is neither a host name nor an IP literal. */
    static Optional<ReferenceName> parse(String name) {
        Optional<byte[]> address = IpLiteral.parse(name);
        if (address.isPresent()) {
            return Optional.of(new Address(address.get()));
        }
        return DnsName.parse(name).map(labels -> labels);
    }

    /** An IP address: all bytes have to be equal (RFC 9525 §6.4). */
    final class Address implements ReferenceName {
        private final byte[] bytes;

        private Address(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public boolean matches(SubjectAltName presented, WildcardRule wildcards) {
            return presented instanceof SubjectAltName.Ip ip && Arrays.equals(ip.address(), bytes);
        }

        @Override
        public boolean isLoopback() {
            return HostNames.toAddress(bytes).isLoopbackAddress();
        }
    }

    /**
     * A host name.
     *
     * @param labels its labels in lower case, A-labels where it had others; never empty
     */
    record DnsName(List<String> labels) implements ReferenceName {
        private static final int MAXIMUM_CHARACTERS = 253;
        private static final int MAXIMUM_LABEL_CHARACTERS = 63;
        private static final String WILDCARD = "*";

        /** The dot, and the three characters that IDNA reads as one (RFC 3490 §3.1, UTS #46 §2.3). */
        private static final Pattern DOTS = Pattern.compile("[.\\u3002\\uff0e\\uff61]");

        public DnsName {
            labels = List.copyOf(labels);
        }

        static Optional<DnsName> parse(String name) {
            // The conversion takes time that grows faster than its input; no host name has more characters than this.
            if (name.length() > MAXIMUM_CHARACTERS + 1) {
                return Optional.empty();
            }
            List<String> written = List.of(DOTS.split(name, -1));
            boolean isAbsolute =
                    written.size() > 1 && written.get(written.size() - 1).isEmpty();
            List<String> labels = written.subList(0, isAbsolute ? written.size() - 1 : written.size()).stream()
                    .map(UnicodeLabel::toAscii)
                    .flatMap(Optional::stream)
                    .map(label -> label.toLowerCase(Locale.ROOT))
                    .filter(DnsName::isLabel)
                    .toList();
            boolean isComplete = labels.size() == written.size() - (isAbsolute ? 1 : 0);
            return isComplete
                            && String.join(".", labels).length() <= MAXIMUM_CHARACTERS
                            && !looksLikeAddress(labels.get(labels.size() - 1))
                    ? Optional.of(new DnsName(labels))
                    : Optional.empty();
        }

        /** Whether a name is in the preferred syntax (RFC 1034 §3.5 as changed by RFC 1123 §2.1), with underscores. */
        static boolean isHostName(String name) {
            return isAscii(name)
                    && split(name)
                            .filter(labels -> labels.stream().allMatch(DnsName::isLabel))
                            .isPresent();
        }

        @Override
        public boolean matches(SubjectAltName presented, WildcardRule wildcards) {
            // A dNSName is an IA5String; one with U-labels in it is malformed and never converted (RFC 9525 §6.3).
            return presented instanceof SubjectAltName.Dns dns
                    && isAscii(dns.name())
                    && split(dns.name())
                            .filter(entry -> matchesLabels(entry, wildcards))
                            .isPresent();
        }

        @Override
        public boolean isLoopback() {
            return labels.get(labels.size() - 1).equals("localhost");
        }

        private boolean matchesLabels(List<String> presented, WildcardRule wildcards) {
            if (presented.size() != labels.size()) {
                return false;
            }
            List<String> presentedParent = presented.subList(1, presented.size());
            List<String> parent = labels.subList(1, labels.size());
            if (!presentedParent.equals(parent)) {
                return false;
            }
            if (presented.get(0).equals(WILDCARD)) {
                return wildcards.allowsInFrontOf(parent);
            }
            return presented.get(0).equals(labels.get(0));
        }

        private static Optional<List<String>> split(String ascii) {
            return ascii.length() > MAXIMUM_CHARACTERS
                    ? Optional.empty()
                    : Optional.of(List.of(ascii.toLowerCase(Locale.ROOT).split("\\.", -1)));
        }

        /** Letters, digits, inner hyphens (RFC 1123 §2.1), and the underscore, which names in use have. */
        private static boolean isLabel(String label) {
            return !label.isEmpty()
                    && label.length() <= MAXIMUM_LABEL_CHARACTERS
                    && !label.startsWith("-")
                    && !label.endsWith("-")
                    && label.chars().allMatch(DnsName::isLabelCharacter);
        }

        private static boolean isLabelCharacter(int c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        }

        /** {@code 127.1}, {@code 2130706433} and {@code 0x7f.1} are addresses to many resolvers, names to none. */
        private static boolean looksLikeAddress(String lastLabel) {
            return lastLabel.chars().allMatch(c -> c >= '0' && c <= '9') || lastLabel.startsWith("0x");
        }

        private static boolean isAscii(String text) {
            return text.chars().allMatch(c -> c < 0x80);
        }
    }
}
