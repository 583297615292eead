package dev.sluice.x509;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Writes names of the type {@code GeneralName} as text: the kind, a colon, and the name as it stands there. */
final class GeneralNameText {
    private GeneralNameText() {}

    static String of(SubjectAltName name) {
        if (name instanceof SubjectAltName.Dns dns) {
            return "DNS:" + dns.name();
        }
        if (name instanceof SubjectAltName.Ip ip) {
            return "IP:" + address(ip.address());
        }
        if (name instanceof SubjectAltName.Email email) {
            return "email:" + email.address();
        }
        if (name instanceof SubjectAltName.Uri uri) {
            return "URI:" + uri.uri();
        }
        if (name instanceof SubjectAltName.Directory directory) {
            return "dirName:" + directory.name();
        }
        return "other:" + kindOf((SubjectAltName.Other) name);
    }

    /** RFC 5280 §4.2.1.6. */
    private static String kindOf(SubjectAltName.Other other) {
        return switch (other.tag()) {
            case 0 -> "otherName";
            case 3 -> "x400Address";
            case 5 -> "ediPartyName";
            case 7 -> "iPAddress of wrong length";
            case 8 -> "registeredID";
            default -> "[" + other.tag() + "]";
        };
    }

    /** An address of 4 or 16 bytes as a literal. */
    static String address(byte[] address) {
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            return HexFormat.of().formatHex(address);
        }
    }
}
