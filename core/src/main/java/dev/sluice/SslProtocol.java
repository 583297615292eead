package dev.sluice;

import java.util.Optional;

/**
 * A protocol version of TLS, known by the number that stands on the wire (RFC 8446 §4.2.1).
 *
 * <p>Versions are compared by {@link #wireVersion()}, never by their position in this enum; what a configuration
 * allows is a {@link ProtocolRange}. TLS 1.0 and 1.1 are listed so that they can be named when they are refused
 * (RFC 8996).
 *
 * <p>Immutable, share freely.
 */
public enum SslProtocol {
    /** TLS 1.0 (RFC 2246). Below the floor: no configuration takes it. */
    TLS_1_0(0x0301, "TLSv1"),
    /** TLS 1.1 (RFC 4346). Below the floor: no configuration takes it. */
    TLS_1_1(0x0302, "TLSv1.1"),
    /** TLS 1.2 (RFC 5246). */
    TLS_1_2(0x0303, "TLSv1.2"),
    /** TLS 1.3 (RFC 8446). */
    TLS_1_3(0x0304, "TLSv1.3");

    private final int wireVersion;
    private final String standardName;

    SslProtocol(int wireVersion, String standardName) {
        this.wireVersion = wireVersion;
        this.standardName = standardName;
    }

    /**
     * The version number as it is sent, {@code 0x0303} for TLS 1.2.
     *
     * @return the two bytes of ProtocolVersion as one number
     */
    public int wireVersion() {
        return wireVersion;
    }

    /**
     * The name in common use, {@code TLSv1.3} for example.
     *
     * @return the name by which Java's and OpenSSL's interfaces call this version
     */
    public String standardName() {
        return standardName;
    }

    /**
     * Finds a version by its number on the wire.
     *
     * @param wireVersion the two bytes of ProtocolVersion as one number
     * @return the version, or empty if it is not one of TLS 1.0 to 1.3
     */
    public static Optional<SslProtocol> fromWireVersion(int wireVersion) {
        for (SslProtocol protocol : values()) {
            if (protocol.wireVersion == wireVersion) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }

    /**
     * Finds a version by its {@linkplain #standardName() name}.
     *
     * @param standardName the name, {@code TLSv1.2} for example; case matters
     * @return the version, or empty if the name is not one of TLS 1.0 to 1.3
     */
    public static Optional<SslProtocol> fromStandardName(String standardName) {
        for (SslProtocol protocol : values()) {
            if (protocol.standardName.equals(standardName)) {
                return Optional.of(protocol);
            }
        }
        return Optional.empty();
    }
}
