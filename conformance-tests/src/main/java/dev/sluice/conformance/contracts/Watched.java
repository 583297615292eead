package dev.sluice.conformance.contracts;

import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the handshake records that engines are given after the first data. Thread-safe. */
final class Watched extends DelegatingBackend {
    private final AtomicInteger seen;

    Watched(TlsBackend delegate, AtomicInteger seen) {
        super(delegate);
        this.seen = seen;
    }

    @Override
    protected TlsEngine createEngine(TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
            private boolean data;

            @Override
            public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
                boolean handshake = ciphertext.isReadable() && ciphertext.getByte(ciphertext.readerIndex()) == 22;
                if (handshake && data) {
                    seen.incrementAndGet();
                }
                int before = plaintext.writerIndex();
                EngineStep step = super.unwrap(ciphertext, plaintext);
                data |= plaintext.writerIndex() > before;
                return step;
            }
        };
    }
}
