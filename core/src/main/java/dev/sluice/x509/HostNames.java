package dev.sluice.x509;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Compares the name by which a user asked for a server with the names that its certificate was issued for (RFC 9525).
 *
 * <ul>
 *   <li>Only the subject alternative names count, never the common name (RFC 9525 §2).
 *   <li>A host name is compared with DNS entries, label by label, without regard to the case of ASCII letters. Labels
 *       that are not ASCII are converted to A-labels first; those of which IDNA2003 and UTS #46 make different names
 *       ({@code straße}, say) are not well-formed here and have to be written as A-labels. One trailing dot is
 *       ignored.
 *   <li>An entry has to be in ASCII; U-labels in it match nothing, nor does an entry with a trailing dot.
 *   <li>An entry may have one wildcard, which is the whole of its left-most label and stands for exactly one label (RFC
 *       9525 §6.3). At least two labels must follow, so that nobody owns {@code *.com}; a {@link WildcardRule} asks for
 *       more.
 *   <li>An IPv4 or IPv6 literal is compared with IP entries, all bytes of it (RFC 9525 §6.4). It never matches a DNS entry,
 *       nor does a host name an IP entry. An IPv6 literal with a zone ({@code fe80::1%eth0}) matches nothing, because the
 *       zone is this host's own name for a link, which no certificate can vouch for.
 *   <li>What is not well-formed, on either side, matches nothing.
 * </ul>
 *
 * <p>Nothing here ever asks a name server. Stateless, thread-safe.
 */
public final class HostNames {
    private HostNames() {}

    /**
     * The form in which a name is sent as a server name (RFC 6066 §3): A-labels, lower case, no trailing dot.
     *
     * @param name host name or IP literal as the user gave it
     * @return the name to send; empty for IP literals, which must not be sent, and for what is not well-formed
     */
    public static Optional<String> toServerName(String name) {
        return ReferenceName.parse(name)
                .filter(ReferenceName.DnsName.class::isInstance)
                .map(host -> String.join(".", ((ReferenceName.DnsName) host).labels()));
    }

    /**
     * Reads an IP literal, strictly and without asking a name server.
     *
     * @param text an IPv4 or IPv6 address in digits; an IPv6 address may stand in brackets
     * @return the address, or empty if the text is anything else
     */
    public static Optional<InetAddress> ipLiteral(String text) {
        return IpLiteral.parse(text).map(HostNames::toAddress);
    }

    static InetAddress toAddress(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("IP literal has " + bytes.length + " bytes, expected 4 or 16", e);
        }
    }

    /**
     * Says whether a certificate was issued for a name, by {@link WildcardRule#TWO_LABELS}.
     *
     * @param certificate the certificate of the server
     * @param name host name or IP literal as the user gave it; an IPv6 literal may stand in brackets
     * @return true if one of its alternative names matches
     */
    public static boolean matches(SslCertificate certificate, String name) {
        return matches(certificate, name, WildcardRule.TWO_LABELS);
    }

    /**
     * Says whether a certificate was issued for a name.
     *
     * @param certificate the certificate of the server
     * @param name host name or IP literal as the user gave it; an IPv6 literal may stand in brackets
     * @param wildcards how much a wildcard may stand for
     * @return true if one of its alternative names matches
     */
    public static boolean matches(SslCertificate certificate, String name, WildcardRule wildcards) {
        return matches(certificate.subjectAlternativeNames(), name, wildcards);
    }

    /**
     * Says whether a name is among alternative names, by {@link WildcardRule#TWO_LABELS}.
     *
     * @param alternatives the names of a certificate, as written there
     * @param name host name or IP literal as the user gave it; an IPv6 literal may stand in brackets
     * @return true if one of them matches
     */
    public static boolean matches(List<SubjectAltName> alternatives, String name) {
        return matches(alternatives, name, WildcardRule.TWO_LABELS);
    }

    /**
     * Says whether a name is among alternative names.
     *
     * @param alternatives the names of a certificate, as written there
     * @param name host name or IP literal as the user gave it; an IPv6 literal may stand in brackets
     * @param wildcards how much a wildcard may stand for
     * @return true if one of them matches
     */
    public static boolean matches(List<SubjectAltName> alternatives, String name, WildcardRule wildcards) {
        return ReferenceName.parse(name)
                .filter(reference -> alternatives.stream().anyMatch(entry -> reference.matches(entry, wildcards)))
                .isPresent();
    }
}
