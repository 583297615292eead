package dev.sluice.conformance.saboteurs;

import dev.sluice.conformance.Weakness;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.List;

/** Faults in how bytes move. */
final class TransmitSaboteurs {
    private TransmitSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(Saboteur.ofEngine(
                "DropsTailBehindUnsentRecord",
                Weakness.W09,
                "bytes arrived and nothing moves any more",
                DropsTailBehindUnsentRecord::new));
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
}
