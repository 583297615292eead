package dev.sluice.x509;

import java.util.OptionalInt;

/**
 * Whether the subject is a CA, and for how long paths (RFC 5280 §4.2.1.9).
 *
 * @param ca whether the key may sign certificates
 * @param pathLength how many certificates of CAs may follow in a path; empty if there is no limit
 */
record BasicConstraints(boolean ca, OptionalInt pathLength) {
    static BasicConstraints read(DerReader reader) throws CertificateFormatException {
        DerReader constraints = reader.enter(DerReader.SEQUENCE);
        boolean ca = constraints.nextIs(DerReader.BOOLEAN) && constraints.readBoolean();
        OptionalInt pathLength = constraints.nextIs(DerReader.INTEGER)
                ? OptionalInt.of(constraints.readSaturatedUnsigned())
                : OptionalInt.empty();
        constraints.expectEnd();
        return new BasicConstraints(ca, pathLength);
    }
}
