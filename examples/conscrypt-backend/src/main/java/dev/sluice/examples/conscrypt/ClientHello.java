package dev.sluice.examples.conscrypt;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * The lists of a ClientHello (RFC 8446 §4.1.2) that this process has written itself.
 *
 * @param cipherSuites the numbers of the suites offered
 * @param groups the numbers of the groups offered
 * @param signatureSchemes the numbers of the signature schemes offered
 */
record ClientHello(List<Integer> cipherSuites, List<Integer> groups, List<Integer> signatureSchemes) {
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;

    /** Record header 5, message header 4, version 2, random 32. */
    private static final int BEFORE_SESSION_ID_BYTES = 43;

    /**
     * Reads the first record of a client.
     *
     * @throws IndexOutOfBoundsException if it is no ClientHello
     */
    static ClientHello read(ByteBuf record) {
        ByteBuf in = record.duplicate().skipBytes(BEFORE_SESSION_ID_BYTES);
        in.skipBytes(in.readUnsignedByte());
        List<Integer> suites = numbers(in.readSlice(in.readUnsignedShort()));
        in.skipBytes(in.readUnsignedByte()); // compression methods
        List<Integer> groups = List.of();
        List<Integer> schemes = List.of();
        ByteBuf extensions = in.readSlice(in.readUnsignedShort());
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf value = extensions.readSlice(extensions.readUnsignedShort());
            if (type == SUPPORTED_GROUPS) {
                groups = numbers(value.skipBytes(2));
            } else if (type == SIGNATURE_ALGORITHMS) {
                schemes = numbers(value.skipBytes(2));
            }
        }
        return new ClientHello(suites, groups, schemes);
    }

    private static List<Integer> numbers(ByteBuf vector) {
        List<Integer> numbers = new ArrayList<>();
        while (vector.isReadable()) {
            numbers.add(vector.readUnsignedShort());
        }
        return List.copyOf(numbers);
    }
}
