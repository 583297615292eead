package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SslSocketExceptionTest {
    private static final TlsAlert ALERT = TlsAlert.fatal(AlertDescription.UNKNOWN_CA);
    private static final List<SslError> ERRORS = List.of(SslError.of(SslError.Code.NO_PEER_CERTIFICATE));

    @ParameterizedTest
    @EnumSource
    void keepsWhatItWasMadeOf(SslSocketError error) {
        IOException cause = new IOException("the cause");

        SslSocketException made = SslSocketException.of(error, "what happened", cause, ALERT, ERRORS);

        assertEquals(error, made.error());
        assertEquals("what happened", made.getMessage());
        assertEquals(cause, made.getCause());
        assertEquals(Optional.of(ALERT), made.alert());
    }

    @Test
    void theTypeSaysWhichKindOfEndItWas() {
        assertInstanceOf(SslTruncatedException.class, of(SslSocketError.TRUNCATED));
        assertInstanceOf(SslConnectionClosedException.class, of(SslSocketError.REMOTE_HOST_CLOSED));
        assertInstanceOf(SslTimeoutException.class, of(SslSocketError.SOCKET_TIMEOUT));
        assertInstanceOf(SslConnectException.class, of(SslSocketError.CONNECTION_REFUSED));
        assertInstanceOf(SslConnectException.class, of(SslSocketError.HOST_NOT_FOUND));
        assertEquals(
                ERRORS,
                assertInstanceOf(SslHandshakeFailedException.class, of(SslSocketError.SSL_HANDSHAKE_FAILED))
                        .sslErrors());
    }

    @Test
    void survivesSerializationWithoutWhatCannotBeSerialized() throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(of(SslSocketError.SSL_HANDSHAKE_FAILED));
        }

        Object read = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();

        SslHandshakeFailedException copy = assertInstanceOf(SslHandshakeFailedException.class, read);
        assertEquals(SslSocketError.SSL_HANDSHAKE_FAILED, copy.error());
        assertEquals(Optional.empty(), copy.alert());
        assertEquals(List.of(), copy.sslErrors());
    }

    @Test
    void errorsHaveTheNamesOfQt() {
        assertEquals("RemoteHostClosedError", SslSocketError.REMOTE_HOST_CLOSED.qtName());
        assertEquals("SslHandshakeFailedError", SslSocketError.SSL_HANDSHAKE_FAILED.qtName());
        assertEquals("UnknownSocketError", SslSocketError.UNKNOWN.qtName());
    }

    private static SslSocketException of(SslSocketError error) {
        return SslSocketException.of(error, "what happened", null, ALERT, ERRORS);
    }
}
