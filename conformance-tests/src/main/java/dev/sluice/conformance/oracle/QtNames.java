package dev.sluice.conformance.oracle;

import dev.sluice.SocketState;
import dev.sluice.SslError;
import dev.sluice.SslMode;
import dev.sluice.SslProtocol;
import java.util.List;
import java.util.Optional;

/** What the library's values are called in a trace. */
final class QtNames {
    private QtNames() {}

    static String state(SocketState state) {
        return switch (state) {
            case UNCONNECTED -> "Unconnected";
            case HOST_LOOKUP -> "HostLookup";
            case CONNECTING -> "Connecting";
            case CONNECTED -> "Connected";
            case BOUND -> "Bound";
            case CLOSING -> "Closing";
        };
    }

    static String mode(SslMode mode) {
        return switch (mode) {
            case UNENCRYPTED -> "Unencrypted";
            case CLIENT -> "Client";
            case SERVER -> "Server";
        };
    }

    static String protocol(Optional<SslProtocol> protocol) {
        return protocol.map(known -> switch (known) {
                    case TLS_1_0 -> "TlsV1_0";
                    case TLS_1_1 -> "TlsV1_1";
                    case TLS_1_2 -> "TlsV1_2";
                    case TLS_1_3 -> "TlsV1_3";
                })
                .orElse("UnknownProtocol");
    }

    static String error(SslError error) {
        return error.code().qtName() + "["
                + error.certificate().map(about -> about.subjectDisplayName()).orElse("-") + "]";
    }

    static List<String> errors(List<SslError> errors) {
        return errors.stream().map(QtNames::error).toList();
    }
}
