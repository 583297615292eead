package dev.sluice.x509;

import dev.sluice.x509.SubjectAltName.Directory;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.interfaces.DSAKey;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Writes a certificate as text for people.
 *
 * <p>Invariant: a line begins with what this class writes, and what the certificate says stays within its line ({@link
 * PeerText}). So no certificate can show fields that it does not have. Long lines and long lists are cut.
 *
 * <p>One thread at a time.
 */
final class CertificateText {
    static final int MAXIMUM_LINE = 1000;
    static final int MAXIMUM_LIST = 500;

    private static final int INDENT = 4;
    private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();
    /** RFC 5280 §4.1.2.5: says that there is no expiry. */
    private static final Instant NO_EXPIRY = Instant.parse("9999-12-31T23:59:59Z");

    private final StringBuilder text = new StringBuilder();

    private CertificateText() {}

    static String of(SslCertificate certificate) {
        CertificateText writer = new CertificateText();
        writer.write(certificate);
        return writer.text.toString();
    }

    private void write(SslCertificate certificate) {
        line(0, "Certificate:");
        line(1, "Version: " + certificate.version());
        line(1, "Serial Number: " + hexOf(certificate.serialNumber()));
        line(
                1,
                "Signature Algorithm: "
                        + PeerText.escapedAscii(certificate.toX509().getSigAlgName()));
        line(1, "Issuer: " + NameText.of(certificate.tbs().issuer()));
        line(1, "Not Before: " + certificate.notBefore());
        line(1, "Not After: " + expiry(certificate.notAfter()));
        line(1, "Subject: " + NameText.of(certificate.tbs().subject()));
        line(1, "Public Key: " + keyOf(certificate));
        List<SslCertificateExtension> extensions = certificate.extensions();
        if (!extensions.isEmpty()) {
            line(1, "Extensions:");
            list(2, extensions, this::extension);
        }
        line(1, "Fingerprints:");
        line(2, "SHA-256: " + HEX.formatHex(certificate.digest("SHA-256")));
        line(2, "SHA-1: " + HEX.formatHex(certificate.digest("SHA-1")));
    }

    private static String expiry(Instant notAfter) {
        return notAfter.equals(NO_EXPIRY) ? notAfter + " (no expiry)" : notAfter.toString();
    }

    /** In hexadecimal digits, which take linear time; decimal ones do not. */
    private static String hexOf(BigInteger number) {
        byte[] magnitude = number.abs().toByteArray();
        boolean padded = magnitude.length > 1 && magnitude[0] == 0;
        return (number.signum() < 0 ? "-" : "") + HEX.formatHex(magnitude, padded ? 1 : 0, magnitude.length);
    }

    private static String keyOf(SslCertificate certificate) {
        SubjectPublicKeyInfo info = certificate.tbs().publicKey();
        if (info.isRsa()) {
            return "RSA, " + info.rsaBits() + " bits";
        }
        if (info.algorithm().equals(SubjectPublicKeyInfo.EC)) {
            String curve = info.namedCurve();
            return curve.isEmpty() ? "EC, curve not named" : "EC, curve " + ObjectNames.curve(curve);
        }
        PublicKey key = certificate.publicKey();
        if (key instanceof DSAKey dsa && dsa.getParams() != null) {
            return "DSA, " + dsa.getParams().getP().bitLength() + " bits";
        }
        return ObjectNames.keyAlgorithm(info.algorithm());
    }

    private void extension(int depth, SslCertificateExtension extension) {
        Object value = extension.value();
        if (value instanceof List<?> || value instanceof Map<?, ?>) {
            line(depth, extension + ":");
            value(depth + 1, value);
        } else {
            line(depth, extension + ": " + inLine(value));
        }
    }

    /** Writes one of the structures that {@link SslCertificateExtension} gives: they are few levels deep. */
    private void value(int depth, Object value) {
        if (value instanceof List<?> items) {
            list(depth, items, this::item);
        } else if (value instanceof Map<?, ?> fields) {
            list(depth, List.copyOf(fields.entrySet()), this::field);
        } else {
            line(depth, inLine(value));
        }
    }

    private void item(int depth, Object item) {
        if (item instanceof Map<?, ?>) {
            line(depth, "-");
            value(depth + 1, item);
        } else {
            value(depth, item);
        }
    }

    private void field(int depth, Map.Entry<?, ?> field) {
        if (field.getValue() instanceof List<?> items) {
            line(depth, field.getKey() + ":");
            value(depth + 1, items);
        } else {
            line(depth, field.getKey() + ": " + inLine(field.getValue()));
        }
    }

    private static String inLine(Object value) {
        if (value instanceof Directory directory) {
            // Escaped already, the other way.
            return GeneralNameText.of(directory);
        }
        if (value instanceof SubjectAltName name) {
            return PeerText.escapedAscii(GeneralNameText.of(name));
        }
        if (value instanceof byte[] bytes) {
            return HEX.formatHex(bytes, 0, Math.min(bytes.length, MAXIMUM_LINE));
        }
        return PeerText.escaped(value.toString());
    }

    private <T> void list(int depth, List<T> items, ItemWriter<? super T> writer) {
        for (T item : items.subList(0, Math.min(items.size(), MAXIMUM_LIST))) {
            writer.write(depth, item);
        }
        if (items.size() > MAXIMUM_LIST) {
            line(depth, "(" + (items.size() - MAXIMUM_LIST) + " more)");
        }
    }

    @FunctionalInterface
    private interface ItemWriter<T> {
        void write(int depth, T item);
    }

    private void line(int depth, String content) {
        text.append(" ".repeat(INDENT * depth));
        if (content.length() <= MAXIMUM_LINE) {
            text.append(content);
        } else {
            boolean splitsPair = Character.isHighSurrogate(content.charAt(MAXIMUM_LINE - 1));
            int end = splitsPair ? MAXIMUM_LINE - 1 : MAXIMUM_LINE;
            text.append(content, 0, end)
                    .append("... (")
                    .append(content.length() - end)
                    .append(" more)");
        }
        text.append('\n');
    }
}
