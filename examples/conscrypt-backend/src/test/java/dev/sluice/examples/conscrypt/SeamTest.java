package dev.sluice.examples.conscrypt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.EngineStep.Kind;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.TestCertificates;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.IllegalReferenceCountException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two engines face to face, called as the seam has it: what a connection would hide is seen here. */
class SeamTest {
    private static final ConscryptBackend BACKEND = new ConscryptBackend();
    private static final ByteBuf NOTHING = Unpooled.EMPTY_BUFFER;

    static List<ProtocolRange> versions() {
        return List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3);
    }

    private final ByteBuf toServer = Unpooled.directBuffer(1 << 17);
    private final ByteBuf toClient = Unpooled.directBuffer(1 << 17);
    private final ByteBuf plaintext = Unpooled.directBuffer(1 << 17);
    private final SilentEvents clientEvents = new SilentEvents();
    private final SilentEvents serverEvents = new SilentEvents();
    private PeerVerifier verifier = credentials -> PeerVerdict.Accepted.INSTANCE;
    private boolean inTask;
    private boolean askedInTask;
    private TlsContext context;
    private TlsEngine client;
    private TlsEngine server;

    private void open(ProtocolRange range) throws TlsContextException {
        TestCertificates.Issued identity = TestCertificates.localhost();
        List<SslCipher> ciphers = BACKEND.capabilities().ciphers().stream()
                .filter(cipher -> cipher.protocols().contains(range.max()))
                .toList();
        context = BACKEND.createContext(new ContextSpec(
                range,
                ciphers,
                List.of(),
                List.of(),
                List.of(new KeyMaterial.KeyAndChain(identity.chain(), identity.key())),
                List.of(),
                Optional.empty(),
                Optional.empty()));
        client = engine(Side.CLIENT, clientEvents);
        server = engine(Side.SERVER, serverEvents);
    }

    private TlsEngine engine(Side side, SilentEvents events) throws TlsContextException {
        EngineSpec spec = new EngineSpec(
                side,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                ClientAuthentication.NONE,
                true,
                false,
                false,
                65536,
                FeatureSettings.NONE);
        return context.createEngine(
                spec,
                credentials -> {
                    askedInTask = inTask;
                    return verifier.verify(credentials);
                },
                events);
    }

    @AfterEach
    void giveBack() {
        client.release();
        server.release();
        assertTrue(context.release());
        assertThrows(IllegalReferenceCountException.class, () -> engine(Side.CLIENT, clientEvents));
        toServer.release();
        toClient.release();
        plaintext.release();
    }

    /** Moves both engines until nothing moves; the last step that was a failure, if there was one. */
    private Optional<EngineStep> move() {
        Optional<EngineStep> failed = Optional.empty();
        for (int turn = 0; turn < 50; turn++) {
            for (EngineStep step : List.of(
                    client.wrap(NOTHING, toServer),
                    take(server, toServer),
                    server.wrap(NOTHING, toClient),
                    take(client, toClient))) {
                failed = step.kind() == Kind.FAILED ? Optional.of(step) : failed;
            }
        }
        return failed;
    }

    private EngineStep take(TlsEngine engine, ByteBuf ciphertext) {
        EngineStep step = engine.unwrap(ciphertext, plaintext);
        if (step.kind() != Kind.NEEDS_TASK) {
            return step;
        }
        assertEquals(Kind.NEEDS_TASK, engine.unwrap(ciphertext, plaintext).kind());
        inTask = true;
        try {
            return engine.runTask();
        } finally {
            inTask = false;
        }
    }

    private void handshake(ProtocolRange range) throws TlsContextException {
        open(range);
        assertEquals(Optional.empty(), move());
        assertEquals(1, clientEvents.completed);
        assertEquals(1, serverEvents.completed);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void w25_thePeerIsJudgedInsideATask(ProtocolRange range) throws TlsContextException {
        handshake(range);
        assertTrue(askedInTask);
        assertEquals(
                TestCertificates.localhost().chain().get(0),
                client.sessionFacts().peer().chain().get(0));
    }

    @ParameterizedTest
    @MethodSource("versions")
    void w24_aVerdictThatIsPutOffWhereNothingMayWaitIsARefusal(ProtocolRange range) throws TlsContextException {
        verifier = credentials -> new PeerVerdict.Pending(new CompletableFuture<>());
        open(range);
        EngineStep failed = move().orElseThrow();
        assertEquals(46, failed.alert().orElseThrow().number());
        assertEquals(0, clientEvents.completed + serverEvents.completed);
    }

    @ParameterizedTest
    @MethodSource("versions")
    void w24_aVerifierThatBreaksIsARefusal(ProtocolRange range) throws TlsContextException {
        verifier = credentials -> {
            throw new IllegalStateException("broken");
        };
        open(range);
        EngineStep failed = move().orElseThrow();
        assertEquals(46, failed.alert().orElseThrow().number());
        assertEquals(0, clientEvents.completed + serverEvents.completed);
        assertEquals(SessionFacts.NONE, client.sessionFacts());
    }

    @Test
    void w43_aHandshakeRecordAfterTheHandshakeOfTls12EndsTheConnection() throws TlsContextException {
        handshake(ProtocolRange.TLS_1_2);
        ByteBuf helloRequest = Unpooled.wrappedBuffer(new byte[] {22, 3, 3, 0, 4, 0, 0, 0, 0});
        EngineStep step = client.unwrap(helloRequest, plaintext);
        assertEquals(Kind.FAILED, step.kind());
        assertEquals(step, client.unwrap(toClient, plaintext));
        int before = toServer.writerIndex();
        assertEquals(step, client.wrap(NOTHING, toServer));
        assertEquals(before, toServer.writerIndex());
    }

    @ParameterizedTest
    @MethodSource("versions")
    void tooLittleRoomMovesNothing(ProtocolRange range) throws TlsContextException {
        handshake(range);
        ByteBuf small = Unpooled.directBuffer(100, 100);
        ByteBuf data = Unpooled.directBuffer(1000).writeZero(1000);
        assertEquals(Kind.NEEDS_OUTPUT_ROOM, server.wrap(data, small).kind());
        assertEquals(1000, data.readableBytes());
        server.wrap(data, toClient);
        int record = toClient.readableBytes();
        assertEquals(Kind.NEEDS_OUTPUT_ROOM, client.unwrap(toClient, small).kind());
        assertEquals(record, toClient.readableBytes());
        assertEquals(0, small.readableBytes());
        assertEquals(Kind.PROGRESSED, client.unwrap(toClient, plaintext).kind());
        assertEquals(1000, plaintext.readableBytes());
        small.release();
        data.release();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aRecordThatIsNotWholeIsLeftAlone(ProtocolRange range) throws TlsContextException {
        handshake(range);
        ByteBuf data = Unpooled.directBuffer(10).writeZero(10);
        server.wrap(data, toClient);
        for (int bytes = 0; bytes < toClient.readableBytes(); bytes++) {
            ByteBuf part = toClient.slice(toClient.readerIndex(), bytes);
            assertEquals(Kind.NEEDS_INPUT, client.unwrap(part, plaintext).kind());
            assertEquals(bytes, part.readableBytes());
        }
        data.release();
    }

    @ParameterizedTest
    @MethodSource("versions")
    void aCorruptRecordIsAFailureWithAnAlert(ProtocolRange range) throws TlsContextException {
        handshake(range);
        ByteBuf data = Unpooled.directBuffer(10).writeZero(10);
        server.wrap(data, toClient);
        toClient.setByte(toClient.writerIndex() - 1, ~toClient.getByte(toClient.writerIndex() - 1));
        assertEquals(Kind.FAILED, client.unwrap(toClient, plaintext).kind());
        client.wrap(NOTHING, toServer);
        EngineStep step = server.unwrap(toServer, plaintext);
        assertEquals(Kind.FAILED, step.kind());
        assertEquals(20, step.alert().orElseThrow().number());
        data.release();
    }

    /** How many turns of a handshake go by before it is closed. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void closingInTheMiddleOfAHandshakeIsNoException(int turns) throws TlsContextException {
        for (ProtocolRange range : versions()) {
            if (context != null) {
                client.release();
                server.release();
                context.release();
            }
            open(range);
            toServer.clear();
            toClient.clear();
            for (int turn = 0; turn < turns; turn++) {
                switch (turn) {
                    case 0 -> client.wrap(NOTHING, toServer);
                    case 1 -> take(server, toServer);
                    default -> server.wrap(NOTHING, toClient);
                }
            }
            for (TlsEngine engine : List.of(client, server)) {
                engine.closeOutbound();
                engine.closeOutbound();
                assertEquals(Kind.CLOSED, engine.wrap(NOTHING, toServer).kind());
                assertEquals(Kind.CLOSED, engine.wrap(NOTHING, toServer).kind());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void closeNotifyIsSentOnceAndNothingAfterIt(ProtocolRange range) throws TlsContextException {
        handshake(range);
        ByteBuf data = Unpooled.directBuffer(10).writeZero(10);
        client.closeOutbound();
        assertEquals(Kind.CLOSED, client.wrap(data, toServer).kind());
        int length = toServer.writerIndex();
        assertEquals(Kind.CLOSED, client.wrap(data, toServer).kind());
        assertEquals(length, toServer.writerIndex());
        assertEquals(10, data.readableBytes());
        assertEquals(Kind.CLOSED, server.unwrap(toServer, plaintext).kind());
        assertFalse(toServer.isReadable());
        data.release();
    }
}
