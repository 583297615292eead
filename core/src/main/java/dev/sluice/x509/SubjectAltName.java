package dev.sluice.x509;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * One entry of a certificate's subject alternative names (RFC 5280 §4.2.1.6). A closed set.
 *
 * <p>An entry is what the certificate claims, as it stands there: a name may hold any character, NUL and blanks
 * included. Nothing here makes it well-formed; that is judged when names are compared ({@link HostNames}).
 *
 * <p>Immutable, share freely.
 */
public sealed interface SubjectAltName {
    /**
     * A {@code dNSName}.
     *
     * @param name the name as written, possibly with a wildcard
     */
    record Dns(String name) implements SubjectAltName {
        /**
         * Makes the entry.
         *
         * @param name the name as written, possibly with a wildcard
         */
        public Dns {
            Objects.requireNonNull(name, "name");
        }
    }

    /** An {@code iPAddress}: 4 bytes for IPv4, 16 for IPv6, in network order. */
    final class Ip implements SubjectAltName {
        private final byte[] address;

        /**
         * Makes the entry.
         *
         * @param address the address in network order; copied
         * @throws IllegalArgumentException if it has neither 4 nor 16 bytes
         */
        public Ip(byte[] address) {
            if (!isLength(address.length)) {
                throw new IllegalArgumentException("IP address has " + address.length + " bytes, expected 4 or 16");
            }
            this.address = address.clone();
        }

        static boolean isLength(int bytes) {
            return bytes == 4 || bytes == 16;
        }

        /**
         * The address.
         *
         * @return 4 or 16 bytes in network order; a copy
         */
        public byte[] address() {
            return address.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Ip ip && Arrays.equals(address, ip.address);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(address);
        }

        @Override
        public String toString() {
            try {
                return "Ip[" + InetAddress.getByAddress(address).getHostAddress() + "]";
            } catch (UnknownHostException e) {
                return "Ip[" + HexFormat.of().formatHex(address) + "]";
            }
        }
    }

    /**
     * An {@code rfc822Name}.
     *
     * @param address the mail address as written
     */
    record Email(String address) implements SubjectAltName {
        /**
         * Makes the entry.
         *
         * @param address the mail address as written
         */
        public Email {
            Objects.requireNonNull(address, "address");
        }
    }

    /**
     * A {@code uniformResourceIdentifier}.
     *
     * @param uri the identifier as written
     */
    record Uri(String uri) implements SubjectAltName {
        /**
         * Makes the entry.
         *
         * @param uri the identifier as written
         */
        public Uri {
            Objects.requireNonNull(uri, "uri");
        }
    }

    /** A {@code directoryName}: a distinguished name. */
    final class Directory implements SubjectAltName {
        private final DistinguishedName name;

        Directory(DistinguishedName name) {
            this.name = name;
        }

        /**
         * The name in the form of RFC 2253.
         *
         * @return {@code CN=example,O=Example Ltd} for example
         */
        public String name() {
            return name.name();
        }

        DistinguishedName distinguishedName() {
            return name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Directory directory && name.equals(directory.name);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }

        @Override
        public String toString() {
            return "Directory[" + name + "]";
        }
    }

    /**
     * An entry of a kind that names no TLS peer, or an {@code iPAddress} of a length that no address has.
     *
     * @param tag the number of the choice in {@code GeneralName}, 0 to 8
     */
    record Other(int tag) implements SubjectAltName {
        /** An {@code iPAddress} of a length that no address has. */
        static final Other BAD_IP = new Other(7);
    }
}
