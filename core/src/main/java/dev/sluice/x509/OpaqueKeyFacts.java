package dev.sluice.x509;

import java.security.PrivateKey;
import java.security.interfaces.DSAKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.XECKey;
import java.security.spec.NamedParameterSpec;
import javax.crypto.interfaces.DHKey;

/** What a key shows of itself that shows no encoding: its name, and what the interfaces of the JDK ask it for. */
final class OpaqueKeyFacts {
    private OpaqueKeyFacts() {}

    /** Providers name the family; the curve shows in the parameters. */
    static KeyAlgorithm algorithmOf(PrivateKey key) {
        if (key instanceof EdECKey edwards) {
            return KeyAlgorithm.ofName(edwards.getParams().getName());
        }
        if (key instanceof XECKey montgomery && montgomery.getParams() instanceof NamedParameterSpec named) {
            return KeyAlgorithm.ofName(named.getName());
        }
        return KeyAlgorithm.ofName(key.getAlgorithm());
    }

    static int lengthOf(PrivateKey key) {
        if (key instanceof RSAKey rsa && rsa.getModulus() != null) {
            return rsa.getModulus().bitLength();
        }
        if (key instanceof ECKey ec) {
            return ParsedKey.fieldBits(ec);
        }
        if (key instanceof DSAKey dsa && dsa.getParams() != null) {
            return dsa.getParams().getP().bitLength();
        }
        if (key instanceof DHKey dh && dh.getParams() != null) {
            return dh.getParams().getP().bitLength();
        }
        return switch (algorithmOf(key)) {
            case ED25519, X25519 -> 255;
            case ED448, X448 -> 448;
            case RSA, RSASSA_PSS, EC, DSA, DH, OTHER -> 0;
        };
    }
}
