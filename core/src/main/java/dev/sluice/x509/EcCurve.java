package dev.sluice.x509;

import java.io.IOException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.EllipticCurve;
import java.util.Optional;

/** The curve of an EC key: its name is taken, and nothing else (RFC 5480 §2.1.1). */
final class EcCurve {
    private EcCurve() {}

    /** Checks that the parameters of {@code algorithm} name a curve. */
    static void requireNamed(AlgorithmId algorithm) throws CertificateFormatException, KeyFormatException {
        DerReader parameters = DerReader.of(algorithm.parameters());
        if (parameters.nextIs(DerReader.SEQUENCE)) {
            // CVE-2020-0601: parameters of somebody's own choice make keys that look like somebody else's.
            throw KeyFormatException.unsupported("EC key has explicit curve parameters, expected the name of a curve");
        }
        parameters.readObjectIdentifier();
    }

    /** The curve, if the JDK knows it. */
    static Optional<ECParameterSpec> find(AlgorithmId algorithm) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(algorithm.parameters());
            return Optional.of(parameters.getParameterSpec(ECParameterSpec.class));
        } catch (GeneralSecurityException | IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** How long a private number of the curve is (RFC 5915 §3). */
    static int privateBytes(ECParameterSpec curve) {
        return (curve.getOrder().bitLength() + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Checks that a point lies on the curve; on another one it gives the other side's private key away. */
    static void requireOnCurve(ECPoint point, ECParameterSpec parameters) throws KeyFormatException {
        EllipticCurve curve = parameters.getCurve();
        if (!(curve.getField() instanceof ECFieldFp field)) {
            throw KeyFormatException.unsupported("EC key is on a curve over a binary field, expected a prime field");
        }
        BigInteger p = field.getP();
        BigInteger x = point.getAffineX();
        BigInteger y = point.getAffineY();
        boolean onCurve = !point.equals(ECPoint.POINT_INFINITY)
                && inField(x, p)
                && inField(y, p)
                && y.multiply(y)
                                .subtract(x.multiply(x).add(curve.getA()).multiply(x))
                                .subtract(curve.getB())
                                .mod(p)
                                .signum()
                        == 0;
        if (!onCurve) {
            throw KeyFormatException.malformed("point of the EC key is not on its curve");
        }
    }

    private static boolean inField(BigInteger coordinate, BigInteger p) {
        return coordinate.signum() >= 0 && coordinate.compareTo(p) < 0;
    }
}
