package dev.sluice.bc;

import dev.sluice.SignatureScheme;
import java.security.PublicKey;
import java.util.EnumSet;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.teletrust.TeleTrusTObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Which schemes a key on a curve signs with. */
final class EcCurveSchemes {
    private EcCurveSchemes() {}

    /** In TLS 1.2 the hash is tied to no curve (RFC 5246 §7.4.1.4.1), and the names of the schemes are those of the hashes. */
    static Set<SignatureScheme> inTls12() {
        return EnumSet.of(
                SignatureScheme.ECDSA_SECP256R1_SHA256,
                SignatureScheme.ECDSA_SECP384R1_SHA384,
                SignatureScheme.ECDSA_SECP521R1_SHA512);
    }

    /** In TLS 1.3 a curve has one scheme (RFC 8446 §4.2.3, RFC 8734 §3); none for a curve without a name in TLS. */
    static Set<SignatureScheme> inTls13(PublicKey publicKey) {
        Object curve = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded())
                .getAlgorithm()
                .getParameters();
        Set<SignatureScheme> schemes = EnumSet.noneOf(SignatureScheme.class);
        if (!(curve instanceof ASN1ObjectIdentifier name)) {
            return schemes;
        }
        if (name.equals(SECObjectIdentifiers.secp256r1)) {
            schemes.add(SignatureScheme.ECDSA_SECP256R1_SHA256);
        } else if (name.equals(SECObjectIdentifiers.secp384r1)) {
            schemes.add(SignatureScheme.ECDSA_SECP384R1_SHA384);
        } else if (name.equals(SECObjectIdentifiers.secp521r1)) {
            schemes.add(SignatureScheme.ECDSA_SECP521R1_SHA512);
        } else if (name.equals(TeleTrusTObjectIdentifiers.brainpoolP256r1)) {
            schemes.add(SignatureScheme.ECDSA_BRAINPOOLP256R1_TLS13_SHA256);
        } else if (name.equals(TeleTrusTObjectIdentifiers.brainpoolP384r1)) {
            schemes.add(SignatureScheme.ECDSA_BRAINPOOLP384R1_TLS13_SHA384);
        } else if (name.equals(TeleTrusTObjectIdentifiers.brainpoolP512r1)) {
            schemes.add(SignatureScheme.ECDSA_BRAINPOOLP512R1_TLS13_SHA512);
        }
        return schemes;
    }
}
