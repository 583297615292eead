package dev.sluice.x509;

/** Compares mail addresses (RFC 5280 §7.5): what stands before the at sign as it is, the host without regard to case. */
final class MailAddresses {
    private MailAddresses() {}

    /** Whether a certificate was issued for a mail address: only its alternative names count, never the subject. */
    static boolean matches(SslCertificate certificate, String address) {
        int at = address.lastIndexOf('@');
        String host = address.substring(at + 1);
        return at > 0
                && ReferenceName.DnsName.isHostName(host)
                && certificate.subjectAlternativeNames().stream()
                        .anyMatch(name -> name instanceof SubjectAltName.Email email
                                && isSame(email.address(), address.substring(0, at + 1), host));
    }

    private static boolean isSame(String presented, String localPart, String host) {
        return presented.startsWith(localPart)
                && presented.substring(localPart.length()).equalsIgnoreCase(host);
    }
}
