package dev.sluice.bc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.ByteQueueInputStream;
import org.bouncycastle.tls.ByteQueueOutputStream;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.HandshakeMessageInput;
import org.bouncycastle.tls.KeyUpdateRequest;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsServerProtocol;

/**
 * BouncyCastle's protocol of a server, non-blocking, without its queues.
 *
 * <p>It is constructed with a stream to write to, which is the constructor of the blocking mode, and then told that it does
 * not block: {@code blocking} and the queues are fields for subclasses. So records go where the {@link RecordSink} puts
 * them instead of into a queue that never shrinks, and decrypted data is handed on from where it lies ({@link
 * #processRecord}) instead of being kept in another.
 */
final class ServerProtocol extends TlsServerProtocol implements BcProtocol {
    private final BcServer peer;
    private final Listener listener;

    /** What the record at hand is, after the handshake. */
    private boolean loneKeyUpdate;

    ServerProtocol(BcServer peer, RecordSink sink, Listener listener) {
        this(peer, new ByteQueueInputStream(), sink, listener);
    }

    private ServerProtocol(BcServer peer, ByteQueueInputStream input, RecordSink sink, Listener listener) {
        super(input, sink);
        this.blocking = false;
        this.inputBuffers = input;
        this.outputBuffer = new ByteQueueOutputStream();
        this.peer = peer;
        this.listener = listener;
    }

    @Override
    public void begin() throws IOException {
        accept(peer);
    }

    @Override
    public void offer(byte[] bytes, int offset, int length) throws IOException {
        offerInput(bytes, offset, length);
    }

    @Override
    public void send(byte[] bytes, int offset, int length) throws IOException {
        writeApplicationData(bytes, offset, length);
    }

    @Override
    public int recordLimitBytes() {
        return getApplicationDataLimit();
    }

    @Override
    public void sendCloseNotify() throws IOException {
        raiseAlertWarning(AlertDescription.close_notify, "closed by the user");
    }

    @Override
    public void cancel() throws IOException {
        handleClose(true);
    }

    @Override
    public void sendFatal(short alert) throws IOException {
        handleException(alert, "refused by the connection", null);
    }

    @Override
    public void sendKeyUpdate() throws IOException {
        send13KeyUpdate(true);
    }

    @Override
    protected void processRecord(short contentType, byte[] bytes, int offset, int length) throws IOException {
        if (!peer.handshake().hasEnded()) {
            super.processRecord(contentType, bytes, offset, length);
        } else if (contentType == ContentType.application_data) {
            listener.applicationData(bytes, offset, length);
        } else {
            loneKeyUpdate = ProtocolRules.isLoneKeyUpdate(contentType, bytes, offset, length);
            super.processRecord(contentType, bytes, offset, length);
        }
    }

    /** What counts is what BouncyCastle has used in the end, whatever was offered and chosen on the way there. */
    @Override
    protected void completeHandshake() throws IOException {
        peer.handshake().preSharedKeys().selected(selectedPSK13);
        super.completeHandshake();
    }

    @Override
    protected void handleAlertMessage(short level, short description) throws IOException {
        super.handleAlertMessage(
                ProtocolRules.effectiveLevel(
                        level, description, peer.handshake().isTls13()),
                description);
    }

    @Override
    protected void handleAlertWarningMessage(short description) throws IOException {
        if (description == AlertDescription.close_notify) {
            // BouncyCastle would answer and close at once, with what waits to be sent lost. RFC 8446 §6.1: each side
            // closes
            // its own direction.
            listener.closeNotifyReceived();
        } else {
            super.handleAlertWarningMessage(description);
        }
    }

    @Override
    protected void receive13KeyUpdate(ByteArrayInputStream message) throws IOException {
        ProtocolRules.checkAlone(loneKeyUpdate);
        boolean answerWanted = message.read() == KeyUpdateRequest.update_requested;
        ProtocolRules.rewind(message);
        super.receive13KeyUpdate(message);
        listener.keyUpdateReceived();
        if (answerWanted) {
            send13KeyUpdate(false); // BouncyCastle (1.84) puts it off until the next data is sent
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // raw in BouncyCastle
    protected void send13EncryptedExtensionsMessage(Hashtable extensions) throws IOException {
        peer.handshake().logHandshakeSecrets(getContext().getSecurityParametersHandshake());
        super.send13EncryptedExtensionsMessage(extensions);
    }

    @Override
    protected void handleHandshakeMessage(short type, HandshakeMessageInput message) throws IOException {
        try {
            super.handleHandshakeMessage(type, message);
        } catch (PskRefusal refusal) {
            throw new TlsFatalAlert(refusal.alert(), refusal.getMessage());
        }
    }
}
