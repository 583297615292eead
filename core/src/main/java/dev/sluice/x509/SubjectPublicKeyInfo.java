package dev.sluice.x509;

import dev.sluice.x509.VerificationPolicy.Curve;
import java.math.BigInteger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The public key of a certificate as it stands there (RFC 5280 §4.1.2.7), before anybody makes a key object of it.
 *
 * @param algorithm the dotted object identifier of the kind of key
 * @param parameters the parameters with their tag; empty if there are none
 * @param key the content of the bit string
 */
record SubjectPublicKeyInfo(String algorithm, Octets parameters, Octets key) {
    static final String RSA = "1.2.840.113549.1.1.1";
    static final String RSASSA_PSS = "1.2.840.113549.1.1.10";
    static final String EC = "1.2.840.10045.2.1";
    static final String ED25519 = "1.3.101.112";
    static final String ED448 = "1.3.101.113";

    static SubjectPublicKeyInfo read(DerReader certificate) throws CertificateFormatException {
        DerReader info = certificate.enter(DerReader.SEQUENCE);
        DerReader identifier = info.enter(DerReader.SEQUENCE);
        String algorithm = identifier.readObjectIdentifier();
        Octets parameters = Octets.of(identifier.rest());
        byte[] bits = info.readBytes(DerReader.BIT_STRING);
        info.expectEnd();
        if (bits.length == 0 || bits[0] != 0) {
            throw new CertificateFormatException("public key is not a whole number of octets");
        }
        return new SubjectPublicKeyInfo(algorithm, parameters, Octets.of(Arrays.copyOfRange(bits, 1, bits.length)));
    }

    /** The curve that the key is on; null if it is on none, or on one that no policy allows. */
    @Nullable
    Curve curve() {
        return switch (algorithm) {
            case ED25519 -> Curve.ED25519;
            case ED448 -> Curve.ED448;
            default -> Curve.byOid(namedCurve());
        };
    }

    boolean isRsa() {
        return algorithm.equals(RSA) || algorithm.equals(RSASSA_PSS);
    }

    /** The modulus of an RSA key (RFC 8017 §A.1.1) in bits; 0 if the key is none or malformed. */
    int rsaBits() {
        try {
            DerReader reader = DerReader.of(key.shared());
            DerReader numbers = reader.enter(DerReader.SEQUENCE);
            reader.expectEnd();
            BigInteger modulus = numbers.readInteger(DerReader.INTEGER);
            BigInteger exponent = numbers.readInteger(DerReader.INTEGER);
            numbers.expectEnd();
            boolean sound = modulus.signum() > 0 && modulus.testBit(0) && isExponent(exponent);
            return isRsa() && sound ? modulus.bitLength() : 0;
        } catch (CertificateFormatException e) {
            return 0;
        }
    }

    /** An even exponent or 1 makes no signature; one that is very large only makes work. */
    private static boolean isExponent(BigInteger exponent) {
        return exponent.testBit(0) && exponent.compareTo(BigInteger.TWO) > 0 && exponent.bitLength() <= Long.SIZE;
    }

    /** The named curve of an elliptic-curve key (RFC 5480 §2.1.1); empty if it is written out, implied or missing. */
    String namedCurve() {
        try {
            DerReader reader = DerReader.of(parameters.shared());
            String curve = algorithm.equals(EC) ? reader.readObjectIdentifier() : "";
            return reader.hasMore() ? "" : curve;
        } catch (CertificateFormatException e) {
            // ECParameters, implicitCurve or nothing: RFC 5480 §2.1.1 allows none of them.
            return "";
        }
    }
}
