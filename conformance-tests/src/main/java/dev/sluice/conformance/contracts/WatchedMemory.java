package dev.sluice.conformance.contracts;

import dev.sluice.SslConfiguration;
import dev.sluice.SslSocketListener;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.Importers;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.spi.TlsBackend;
import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.util.ArrayList;
import java.util.List;

/** Memory of connections that keeps a copy of what each buffer held when it was given back. One thread at a time. */
final class WatchedMemory extends AbstractByteBufAllocator {
    private final List<byte[]> givenBack = new ArrayList<>();

    /** What the buffers held that were given back. */
    List<byte[]> givenBack() {
        return givenBack;
    }

    /** Another subject whose connections use this memory. */
    Subject under(Subject subject) {
        return new Subject(subject.backend()) {
            @Override
            @SuppressWarnings("exports")
            public ConnectionParts parts(ConnectionParts parts) {
                return subject.parts(parts.withBuffers(Buffers.withoutShelves(WatchedMemory.this)));
            }

            @Override
            public SslConfiguration.Builder configuration(TlsBackend chosen) {
                return subject.configuration(chosen);
            }

            @Override
            public SslConfiguration build(SslConfiguration.Builder builder) {
                return subject.build(builder);
            }

            @Override
            public SslSocketListener listener(SslSocketListener listener) {
                return subject.listener(listener);
            }

            @Override
            public Importers importers() {
                return subject.importers();
            }
        };
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity) {
            @Override
            protected void freeArray(byte[] array) {
                givenBack.add(array.clone());
                super.freeArray(array);
            }
        };
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity) {
            @Override
            public boolean release() {
                if (refCnt() == 1) { // afterwards nobody may look into it any more
                    byte[] held = new byte[capacity()];
                    getBytes(0, held);
                    givenBack.add(held);
                }
                return super.release();
            }
        };
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    @Override
    public String toString() {
        return "WatchedMemory[" + givenBack.size() + " buffers given back]";
    }
}
