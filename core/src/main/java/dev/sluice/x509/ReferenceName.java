package dev.sluice.x509;

import java.net.IDN;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A well-formed name that a user asked for, RFC 9525's "reference identifier". */
sealed interface ReferenceName {
    /** Whether an entry of a certificate, RFC 9525's "presented identifier", stands for this name. */
    boolean matches(SubjectAltName presented);

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
        public boolean matches(SubjectAltName presented) {
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
        private static final int MINIMUM_LABELS_AFTER_WILDCARD = 2;
        private static final String WILDCARD = "*";

        static Optional<DnsName> parse(String name) {
            return toAscii(name)
                    .map(ascii -> ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii)
                    .flatMap(DnsName::split)
                    .filter(labels -> labels.stream().allMatch(DnsName::isLabel))
                    .filter(labels -> !looksLikeAddress(labels.get(labels.size() - 1)))
                    .map(DnsName::new);
        }

        /** Whether a name is in the preferred syntax (RFC 1034 §3.5 as changed by RFC 1123 §2.1), with underscores. */
        static boolean isHostName(String name) {
            return isAscii(name)
                    && split(name)
                            .filter(labels -> labels.stream().allMatch(DnsName::isLabel))
                            .isPresent();
        }

        @Override
        public boolean matches(SubjectAltName presented) {
            return presented instanceof SubjectAltName.Dns dns
                    && isAscii(dns.name())
                    && split(dns.name()).filter(this::matchesLabels).isPresent();
        }

        @Override
        public boolean isLoopback() {
            return labels.get(labels.size() - 1).equals("localhost");
        }

        private boolean matchesLabels(List<String> presented) {
            if (presented.size() != labels.size()) {
                return false;
            }
            List<String> presentedParent = presented.subList(1, presented.size());
            List<String> parent = labels.subList(1, labels.size());
            if (!presentedParent.equals(parent)) {
                return false;
            }
            if (presented.get(0).equals(WILDCARD)) {
                return parent.size() >= MINIMUM_LABELS_AFTER_WILDCARD;
            }
            return presented.get(0).equals(labels.get(0));
        }

        /** RFC 9525 §6.3: U-labels are compared as A-labels. A label of ASCII letters stays as it is. */
        private static Optional<String> toAscii(String name) {
            // The conversion takes time that grows faster than its input; no host name has more characters than this.
            if (name.length() > MAXIMUM_CHARACTERS + 1) {
                return Optional.empty();
            }
            if (isAscii(name)) {
                return Optional.of(name);
            }
            try {
                return Optional.of(IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES));
            } catch (RuntimeException e) {
                // Not a host name, whatever the conversion stumbled over.
                return Optional.empty();
            }
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
