package dev.sluice.conformance.harness;

import dev.sluice.ProtocolRange;
import dev.sluice.SslProtocol;
import dev.sluice.spi.TlsFeature;

/** A protocol version that both sides speak. */
public enum Version {
    /** TLS 1.2 alone. */
    TLS_1_2,
    /** TLS 1.3 alone. */
    TLS_1_3;

    /**
     * The version as a range.
     *
     * @return a range of one
     */
    public ProtocolRange range() {
        return switch (this) {
            case TLS_1_2 -> ProtocolRange.TLS_1_2;
            case TLS_1_3 -> ProtocolRange.TLS_1_3;
        };
    }

    /**
     * What a backend declares that has pre-shared keys in this version.
     *
     * @return the feature
     */
    public TlsFeature preSharedKeys() {
        return switch (this) {
            case TLS_1_2 -> TlsFeature.PSK_TLS_1_2;
            case TLS_1_3 -> TlsFeature.PSK_TLS_1_3;
        };
    }

    /**
     * The version.
     *
     * @return the protocol
     */
    public SslProtocol protocol() {
        return switch (this) {
            case TLS_1_2 -> SslProtocol.TLS_1_2;
            case TLS_1_3 -> SslProtocol.TLS_1_3;
        };
    }
}
