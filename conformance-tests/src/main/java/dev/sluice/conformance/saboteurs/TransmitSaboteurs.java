package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Weakness;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.Phase;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.List;

/** Faults in how bytes move. */
final class TransmitSaboteurs {
    private TransmitSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.ofEngine(
                                "DropsTailBehindUnsentRecord",
                                Weakness.W09,
                                "bytes arrived and nothing moves any more",
                                DropsTailBehindUnsentRecord::new)
                        .showing("bytes behind a key update that waits to be sent are lost as well", Weakness.W38),
                Saboteur.of(
                                "GivesUpOnPartialRecord",
                                Weakness.W10,
                                "nothing moves any more",
                                ExchangedPart.connections(() -> GivesUpOnPartialRecord::new))
                        .showing(
                                "what is written in parts arrives in parts, with two threads as well",
                                Weakness.W09,
                                Weakness.W38),
                Saboteur.of(
                        "LosesAByteBehindASmallRead",
                        Weakness.W10,
                        "received a wrong byte at place",
                        ExchangedPart.connections(() -> LosesAByteBehindASmallRead::new)));
    }

    /** Takes what follows a record that the transport has not taken yet for sent as well. */
    private static final class DropsTailBehindUnsentRecord extends DelegatingEngine {
        DropsTailBehindUnsentRecord(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep wrap(ByteBuf plaintext, ByteBuf ciphertext) {
            boolean unsent = ciphertext.isReadable();
            int before = plaintext.readableBytes();
            EngineStep step = super.wrap(plaintext, ciphertext);
            if (unsent && plaintext.readableBytes() < before) {
                plaintext.skipBytes(plaintext.readableBytes());
            }
            return step;
        }
    }

    /** Does not try again when a would-block came in the middle of a record. */
    private static final class GivesUpOnPartialRecord extends Connection {
        private boolean givenUp;

        GivesUpOnPartialRecord(Buffers buffers, BufferKind kind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, kind, limits, events);
        }

        @Override
        public void endFill(int bytes) {
            super.endFill(bytes);
            boolean partial = phase() == Phase.ESTABLISHED && hasReadRoom() && encryptedBytesAvailable() > 0;
            givenUp |= bytes == 0 && partial;
        }

        @Override
        public boolean wantsInput() {
            return !givenUp && super.wantsInput();
        }
    }

    /** Gives less than there is, and counts one byte too many. */
    private static final class LosesAByteBehindASmallRead extends Connection {
        private static final int SMALL_BYTES = 400;

        LosesAByteBehindASmallRead(Buffers buffers, BufferKind kind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, kind, limits, events);
        }

        @Override
        public int read(ByteBuffer target) {
            int bytes = super.read(target);
            if (bytes > 0 && bytes < SMALL_BYTES && !target.hasRemaining()) {
                skip(1);
            }
            return bytes;
        }
    }
}
