package dev.sluice.x509;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether a server's common name is a copy of one of its alternative names (Baseline Requirements 7.1.4.3): of a DNS entry
 * character by character, of an address in the one text form that RFC 3986 §3.2.2 and RFC 5952 §4 give it.
 *
 * <p>Nobody is identified by the common name here; the check finds certificates that tell two kinds of software two
 * different names. Hence its limits: a common name that no software takes for a host or an address is not looked at; it is
 * compared with entries of its own kind, if there are any; and the domain of a wildcard entry counts as told.
 */
final class CommonNameCheck {
    private static final String WILDCARD = "*.";

    private CommonNameCheck() {}

    static boolean isCopied(SslCertificate leaf) {
        List<String> commonNames = leaf.tbs().subject().values(DistinguishedName.COMMON_NAME);
        if (commonNames.isEmpty()) {
            return true;
        }
        String commonName = commonNames.get(0);
        List<String> sameKind;
        if (looksLikeAddress(commonName)) {
            sameKind = leaf.subjectAlternativeNames().stream()
                    .filter(SubjectAltName.Ip.class::isInstance)
                    .map(name -> IpLiteral.format(((SubjectAltName.Ip) name).address()))
                    .toList();
        } else if (looksLikeHostName(commonName)) {
            sameKind = leaf.subjectAlternativeNames().stream()
                    .filter(SubjectAltName.Dns.class::isInstance)
                    .map(name -> ((SubjectAltName.Dns) name).name())
                    .toList();
        } else {
            sameKind = List.of();
        }
        // "If present, this attribute MUST contain exactly one entry".
        return commonNames.size() == 1
                && (sameKind.isEmpty() || sameKind.contains(commonName) || sameKind.contains(WILDCARD + commonName));
    }

    /** In any of the forms that some resolver reads: with leading zeros, in hexadecimal, in one number. */
    private static boolean looksLikeAddress(String text) {
        String lowerCase = text.toLowerCase(Locale.ROOT);
        String lastLabel = lowerCase.substring(lowerCase.lastIndexOf('.') + 1);
        boolean number = !lastLabel.isEmpty() && lastLabel.chars().allMatch(c -> c >= '0' && c <= '9');
        return number || lastLabel.startsWith("0x") || IpLiteral.parse(text).isPresent();
    }

    private static boolean looksLikeHostName(String text) {
        return text.indexOf('.') >= 0 && text.chars().noneMatch(Character::isWhitespace);
    }

    /**
     * Whether a name means the host itself. No authority that the Baseline Requirements bind may vouch for such a name (they
     * forbid internal names and reserved addresses, 4.2.2), so the certificate is that of a private one, which they do not
     * bind.
     */
    static boolean isOfHostItself(PeerName name) {
        Optional<ReferenceName> reference =
                name instanceof PeerName.Name given ? ReferenceName.parse(given.value()) : Optional.empty();
        return reference.isPresent() && reference.get().isLoopback();
    }
}
