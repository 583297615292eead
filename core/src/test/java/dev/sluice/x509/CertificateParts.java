package dev.sluice.x509;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * A certificate taken apart, to be put together again with other bytes in some places (RFC 5280 §4.1). The lengths around
 * them are right afterwards, and the signature can be as well; so what a fuzzer puts there gets through to the code that
 * reads it, and to the verifier.
 */
final class CertificateParts {
    /** The fields of the certificate proper, in their order. */
    enum Part {
        VERSION,
        SERIAL_NUMBER,
        SIGNATURE_ALGORITHM,
        ISSUER,
        VALIDITY,
        SUBJECT,
        PUBLIC_KEY,
        EXTENSIONS
    }

    private static final int EXPLICIT_EXTENSIONS = 0xa3;
    private static final byte[] CRITICAL = {DerReader.BOOLEAN, 1, -1};

    private final Map<Part, byte[]> parts = new EnumMap<>(Part.class);
    private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();

    private CertificateParts() {}

    /** The parts of a certificate that was made by the fixture, and so has all of them. */
    static CertificateParts of(SslCertificate certificate) {
        CertificateParts result = new CertificateParts();
        try {
            DerReader tbs =
                    DerReader.of(certificate.toDer()).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE);
            for (Part part : Part.values()) {
                int tag = tbs.peekTag();
                DerReader content = tbs.enter(tag);
                if (part == Part.EXTENSIONS) {
                    result.extensions.writeBytes(content.readBytes(DerReader.SEQUENCE));
                } else {
                    result.parts.put(part, element(tag, content.rest()));
                }
            }
            tbs.expectEnd();
        } catch (CertificateFormatException e) {
            throw new IllegalArgumentException("not a certificate with all parts", e);
        }
        return result;
    }

    /** Puts any bytes in the place of a part. */
    CertificateParts with(Part part, byte[] element) {
        parts.put(part, element);
        return this;
    }

    CertificateParts withoutExtensions() {
        extensions.reset();
        return this;
    }

    /**
     * Adds an extension (RFC 5280 §4.1.2.9).
     *
     * @param identifier the content of its object identifier
     */
    CertificateParts withExtension(byte[] identifier, boolean isCritical, byte[] value) {
        extensions.writeBytes(element(
                DerReader.SEQUENCE,
                element(DerReader.OBJECT_IDENTIFIER, identifier),
                isCritical ? CRITICAL : new byte[0],
                element(DerReader.OCTET_STRING, value)));
        return this;
    }

    /** The certificate with a signature of 64 zeros. */
    byte[] unsigned() {
        return certificate(tbs(), new byte[64]);
    }

    /** The certificate with a right signature, if the key is that of the issuer and fits the signature algorithm. */
    byte[] signed(PrivateKey key, String algorithm) {
        try {
            byte[] tbs = tbs();
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(tbs);
            return certificate(tbs, signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign with " + algorithm, e);
        }
    }

    private byte[] tbs() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.values().forEach(all::writeBytes);
        if (extensions.size() > 0 && !parts.containsKey(Part.EXTENSIONS)) {
            all.writeBytes(element(EXPLICIT_EXTENSIONS, element(DerReader.SEQUENCE, extensions.toByteArray())));
        }
        return element(DerReader.SEQUENCE, all.toByteArray());
    }

    private byte[] certificate(byte[] tbs, byte[] signature) {
        return element(
                DerReader.SEQUENCE,
                tbs,
                parts.getOrDefault(Part.SIGNATURE_ALGORITHM, new byte[0]),
                element(DerReader.BIT_STRING, new byte[1], signature));
    }

    /** An element with this content, its length in the shortest form (X.690 §10.1). */
    static byte[] element(int tag, byte[]... content) {
        int length = Arrays.stream(content).mapToInt(part -> part.length).sum();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (length < 0x80) {
            all.write(length);
        } else {
            int bytes = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / Byte.SIZE;
            all.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                all.write(length >>> (Byte.SIZE * i));
            }
        }
        for (byte[] part : content) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
