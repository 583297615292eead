package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.SslEventLoop;
import dev.sluice.SslMode;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.Verdict;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.Wire;
import dev.sluice.conformance.harness.World;
import dev.sluice.connection.ConnectionParts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Two sockets on a wire that wakes its ends, with a thread for each end of each direction. */
final class Duplex {
    /** Less than the wire holds: what becomes of bytes that find no room is the business of writing. */
    private static final int TOTAL_BYTES = 40_000;

    /** After so many bytes a side writes on only when it has read as many: else a quick thread would be done before the others begin. */
    private static final int ROUND_BYTES = 10_000;

    private static final int PATIENCE_SECONDS = 30;

    /** Who moves the bytes. */
    enum Driving {
        /** The threads that read and write. */
        CALLERS,
        /** An event loop. */
        LOOP
    }

    private final SslSocket client;
    private final SslSocket server;
    private final long seed;
    private final Semaphore clientRounds = new Semaphore(1);
    private final Semaphore serverRounds = new Semaphore(1);
    private final CyclicBarrier allDone = new CyclicBarrier(4);

    private Duplex(SslSocket client, SslSocket server, long seed) {
        this.client = client;
        this.server = server;
        this.seed = seed;
    }

    static void run(Subject subject, Version version, Driving driving, long seed) {
        Verdict.Held before = Verdict.held();
        switch (driving) {
            case CALLERS -> byCallers(subject, version, seed);
            case LOOP -> onLoop(subject, version, seed);
        }
        Crowd.until(() -> Verdict.held().equals(before), "what both sides held");
    }

    private static void byCallers(Subject subject, Version version, long seed) {
        ConnectionParts parts = subject.parts(ConnectionParts.PRODUCTION);
        ConnectionParts others = subject.parts(ConnectionParts.PRODUCTION);
        try (SslSocket client = parts.openSocket();
                SslSocket server = others.openSocket()) {
            new Duplex(client, server, seed).exchange(subject, version);
        }
    }

    private static void onLoop(Subject subject, Version version, long seed) {
        try (SslEventLoop loop = SslEventLoop.start("conformance-duplex")) {
            ConnectionParts parts = subject.parts(ConnectionParts.PRODUCTION);
            ConnectionParts others = subject.parts(ConnectionParts.PRODUCTION);
            try (SslSocket client = parts.openSocket(loop);
                    SslSocket server = others.openSocket(loop)) {
                new Duplex(client, server, seed).exchange(subject, version);
            }
        } catch (IOException e) {
            throw new AssertionError("the platform gives no selector", e);
        }
    }

    private void exchange(Subject subject, Version version) {
        try (World configured = World.of(subject, version.range()).amongOthers()) {
            client.setSslConfiguration(configured.clientConfiguration());
            server.setSslConfiguration(configured.serverConfiguration());
        }
        Wire wire = new Wire(true);
        client.setPeerVerifyName("localhost");
        server.attachEncrypted(wire.server(), SslMode.SERVER);
        client.attachEncrypted(wire.client(), SslMode.CLIENT);
        List<Crowd.Work> works = List.of(
                m -> write(client, 1, clientRounds),
                m -> write(server, 2, serverRounds),
                m -> read(client, 2, clientRounds),
                m -> read(server, 1, serverRounds));
        new Crowd(works.size()).all(member -> works.get(member).run(member));
    }

    private void write(SslSocket socket, int direction, Semaphore rounds) throws Exception {
        Random random = new Random(seed + direction);
        OutputStream output = socket.outputStream();
        for (int at = 0; at < TOTAL_BYTES; ) {
            int inRound = at % ROUND_BYTES;
            if (inRound == 0) {
                int from = at;
                output.flush();
                check(
                        rounds.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS),
                        () -> "a side that has written " + from + " bytes never got as many");
            }
            byte[] portion =
                    new byte[Math.min(ROUND_BYTES - inRound, 1 + random.nextInt(TransmitContract.MESSAGE_BYTES))];
            for (int i = 0; i < portion.length; i++) {
                portion[i] = at(direction, at + i);
            }
            output.write(portion);
            at += portion.length;
            if (random.nextInt(4) == 0) {
                socket.updateKeys(); // changes nothing where there is no such thing
            }
        }
        output.flush();
        allDone.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** Reads all, waits until all others have done with their bytes, and closes at the same time as the other side. */
    private void read(SslSocket socket, int direction, Semaphore rounds) throws Exception {
        InputStream input = socket.inputStream();
        byte[] portion = new byte[30_000];
        for (int at = 0; at < TOTAL_BYTES; ) {
            int got = input.read(portion);
            int from = at;
            check(got > 0, () -> "the stream ended after " + from + " of " + TOTAL_BYTES + " bytes");
            for (int i = 0; i < got; i++) {
                int place = at + i;
                check(
                        portion[i] == at(direction, place),
                        () -> "a wrong byte came at place " + place
                                + " of the stream while one thread was reading and another writing");
            }
            rounds.release((at + got) / ROUND_BYTES - at / ROUND_BYTES);
            at += got;
        }
        allDone.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        socket.disconnectFromHost();
        check(
                socket.waitForDisconnected(),
                () -> "a connection did not end after both sides had closed at once: " + socket);
        equal(SslSocketError.UNKNOWN, socket.error(), "the error of a connection that both sides have closed at once");
    }

    /** The byte at a place of a direction's stream. */
    private static byte at(int direction, int place) {
        return (byte) (direction * 97 + place * 31 + (place >> 8) * 7);
    }
}
