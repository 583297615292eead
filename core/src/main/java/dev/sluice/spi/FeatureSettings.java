package dev.sluice.spi;

import dev.sluice.SslKeyLog;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a connection asks of an engine that only some engines can do. Each setting is there only if the backend has declared
 * the {@link TlsFeature} named with it.
 *
 * <p>Immutable, share freely.
 *
 * @param preSharedKeys where keys come from; empty if no pre-shared key may be used ({@link TlsFeature#PSK_TLS_1_2},
 *     {@link TlsFeature#PSK_TLS_1_3})
 * @param identityHint what a server says in TLS 1.2 to help clients choose an identity ({@link TlsFeature#PSK_TLS_1_2})
 * @param stapledResponse on servers, the OCSP response to staple, DER ({@link TlsFeature#OCSP_SERVER})
 * @param maximumFragmentBytes on clients, the longest plaintext of a record to ask for, 512 to 4096
 *     ({@link TlsFeature#MAXIMUM_FRAGMENT_LENGTH})
 * @param keyLog where traffic secrets go ({@link TlsFeature#KEY_LOG}); called from {@link TlsEngine#runTask()} alone
 */
public record FeatureSettings(
        Optional<PreSharedKeySource> preSharedKeys,
        Optional<String> identityHint,
        Optional<byte[]> stapledResponse,
        OptionalInt maximumFragmentBytes,
        Optional<SslKeyLog> keyLog) {
    /** Nothing of the kind. */
    public static final FeatureSettings NONE = new FeatureSettings(
            Optional.empty(), Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.empty());

    /**
     * Makes the settings; the response is copied.
     *
     * @param preSharedKeys where keys come from; empty if no pre-shared key may be used
     * @param identityHint what a server says in TLS 1.2 to help clients choose an identity
     * @param stapledResponse on servers, the OCSP response to staple, DER
     * @param maximumFragmentBytes on clients, the longest plaintext of a record to ask for, 512 to 4096
     * @param keyLog where traffic secrets go
     */
    public FeatureSettings {
        Objects.requireNonNull(preSharedKeys, "preSharedKeys");
        Objects.requireNonNull(identityHint, "identityHint");
        stapledResponse = stapledResponse.map(byte[]::clone);
        Objects.requireNonNull(maximumFragmentBytes, "maximumFragmentBytes");
        Objects.requireNonNull(keyLog, "keyLog");
    }

    /**
     * The OCSP response to staple.
     *
     * @return a copy
     */
    @Override
    public Optional<byte[]> stapledResponse() {
        return stapledResponse.map(byte[]::clone);
    }

    /** Tells what is set, not the contents. */
    @Override
    public String toString() {
        return "FeatureSettings[preSharedKeys=" + preSharedKeys.isPresent() + ", stapledResponse="
                + stapledResponse.isPresent() + ", maximumFragmentBytes=" + maximumFragmentBytes + ", keyLog="
                + keyLog.isPresent() + "]";
    }
}
