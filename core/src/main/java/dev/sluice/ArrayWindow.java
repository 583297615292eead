package dev.sluice;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * A caller's array seen as the buffer that an engine takes. The last view is kept, because callers mostly come with the
 * same array again, and what happens for every record must not allocate.
 */
final class ArrayWindow {
    private byte @Nullable [] array;
    private ByteBuf view = Unpooled.EMPTY_BUFFER;

    /** The view on an array, its indices wherever they were left. */
    ByteBuf on(byte[] wanted) {
        if (array != wanted) {
            array = wanted;
            view = Unpooled.wrappedBuffer(wanted);
        }
        return view;
    }

    /** Lets go of the caller's array. */
    void clear() {
        array = null;
        view = Unpooled.EMPTY_BUFFER;
    }
}
