package dev.sluice.conformance.contracts;

import dev.sluice.SslSocket;
import java.util.List;

/** All that a socket can be asked in every state without a change of anything. */
final class Questions {
    private Questions() {}

    /** Asks it all. */
    static List<Object> askAll(SslSocket socket) {
        return List.of(
                socket.state(),
                socket.mode(),
                socket.isEncrypted(),
                socket.isOpen(),
                socket.error(),
                socket.errorString(),
                socket.failure(),
                socket.sessionCipher(),
                socket.sessionProtocol(),
                socket.applicationProtocol(),
                socket.isSessionResumed(),
                socket.sessionTicketLifetimeHint(),
                socket.ephemeralServerKey(),
                socket.requestedServerName(),
                socket.peerCertificate(),
                socket.peerCertificateChain(),
                socket.ocspResponses(),
                socket.sslHandshakeErrors(),
                socket.sslConfiguration(),
                socket.pauseMode(),
                socket.peerName(),
                socket.peerVerifyName(),
                socket.localAddress(),
                socket.peerAddress(),
                socket.bytesAvailable(),
                socket.encryptedBytesAvailable(),
                socket.bytesToWrite(),
                socket.encryptedBytesToWrite(),
                socket.atEnd(),
                socket.isTransactionStarted(),
                socket.readBufferSize(),
                socket.toString());
    }
}
