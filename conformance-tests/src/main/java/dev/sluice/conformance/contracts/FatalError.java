package dev.sluice.conformance.contracts;

import dev.sluice.ProtocolRange;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** The ways in which a connection can fail for good, each brought about in a world. */
enum FatalError {
    /** A bit of an encrypted record is wrong. */
    CORRUPTED_RECORD {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            world.start().encrypted();
            world.transfer(world.server(), world.client(), 100);
            world.wire().toClient().holdBack();
            world.server().write(1000);
            world.server().socket().flush();
            world.wire().toClient().flip(40, 3);
            world.server().write(1000);
            world.wire().toClient().release();
        }
    },
    /** The peer does not speak TLS. */
    NONSENSE_IN_HANDSHAKE {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            world.wire().toClient().inject(NONSENSE);
            world.start();
        }
    },
    /** After the handshake the peer stops speaking TLS. */
    NONSENSE_AFTER_HANDSHAKE {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            world.start().encrypted();
            world.wire().toClient().inject(NONSENSE);
        }
    },
    /** The same, and the network takes nothing any more, so that no alert can be sent. */
    NO_ALERT_CAN_BE_SENT {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            world.start().encrypted();
            world.wire().toServer().writeSizes(() -> 0);
            world.client().write(1000);
            world.client().socket().flush();
            world.wire().toClient().inject(NONSENSE);
        }
    },
    /** Nobody vouches for the peer. */
    REFUSED_PEER {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            world.identity(Identities.selfSigned()).start();
        }
    },
    /** The sides have no protocol version in common. */
    NO_COMMON_PROTOCOL {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            ProtocolRange other = version == Version.TLS_1_2 ? ProtocolRange.TLS_1_3 : ProtocolRange.TLS_1_2;
            world.server(builder -> builder.protocols(other)).start();
        }
    },
    /** The engine fails by itself. */
    ENGINE_FAILS {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            breakEngine(
                    world, backend, () -> EngineStep.failed(new IllegalStateException("the engine gives up"), null));
        }
    },
    /** The adapter of the engine throws. */
    ENGINE_THROWS {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            breakEngine(world, backend, () -> {
                throw new IllegalStateException("the adapter is broken");
            });
        }
    },
    /** The peer never says anything. */
    SILENT_PEER {
        @Override
        void bringAbout(World world, Version version, TlsBackend backend) {
            world.startClientOnly();
        }
    };

    private static final byte[] NONSENSE = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** Brings it about at the client, as far as it can go without time passing. */
    abstract void bringAbout(World world, Version version, TlsBackend backend);

    /** Whether the peer is a socket, whose end can be waited for. */
    boolean hasPeer() {
        return this != SILENT_PEER;
    }

    /** Whether an alert that was sent has to reach the peer. */
    boolean alertArrives() {
        return hasPeer() && this != NO_ALERT_CAN_BE_SENT;
    }

    /** Whether it is the library that finds the fault, while it can still say so: it has to send an alert of its own. */
    boolean hasAlertOfOurs() {
        return this == NONSENSE_AFTER_HANDSHAKE;
    }

    /** Says what an engine says that has broken. */
    private interface Breakage {
        EngineStep step();
    }

    private static void breakEngine(World world, TlsBackend backend, Breakage breakage) {
        AtomicBoolean broken = new AtomicBoolean();
        world.backend(
                new ChangedEngines(backend, Side.CLIENT, (engine, events) -> new Breaking(engine, broken, breakage)));
        world.start().encrypted();
        broken.set(true);
        world.server().write(100);
    }

    /** Works until it is told to break. */
    private static final class Breaking extends DelegatingEngine {
        private final AtomicBoolean broken;
        private final Breakage breakage;

        Breaking(TlsEngine delegate, AtomicBoolean broken, Breakage breakage) {
            super(delegate);
            this.broken = broken;
            this.breakage = breakage;
        }

        @Override
        public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
            return broken.get() ? breakage.step() : super.unwrap(ciphertext, plaintext);
        }
    }
}
