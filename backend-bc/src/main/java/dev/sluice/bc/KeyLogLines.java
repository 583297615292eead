package dev.sluice.bc;

import dev.sluice.SslKeyLog;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/** The lines of a key log (RFC 9850 §2.1, §2.2). */
final class KeyLogLines {
    private KeyLogLines() {}

    /** The secrets of a handshake of TLS 1.3; in TLS 1.2 there are none so early. */
    static void handshake(SslKeyLog log, byte[] clientRandom, SecurityParameters parameters) {
        line(log, "CLIENT_HANDSHAKE_TRAFFIC_SECRET", clientRandom, parameters.getTrafficSecretClient());
        line(log, "SERVER_HANDSHAKE_TRAFFIC_SECRET", clientRandom, parameters.getTrafficSecretServer());
    }

    /** The secrets of the data. */
    static void completed(SslKeyLog log, byte[] clientRandom, SecurityParameters parameters, boolean isTls13) {
        if (isTls13) {
            line(log, "CLIENT_TRAFFIC_SECRET_0", clientRandom, parameters.getTrafficSecretClient());
            line(log, "SERVER_TRAFFIC_SECRET_0", clientRandom, parameters.getTrafficSecretServer());
            line(log, "EXPORTER_SECRET", clientRandom, parameters.getExporterMasterSecret());
        } else {
            line(log, "CLIENT_RANDOM", clientRandom, parameters.getMasterSecret());
        }
    }

    private static void line(SslKeyLog log, String label, byte[] clientRandom, @Nullable TlsSecret secret) {
        if (secret == null) {
            return;
        }
        try {
            byte[] bytes = SecretCopies.bytesOf(secret);
            String hex = HexFormat.of().formatHex(bytes);
            Arrays.fill(bytes, (byte) 0);
            log.log(label + " " + HexFormat.of().formatHex(clientRandom) + " " + hex);
        } catch (IOException e) {
            // The copier does no I/O; BouncyCastle's signature has it all the same.
            throw new IllegalStateException("a secret could not be copied for the key log", e);
        }
    }
}
