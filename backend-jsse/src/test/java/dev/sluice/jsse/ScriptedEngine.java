package dev.sluice.jsse;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** An engine that answers as a test tells it, sensible or not; the last answer is repeated for ever. */
final class ScriptedEngine extends SSLEngine {
    private final SSLEngine real;
    private final Deque<Answer> answers = new ArrayDeque<>();
    private HandshakeStatus status = HandshakeStatus.NOT_HANDSHAKING;
    int calls;
    int closes;

    ScriptedEngine(SSLEngine real) {
        this.real = real;
    }

    /**
     * One answer of wrap or unwrap.
     *
     * @param reportedConsumed what the result says; the buffers are moved by {@code consumed}
     */
    private record Answer(
            Status status,
            HandshakeStatus next,
            int consumed,
            int produced,
            int reportedConsumed,
            int reportedProduced,
            @Nullable RuntimeException thrown) {}

    ScriptedEngine then(Status answer, HandshakeStatus next, int consumed, int produced) {
        answers.add(new Answer(answer, next, consumed, produced, consumed, produced, null));
        return this;
    }

    ScriptedEngine thenLie(int consumed, int produced, int reportedConsumed, int reportedProduced) {
        answers.add(new Answer(
                Status.OK,
                HandshakeStatus.NOT_HANDSHAKING,
                consumed,
                produced,
                reportedConsumed,
                reportedProduced,
                null));
        return this;
    }

    ScriptedEngine thenThrow(RuntimeException thrown) {
        answers.add(new Answer(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 0, 0, 0, 0, thrown));
        return this;
    }

    private SSLEngineResult answer(ByteBuffer source, ByteBuffer target) {
        calls++;
        Answer answer = answers.size() > 1 ? answers.remove() : answers.element();
        if (answer.thrown != null) {
            throw answer.thrown;
        }
        status = answer.next == HandshakeStatus.FINISHED ? HandshakeStatus.NOT_HANDSHAKING : answer.next;
        source.position(source.position() + Math.min(answer.consumed, source.remaining()));
        target.position(target.position() + Math.min(answer.produced, target.remaining()));
        return new SSLEngineResult(answer.status, answer.next, answer.reportedConsumed, answer.reportedProduced);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer source, ByteBuffer target) {
        return answer(source, target);
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer target) {
        return answer(source, target);
    }

    @Override
    public SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) {
        throw new AssertionError("not used");
    }

    @Override
    public SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) {
        throw new AssertionError("not used");
    }

    @Override
    public @Nullable Runnable getDelegatedTask() {
        return null;
    }

    @Override
    public HandshakeStatus getHandshakeStatus() {
        return status;
    }

    @Override
    public void closeInbound() {}

    @Override
    public boolean isInboundDone() {
        return false;
    }

    @Override
    public void closeOutbound() {
        closes++;
    }

    @Override
    public boolean isOutboundDone() {
        return false;
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return real.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return real.getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        real.setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return real.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return real.getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        real.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return real.getSession();
    }

    @Override
    public String getApplicationProtocol() {
        return "";
    }

    @Override
    public void beginHandshake() throws SSLException {
        real.beginHandshake();
    }

    @Override
    public void setUseClientMode(boolean mode) {
        real.setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return real.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        real.setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return real.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        real.setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return real.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        real.setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return real.getEnableSessionCreation();
    }
}
