package dev.sluice.x509;

/** What the certificate of a peer has to be good for. */
public enum Purpose {
    /** The peer is a TLS server; the verifier is a client ({@code id-kp-serverAuth}, RFC 5280 §4.2.1.12). */
    SERVER("1.3.6.1.5.5.7.3.1"),
    /** The peer is a TLS client; the verifier is a server ({@code id-kp-clientAuth}, RFC 5280 §4.2.1.12). */
    CLIENT("1.3.6.1.5.5.7.3.2");

    private final String extendedKeyUsage;

    Purpose(String extendedKeyUsage) {
        this.extendedKeyUsage = extendedKeyUsage;
    }

    /** The object identifier that an extended key usage extension needs for this purpose. */
    String extendedKeyUsage() {
        return extendedKeyUsage;
    }
}
