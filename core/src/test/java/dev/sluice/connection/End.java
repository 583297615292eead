package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.TlsAlert;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.testing.CopyContext;
import dev.sluice.testing.CopyEngine;
import dev.sluice.testing.ScriptedEngine;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.VerificationPolicy;
import dev.sluice.x509.VerificationResult;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One end of a connection under test: the connection, the engine behind it, and what it reported. */
final class End {
    static final ConnectionLimits LIMITS = new ConnectionLimits(64 * 1024, 64 * 1024, 64 * 1024);

    /** Without a leak detector, which would take most of the time: {@link LiveCountsCheck} counts every buffer. */
    static final Buffers BUFFERS = new Buffers(new UnpooledByteBufAllocator(false, true));

    private static final NegotiationPolicy POLICY =
            new NegotiationPolicy(ProtocolRange.SECURE, SslCipher.defaults(), List.of());

    final Connection connection;
    final Recorder events = new Recorder();
    final CopyContext context = new CopyContext();
    final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private final CopyEngine.Options options;
    private PeerGate gate = acceptsAnybody();
    private UnaryOperator<TlsEngine> fault = UnaryOperator.identity();
    private boolean resumable = true;

    @Nullable
    private EngineEvents engineSays;

    @Nullable
    CopyEngine engine;

    private @Nullable CountingEngine counting;
    /** A task that was taken and not finished. */
    private Connection.@Nullable EngineTask heldTask;

    End(CopyEngine.Options options) {
        this(options, LIMITS);
    }

    End(CopyEngine.Options options, ConnectionLimits limits) {
        this(options, limits, BUFFERS, BufferKind.HEAP);
    }

    End(CopyEngine.Options options, ConnectionLimits limits, Buffers buffers, BufferKind kind) {
        this.options = options;
        this.connection = new Connection(buffers, kind, limits, events);
    }

    static End client() {
        return new End(CopyEngine.Options.client());
    }

    static End server() {
        return new End(CopyEngine.Options.server());
    }

    /** A gate that asks for nothing. */
    static PeerGate acceptsAnybody() {
        VerificationSettings settings = new VerificationSettings(
                request -> new VerificationResult(List.of(), List.of()),
                PeerVerifyMode.VERIFY_NONE,
                PeerName.NotChecked.DANGEROUSLY_NOT_CHECKED,
                Purpose.CLIENT,
                List::of,
                OptionalInt.empty(),
                VerificationPolicy.DEFAULT,
                List.of(),
                RevocationEvidence.Stapling.NOT_ASKED_FOR,
                Set.of(),
                InstantSource.system(),
                () -> true);
        return new PeerGate(settings, (shown, errors) -> {
            throw new AssertionError("no errors expected, got " + errors);
        });
    }

    End with(PeerGate newGate) {
        gate = newGate;
        return this;
    }

    End with(UnaryOperator<TlsEngine> newFault) {
        fault = newFault;
        return this;
    }

    End notResumable() {
        resumable = false;
        return this;
    }

    End start() {
        try {
            connection.startTls(source(), false);
        } catch (TlsContextException e) {
            throw new AssertionError("set-up refused", e);
        }
        return this;
    }

    TlsSetup.Source source() {
        return (engineEvents, serverName) -> {
            engineSays = engineEvents;
            CopyEngine made = new CopyEngine(options, gate, engineEvents);
            CountingEngine counted = new CountingEngine(fault.apply(made));
            engine = made;
            counting = counted;
            ContextLease lease = new ContextLease(context, c -> c.release());
            return new TlsSetup(lease, counted, gate, POLICY, resumable);
        };
    }

    /** What the engine would report by. */
    EngineEvents engineSays() {
        EngineEvents current = engineSays;
        if (current == null) {
            throw new AssertionError("TLS was not begun");
        }
        return current;
    }

    PeerGate gate() {
        return gate;
    }

    CopyEngine engine() {
        CopyEngine current = engine;
        if (current == null) {
            throw new AssertionError("TLS was not begun");
        }
        return current;
    }

    // ---- moving ----

    /** One turn, held to its budget (W33). */
    boolean transmit() {
        CountingEngine current = counting;
        long calls = current == null ? 0 : current.calls;
        long moves = current == null ? 0 : current.moves;
        boolean more = connection.transmit();
        if (current != null) {
            long turnCalls = current.calls - calls;
            long turnMoves = current.moves - moves;
            assertTrue(
                    turnCalls <= 4 * turnMoves + 16,
                    () -> "W33: " + turnCalls + " engine calls in a turn that moved " + turnMoves + " records");
        }
        return more;
    }

    /** Turns and tasks until nothing moves any more. */
    void settle() {
        for (int i = 0; i < 10_000; i++) {
            boolean more = transmit();
            more |= runTask();
            if (!more) {
                return;
            }
        }
        throw new AssertionError("still moving after 10000 turns in phase " + connection.phase());
    }

    boolean runTask() {
        return takeTask() && finishTask();
    }

    /** Takes the task that waits and runs it, but does not bring in its result. */
    boolean takeTask() {
        if (heldTask != null || !connection.hasTask()) {
            return false;
        }
        Connection.EngineTask task = connection.takeTask();
        assertTrue(task.claim());
        task.run();
        heldTask = task;
        return true;
    }

    boolean finishTask() {
        Connection.EngineTask task = heldTask;
        heldTask = null;
        if (task != null) {
            task.finish();
        }
        return task != null;
    }

    /** What the connection has for the transport, up to a number of bytes. */
    byte[] drain(int limit) {
        ByteBuffer bytes = connection.beginDrain();
        if (bytes == null) {
            return new byte[0];
        }
        byte[] taken = new byte[Math.min(limit, bytes.remaining())];
        bytes.get(taken);
        connection.endDrain(taken.length);
        return taken;
    }

    byte[] settleAndDrain() {
        settle();
        return drain(Integer.MAX_VALUE);
    }

    /** Gives bytes from the transport, as far as there is room. */
    int fill(byte[] bytes, int from, int limit) {
        ByteBuffer room = limit == 0 ? null : connection.beginFill();
        if (room == null) {
            return 0;
        }
        int count = Math.min(limit, room.remaining());
        room.put(bytes, from, count);
        connection.endFill(count);
        return count;
    }

    /** Gives all these bytes, with turns between. */
    void feed(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            int count = fill(bytes, at, bytes.length - at);
            settle();
            if (count == 0) {
                return;
            }
            at += count;
        }
    }

    int write(byte[] bytes) {
        return connection.write(ByteBuffer.wrap(bytes));
    }

    /** Reads what is there into {@link #received}. */
    int read(int limit) {
        ByteBuffer target = ByteBuffer.allocate(limit);
        int bytes = connection.read(target);
        received.write(target.array(), 0, bytes);
        return bytes;
    }

    /** Both ends talk until nothing moves any more. */
    static void converse(End a, End b) {
        for (int i = 0; i < 10_000; i++) {
            a.settle();
            b.settle();
            int moved = pass(a, b, Integer.MAX_VALUE);
            moved += pass(b, a, Integer.MAX_VALUE);
            if (moved == 0) {
                return;
            }
        }
        throw new AssertionError("the ends never come to rest");
    }

    /** Hands bytes of one end to the other; what the other does not take is gone, as on a broken transport. */
    static int pass(End from, End to, int limit) {
        byte[] bytes = from.drain(limit);
        to.feed(bytes);
        return bytes.length;
    }

    static void establish(End a, End b) {
        converse(a, b);
        assertEquals(Phase.ESTABLISHED, a.connection.phase());
        assertEquals(Phase.ESTABLISHED, b.connection.phase());
    }

    // ---- the end ----

    /** Ends the connection and checks that everything was given back exactly once. */
    void releaseAndCheck() {
        connection.release();
        connection.release();
        finishTask();
        connection.discardReceived();
        checkReleased();
    }

    /** Gives everything back after a test has failed, so that only the first failure is reported. */
    void abandon() {
        connection.release();
        finishTask();
        connection.discardReceived();
    }

    void checkReleased() {
        CopyEngine current = engine;
        if (current != null) {
            assertEquals(1, current.releases(), "engine releases");
            assertEquals(1, context.freed(), "context releases");
            assertEquals(List.of(), current.misuse());
        }
        events.check();
    }

    /** Counts calls and those that moved something. */
    private static final class CountingEngine extends ScriptedEngine {
        private long calls;
        private long moves;

        CountingEngine(TlsEngine honest) {
            super(honest, number -> HONEST);
        }

        @Override
        public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
            return count(ciphertext, plaintext, () -> honest().unwrap(ciphertext, plaintext));
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            return count(plaintext, ciphertext, () -> honest().wrap(plaintext, ciphertext));
        }

        private EngineStep count(ByteBuf input, ByteBuf output, java.util.function.Supplier<EngineStep> call) {
            calls++;
            int read = input.readerIndex();
            int written = output.writerIndex();
            EngineStep step = call.get();
            if (input.readerIndex() != read || output.writerIndex() != written) {
                moves++;
            }
            return step;
        }
    }

    /** Takes note of what a connection reports, and of what it must not report. */
    static final class Recorder implements ConnectionEvents {
        final List<String> log = new ArrayList<>();
        final List<ConnectionFailure> failures = new ArrayList<>();
        final List<TlsAlert> alertsSent = new ArrayList<>();
        final List<TlsAlert> alertsReceived = new ArrayList<>();
        long plaintextReceived;
        long plaintextSent;
        int encrypted;
        int inboundFinished;
        int tickets;
        int begun;

        @Override
        public void peerHasBegun() {
            begun++;
            assertEquals(1, begun, "peerHasBegun()");
        }

        @Override
        public void encrypted() {
            note("encrypted");
            encrypted++;
        }

        @Override
        public void plaintextReceived(int bytes) {
            note("plaintextReceived");
            assertTrue(bytes > 0, "plaintextReceived(" + bytes + ")");
            plaintextReceived += bytes;
        }

        @Override
        public void plaintextSent(int bytes) {
            note("plaintextSent");
            assertTrue(bytes > 0, "plaintextSent(" + bytes + ")");
            plaintextSent += bytes;
        }

        @Override
        public void alertSent(TlsAlert alert) {
            log.add("alertSent");
            alertsSent.add(alert);
        }

        @Override
        public void alertReceived(TlsAlert alert) {
            note("alertReceived");
            alertsReceived.add(alert);
        }

        @Override
        public void sessionTicketReceived() {
            note("ticket");
            tickets++;
        }

        @Override
        public void inboundFinished() {
            note("inboundFinished");
            inboundFinished++;
        }

        @Override
        public void failed(ConnectionFailure failure) {
            note("failed");
            failures.add(failure);
        }

        private void note(String event) {
            assertEquals(List.of(), failures, "W13: " + event + " after the failure");
            log.add(event);
        }

        void check() {
            assertTrue(failures.size() <= 1, () -> "W13: failures " + failures);
            assertTrue(encrypted <= 1, "encrypted more than once");
            assertTrue(inboundFinished <= 1, "inboundFinished more than once");
        }
    }
}
