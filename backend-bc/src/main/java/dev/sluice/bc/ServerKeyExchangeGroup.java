package dev.sluice.bc;

import dev.sluice.NamedGroup;
import dev.sluice.SslCipher;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import org.bouncycastle.tls.ECCurveType;

/** The group in a ServerKeyExchange message of TLS 1.2 (RFC 8422 §5.4, RFC 5489 §2). */
final class ServerKeyExchangeGroup {
    private ServerKeyExchangeGroup() {}

    /** Reads the group; empty for finite fields, which are sent as numbers, and for anything that is not well-formed. */
    static Optional<NamedGroup> read(ByteArrayInputStream message, Optional<SslCipher> cipher) {
        return cipher.flatMap(suite -> switch (suite.keyExchange()) {
            case ECDHE -> curve(message);
            case ECDHE_PSK -> {
                long hintBytes = uint16(message);
                yield hintBytes >= 0 && message.skip(hintBytes) == hintBytes ? curve(message) : Optional.empty();
            }
            case ANY, RSA, DH, DHE, ECDH, PSK, DHE_PSK, RSA_PSK, SRP -> Optional.empty();
        });
    }

    private static Optional<NamedGroup> curve(ByteArrayInputStream message) {
        return message.read() == ECCurveType.named_curve ? NamedGroup.fromId(uint16(message)) : Optional.empty();
    }

    private static int uint16(ByteArrayInputStream message) {
        int high = message.read();
        int low = message.read();
        return high < 0 || low < 0 ? -1 : high << 8 | low;
    }
}
