package dev.sluice.x509;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A part of a name space (RFC 5280 §4.2.1.10): all host names below one, all addresses of a network, all mailboxes of a
 * host, and so on.
 */
sealed interface Subtree {
    /** The kinds of name that are constrained one apart from the other: the choices of {@code GeneralName}. */
    enum Kind {
        DNS,
        IP,
        EMAIL,
        URI,
        DIRECTORY,
        /** otherName, x400Address, ediPartyName, registeredID: nobody here knows what is below them. */
        OTHER
    }

    /** How a name lies to a subtree. */
    enum Relation {
        /** All that the name stands for is in the subtree. */
        INSIDE,
        /** Of what a wildcard stands for, some is in the subtree and some is not. */
        PARTLY,
        OUTSIDE,
        /** The name is not of the form that its kind demands, so nobody can say. */
        UNKNOWN
    }

    Kind kind();

    /** How a name of the same kind lies to this subtree. */
    Relation relationOf(ConstrainedName name);

    default boolean isWellFormed() {
        return true;
    }

    /** Reads the next element as the base of a subtree. */
    static Subtree read(DerReader reader) throws CertificateFormatException {
        int tag = reader.peekTag();
        if (tag == GeneralNames.IP) {
            return Network.of(reader.readBytes(tag));
        }
        SubjectAltName base = GeneralNames.readOne(reader);
        if (base instanceof SubjectAltName.Dns dns) {
            return Domain.of(dns.name());
        }
        if (base instanceof SubjectAltName.Email email) {
            return Mailboxes.of(email.address());
        }
        if (base instanceof SubjectAltName.Uri uri) {
            return UriHosts.of(uri.uri());
        }
        if (base instanceof SubjectAltName.Directory directory) {
            return new DirectorySubtree(directory.distinguishedName());
        }
        return new Unsupported();
    }

    /**
     * What is no subtree: neither inside nor outside.
     *
     * @param kind of which names
     */
    record Malformed(Kind kind) implements Subtree {
        @Override
        public Relation relationOf(ConstrainedName name) {
            return Relation.UNKNOWN;
        }

        @Override
        public boolean isWellFormed() {
            return false;
        }
    }

    /** A subtree of a kind that is not understood here; as long as no such name occurs it constrains nothing. */
    record Unsupported() implements Subtree {
        @Override
        public Kind kind() {
            return Kind.OTHER;
        }

        @Override
        public Relation relationOf(ConstrainedName name) {
            return Relation.UNKNOWN;
        }
    }

    /**
     * "Any DNS name that can be constructed by simply adding zero or more labels to the left-hand side of the name": a host
     * name and all below; all host names if it has no label.
     *
     * @param labels in lower case, possibly none
     */
    record Domain(List<String> labels) implements Subtree {
        public Domain {
            labels = List.copyOf(labels);
        }

        static Subtree of(String base) {
            if (base.isEmpty()) {
                return new Domain(List.of());
            }
            // Neither a wildcard nor a leading dot is in the preferred name syntax (RFC 1034 §3.5).
            Optional<List<String>> labels = ConstrainedName.labelsOf(base);
            return labels.isPresent() ? new Domain(labels.get()) : new Malformed(Kind.DNS);
        }

        @Override
        public Kind kind() {
            return Kind.DNS;
        }

        @Override
        public Relation relationOf(ConstrainedName name) {
            if (name.host().isEmpty()) {
                return Relation.UNKNOWN;
            }
            List<String> known = name.host().get();
            if (endsWith(known, labels)) {
                return Relation.INSIDE;
            }
            // "*.example.com" stands for "a.example.com", among others: a fence around the latter cuts it
            // (CVE-2025-61727).
            boolean oneBelow = name.isWildcard() && labels.size() == known.size() + 1 && endsWith(labels, known);
            return oneBelow ? Relation.PARTLY : Relation.OUTSIDE;
        }
    }

    /**
     * The addresses of a network: those that agree with its address where the mask has a one.
     *
     * @param address 4 or 16 bytes
     * @param mask as many bytes, ones then zeros
     */
    record Network(Octets address, Octets mask) implements Subtree {
        static Subtree of(byte[] encoded) {
            int half = encoded.length / 2;
            byte[] mask = Arrays.copyOfRange(encoded, half, encoded.length);
            if (encoded.length % 2 != 0 || !SubjectAltName.Ip.isLength(half) || !isPrefix(mask)) {
                return new Malformed(Kind.IP);
            }
            return new Network(Octets.of(Arrays.copyOf(encoded, half)), Octets.of(mask));
        }

        /** "In the style of RFC 4632 (CIDR)": ones, then zeros. */
        private static boolean isPrefix(byte[] mask) {
            boolean zeros = false;
            for (int i = 0; i < mask.length * Byte.SIZE; i++) {
                boolean one = (mask[i / Byte.SIZE] & (0x80 >> (i % Byte.SIZE))) != 0;
                if (one && zeros) {
                    return false;
                }
                zeros |= !one;
            }
            return true;
        }

        @Override
        public Kind kind() {
            return Kind.IP;
        }

        @Override
        public Relation relationOf(ConstrainedName name) {
            if (!(name.name() instanceof SubjectAltName.Ip ip)) {
                return Relation.UNKNOWN;
            }
            byte[] other = ip.address();
            if (other.length == address.length()) {
                return contains(other) ? Relation.INSIDE : Relation.OUTSIDE;
            }
            // Who asks for ::ffff:192.0.2.1 is connected to 192.0.2.1 (RFC 4291 §2.5.5.2), yet RFC 5280 has two kinds
            // of
            // address: not permitted by the network, and excluded by it.
            boolean mapped = IpLiteral.isMappedIpv4(other);
            return mapped && contains(Arrays.copyOfRange(other, other.length - address.length(), other.length))
                    ? Relation.UNKNOWN
                    : Relation.OUTSIDE;
        }

        private boolean contains(byte[] other) {
            for (int i = 0; i < other.length; i++) {
                if (((other[i] ^ address.shared()[i]) & mask.shared()[i]) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * One mailbox, all mailboxes of a host, or all of the hosts below a domain.
     *
     * @param localPart what stands before the at sign, compared as it is (RFC 5280 §7.5); empty for all
     * @param hosts the host or hosts
     */
    record Mailboxes(Optional<String> localPart, Hosts hosts) implements Subtree {
        static Subtree of(String base) {
            int at = base.lastIndexOf('@');
            Optional<Hosts> hosts = Hosts.of(base.substring(at + 1));
            if (at < 0 && hosts.isPresent()) {
                return new Mailboxes(Optional.empty(), hosts.get());
            }
            String localPart = ConstrainedName.localPartOf(base);
            boolean mailbox = hosts.isPresent() && !hosts.get().below() && ConstrainedName.isLocalPart(localPart);
            return mailbox ? new Mailboxes(Optional.of(localPart), hosts.get()) : new Malformed(Kind.EMAIL);
        }

        @Override
        public Kind kind() {
            return Kind.EMAIL;
        }

        @Override
        public Relation relationOf(ConstrainedName name) {
            if (name.host().isEmpty()) {
                return Relation.UNKNOWN;
            }
            if (!hosts.contain(name.host().get())) {
                return Relation.OUTSIDE;
            }
            String other = ConstrainedName.localPartOf(((SubjectAltName.Email) name.name()).address());
            if (localPart.isEmpty() || localPart.get().equals(other)) {
                return Relation.INSIDE;
            }
            // Quoted and not, it may be the same mailbox (RFC 5321 §4.1.2), however RFC 5280 §7.5 compares it.
            boolean quoted = other.startsWith("\"") || localPart.get().startsWith("\"");
            return quoted ? Relation.UNKNOWN : Relation.OUTSIDE;
        }
    }

    /**
     * The URIs of a host, or those of the hosts below a domain.
     *
     * @param hosts the host or hosts
     */
    record UriHosts(Hosts hosts) implements Subtree {
        static Subtree of(String base) {
            Optional<Hosts> hosts = Hosts.of(base);
            return hosts.isPresent() ? new UriHosts(hosts.get()) : new Malformed(Kind.URI);
        }

        @Override
        public Kind kind() {
            return Kind.URI;
        }

        /** "The constraint MUST be specified as a fully qualified domain name"; a URI without one is rejected. */
        @Override
        public Relation relationOf(ConstrainedName name) {
            if (name.host().isEmpty()) {
                return Relation.UNKNOWN;
            }
            return hosts.contain(name.host().get()) ? Relation.INSIDE : Relation.OUTSIDE;
        }
    }

    /**
     * A distinguished name and all that begin like it.
     *
     * @param base the name
     */
    record DirectorySubtree(DistinguishedName base) implements Subtree {
        @Override
        public Kind kind() {
            return Kind.DIRECTORY;
        }

        @Override
        public Relation relationOf(ConstrainedName name) {
            DistinguishedName directory = ((SubjectAltName.Directory) name.name()).distinguishedName();
            if (directory.isWithin(base)) {
                return Relation.INSIDE;
            }
            return directory.isPlain() && base.isPlain() ? Relation.OUTSIDE : Relation.UNKNOWN;
        }
    }

    /**
     * What stands for hosts in constraints on mailboxes and URIs: other than with DNS names one host is one host.
     *
     * @param labels of the host, or of the domain above the hosts
     * @param below whether the hosts below are meant, which a leading dot says
     */
    record Hosts(List<String> labels, boolean below) {
        public Hosts {
            labels = List.copyOf(labels);
        }

        static Optional<Hosts> of(String text) {
            boolean below = text.startsWith(".");
            return ConstrainedName.hostOf(below ? text.substring(1) : text).map(labels -> new Hosts(labels, below));
        }

        boolean contain(List<String> host) {
            return below ? host.size() > labels.size() && endsWith(host, labels) : host.equals(labels);
        }
    }

    private static boolean endsWith(List<String> labels, List<String> suffix) {
        int start = labels.size() - suffix.size();
        return start >= 0 && labels.subList(start, labels.size()).equals(suffix);
    }
}
