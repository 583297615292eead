package dev.sluice.bc;

import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCrypto;

/** What BouncyCastle can do, asked of BouncyCastle. */
final class BcCapabilities {
    private static final Set<TlsFeature> FEATURES = EnumSet.of(
            TlsFeature.ALPN,
            TlsFeature.SNI_CLIENT,
            TlsFeature.SNI_SERVER,
            TlsFeature.CLIENT_CERTIFICATES,
            TlsFeature.RESUMPTION_TLS_1_2,
            TlsFeature.TICKET_EVENTS,
            TlsFeature.PSK_TLS_1_2,
            TlsFeature.PSK_TLS_1_3,
            TlsFeature.OCSP_CLIENT,
            TlsFeature.OCSP_SERVER,
            TlsFeature.GROUP_SELECTION,
            TlsFeature.SIGNATURE_SCHEME_SELECTION,
            TlsFeature.GROUP_REPORTED,
            TlsFeature.DH_PARAMETERS,
            TlsFeature.CHOSEN_ALERT,
            TlsFeature.EXACT_VERIFICATION_ALERT,
            TlsFeature.FATAL_ALERTS_RECEIVED,
            TlsFeature.WARNING_ALERTS_RECEIVED,
            TlsFeature.ALERTS_SENT,
            TlsFeature.KEY_UPDATE,
            TlsFeature.HALF_CLOSE,
            TlsFeature.EXPORTER,
            TlsFeature.MAXIMUM_FRAGMENT_LENGTH,
            TlsFeature.KEY_LOG);

    private static final int LARGEST_SUITE = 0xffff;

    private BcCapabilities() {}

    static BackendCapabilities of(TlsCrypto crypto) {
        List<String> unmapped = new ArrayList<>();
        for (int id = 0; id <= LARGEST_SUITE; id++) {
            if (TlsUtils.isSupportedCipherSuite(crypto, id)
                    && SslCipher.fromId(id).isEmpty()) {
                unmapped.add(String.format(Locale.ROOT, "0x%04X", id));
            }
        }
        return new BackendCapabilities(
                EnumSet.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3),
                SslCipher.all().stream()
                        .filter(cipher -> TlsUtils.isSupportedCipherSuite(crypto, cipher.id()))
                        .filter(BcCapabilities::isSpoken)
                        .toList(),
                unmapped,
                Groups.supportedBy(crypto),
                Schemes.supportedBy(crypto),
                FEATURES,
                BufferKind.HEAP);
    }

    /** No suite without authentication, without encryption, or without forward secrecy but for plain PSK; none for TLS 1.1. */
    private static boolean isSpoken(SslCipher cipher) {
        boolean current = cipher.protocols().contains(SslProtocol.TLS_1_2)
                || cipher.protocols().contains(SslProtocol.TLS_1_3);
        boolean exchange = switch (cipher.keyExchange()) {
            case ANY, DHE, ECDHE, PSK, DHE_PSK, ECDHE_PSK -> true;
            case RSA, DH, ECDH, RSA_PSK, SRP -> false;
        };
        boolean authenticated = switch (cipher.authentication()) {
            case ANY, RSA, ECDSA, PSK -> true;
            default -> false;
        };
        return current
                && exchange
                && authenticated
                && cipher.usedBits() > 0
                && !cipher.name().contains("_SM4_");
    }
}
