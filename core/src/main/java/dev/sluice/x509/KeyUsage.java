package dev.sluice.x509;

import java.util.EnumSet;
import java.util.Set;

/** What a key may be used for, with the number of the bit that says so (RFC 5280 §4.2.1.3). */
enum KeyUsage {
    DIGITAL_SIGNATURE(0),
    NON_REPUDIATION(1),
    KEY_ENCIPHERMENT(2),
    DATA_ENCIPHERMENT(3),
    KEY_AGREEMENT(4),
    KEY_CERT_SIGN(5),
    CRL_SIGN(6),
    ENCIPHER_ONLY(7),
    DECIPHER_ONLY(8);

    private final int bit;

    KeyUsage(int bit) {
        this.bit = bit;
    }

    static Set<KeyUsage> read(DerReader reader) throws CertificateFormatException {
        boolean[] bits = reader.readNamedBits();
        Set<KeyUsage> result = EnumSet.noneOf(KeyUsage.class);
        for (KeyUsage usage : values()) {
            if (usage.bit < bits.length && bits[usage.bit]) {
                result.add(usage);
            }
        }
        return Set.copyOf(result);
    }
}
