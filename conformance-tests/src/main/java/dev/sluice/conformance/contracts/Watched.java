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

/** Counts the handshake records that engines are given once it is on. Thread-safe. */
final class Watched extends DelegatingBackend {
    private final AtomicInteger seen = new AtomicInteger();
    private volatile boolean on;

    Watched(TlsBackend delegate) {
        super(delegate);
    }

    /** From now on they count. */
    void begin() {
        on = true;
    }

    int seen() {
        return seen.get();
    }

    @Override
    protected TlsEngine createEngine(TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
            throws TlsContextException {
        return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
            @Override
            public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
                boolean handshake = ciphertext.isReadable() && ciphertext.getByte(ciphertext.readerIndex()) == 22;
                if (handshake && on) {
                    seen.incrementAndGet();
                }
                return super.unwrap(ciphertext, plaintext);
            }
        };
    }
}
