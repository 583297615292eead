package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.ProtocolRange;
import dev.sluice.SocketState;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketException;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.conformance.harness.World;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What a client has to be after each step, beside a client and a server that take the steps. One thread at a time. */
public final class SocketModel implements AutoCloseable {
    private static final int MESSAGE_BYTES = 100;

    /** What can be done with a client. */
    enum Step {
        /** Connects in the clear. */
        ATTACH,
        /** Connects with TLS 1.2. */
        ENCRYPT_1_2,
        /** Connects with TLS 1.3. */
        ENCRYPT_1_3,
        /** Begins to encrypt what was connected in the clear. */
        UPGRADE,
        /** Sends. */
        WRITE,
        /** Receives. */
        READ,
        /** Says good-bye. */
        DISCONNECT,
        /** The server says good-bye. */
        PEER_DISCONNECTS,
        /** Ends it at once. */
        ABORT,
        /** Says good-bye and closes what can be read. */
        CLOSE,
        /** The network breaks. */
        BREAK
    }

    /** Where the connection stands once everything has come to rest. */
    private enum Stage {
        UNCONNECTED,
        PLAIN,
        ENCRYPTED
    }

    private final World world;
    private final SslSocket socket;
    private Stage stage = Stage.UNCONNECTED;
    private Version version = Version.TLS_1_3;
    private SslMode mode = SslMode.UNENCRYPTED;
    private SslSocketError error = SslSocketError.UNKNOWN;
    private boolean open;
    private boolean everConnected;

    SocketModel(Subject subject) {
        world = World.of(subject, ProtocolRange.TLS_1_2_OR_LATER);
        socket = world.client().socket();
    }

    /** Takes a step and compares. */
    void take(Step step) {
        boolean taken = false;
        try {
            switch (step) {
                case ATTACH -> attach();
                case ENCRYPT_1_2 -> encrypt(Version.TLS_1_2);
                case ENCRYPT_1_3 -> encrypt(Version.TLS_1_3);
                case UPGRADE -> upgrade();
                case WRITE -> write();
                case READ -> read();
                case DISCONNECT -> disconnect(world.client());
                case PEER_DISCONNECTS -> peerDisconnects();
                case ABORT -> abort();
                case CLOSE -> disconnectAndClose();
                case BREAK -> breakNetwork();
            }
            world.settle();
            compare(step);
            taken = true;
        } finally {
            if (!taken) {
                socket.abort();
                world.server().socket().abort();
            }
        }
    }

    private void attach() {
        if (stage == Stage.UNCONNECTED) {
            begin(Stage.PLAIN, SslMode.UNENCRYPTED);
            world.startPlain();
        } else {
            checkRefused("attach", () -> socket.attach(new Wire().client()));
        }
    }

    private void encrypt(Version next) {
        if (stage == Stage.UNCONNECTED) {
            version = next;
            begin(Stage.ENCRYPTED, SslMode.CLIENT);
            world.start().encrypted();
        } else {
            checkRefused("attachEncrypted", () -> socket.attachEncrypted(new Wire().client(), SslMode.CLIENT));
        }
    }

    private void begin(Stage next, SslMode nextMode) {
        stage = next;
        mode = nextMode;
        error = SslSocketError.UNKNOWN;
        open = true;
        everConnected = true;
        Version spoken = version;
        world.again().client(builder -> builder.protocols(spoken.range()));
    }

    private void upgrade() {
        if (stage == Stage.PLAIN) {
            stage = Stage.ENCRYPTED;
            mode = SslMode.CLIENT;
            world.server().socket().startServerEncryption();
            socket.startClientEncryption();
            world.encrypted();
        } else {
            checkRefused("startClientEncryption", socket::startClientEncryption);
        }
    }

    private static void checkRefused(String call, Runnable work) {
        boolean refused;
        try {
            work.run();
            refused = false;
        } catch (IllegalStateException e) {
            refused = true;
        }
        check(refused, () -> call + " was taken in a state in which it makes no sense, expected a refusal");
    }

    private void write() {
        if (stage != Stage.UNCONNECTED) {
            world.transfer(world.client(), world.server(), MESSAGE_BYTES);
            return;
        }
        boolean refused;
        try {
            world.client().tryToWrite(MESSAGE_BYTES);
            refused = false;
        } catch (SslSocketException e) {
            refused = true;
        }
        check(refused, "an unconnected socket takes a write, expected a refusal");
    }

    private void read() {
        if (stage != Stage.UNCONNECTED) {
            world.transfer(world.server(), world.client(), MESSAGE_BYTES);
        } else {
            equal(-1, socket.read(ByteBuffer.allocate(MESSAGE_BYTES)), "what an unconnected socket gives to read");
        }
    }

    private void disconnect(Side side) {
        side.socket().disconnectFromHost();
        end();
    }

    /** In the clear there is no good-bye, so that the end of the transport is all that can be told. */
    private void peerDisconnects() {
        error = stage == Stage.PLAIN ? SslSocketError.REMOTE_HOST_CLOSED : error;
        disconnect(world.server());
    }

    private void abort() {
        socket.abort();
        open = false;
        end();
    }

    private void disconnectAndClose() {
        disconnect(world.client()); // a close that had to wait would wait for this thread
        socket.close();
        open = false;
    }

    private void breakNetwork() {
        if (stage != Stage.UNCONNECTED) {
            world.wire().reset();
            error = stage == Stage.ENCRYPTED ? SslSocketError.TRUNCATED : SslSocketError.REMOTE_HOST_CLOSED;
            end();
        }
    }

    private void end() {
        if (stage != Stage.UNCONNECTED) {
            stage = Stage.UNCONNECTED;
            world.ended();
        }
    }

    private void compare(Step step) {
        String after = " after " + step;
        boolean encrypted = stage == Stage.ENCRYPTED;
        equal(
                stage == Stage.UNCONNECTED ? SocketState.UNCONNECTED : SocketState.CONNECTED,
                socket.state(),
                "state()" + after);
        equal(mode, socket.mode(), "mode()" + after);
        equal(encrypted, socket.isEncrypted(), "isEncrypted()" + after);
        equal(open, socket.isOpen(), "isOpen()" + after);
        equal(error, socket.error(), "error()" + after);
        equal(encrypted, socket.sessionCipher().isPresent(), "whether there is a session cipher" + after);
        equal(
                encrypted ? Optional.of(version.protocol()) : Optional.empty(),
                socket.sessionProtocol(),
                "sessionProtocol()" + after);
        equal(0, socket.bytesAvailable(), "bytesAvailable()" + after);
        equal(0, socket.bytesToWrite(), "bytesToWrite()" + after);
        equal(times(everConnected && stage == Stage.UNCONNECTED), count("disconnected"), "disconnected" + after);
        equal(times(mode == SslMode.CLIENT), count("encrypted"), "encrypted" + after);
        equal(times(error != SslSocketError.UNKNOWN), count("errorOccurred"), "errorOccurred" + after);
    }

    private static long times(boolean once) {
        return once ? 1 : 0;
    }

    private long count(String event) {
        return world.client().trace().count(event);
    }

    @Override
    public void close() {
        world.close();
    }

    @Override
    public String toString() {
        return stage + " " + mode + " " + error;
    }
}
