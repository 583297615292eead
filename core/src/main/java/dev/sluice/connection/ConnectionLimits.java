package dev.sluice.connection;

/**
 * How much a connection keeps in memory.
 *
 * @param readBytes received plaintext that nobody has read: when it is reached nothing more is decrypted
 * @param writeBytes plaintext that waits to be encrypted
 * @param handshakeBytes what a peer may send before the handshake has ended
 */
public record ConnectionLimits(int readBytes, int writeBytes, int handshakeBytes) {
    /**
     * Makes limits.
     *
     * @param readBytes received plaintext that nobody has read: when it is reached nothing more is decrypted
     * @param writeBytes plaintext that waits to be encrypted
     * @param handshakeBytes what a peer may send before the handshake has ended
     * @throws IllegalArgumentException if one is not positive
     */
    public ConnectionLimits {
        if (readBytes <= 0 || writeBytes <= 0 || handshakeBytes <= 0) {
            throw new IllegalArgumentException("limits are " + readBytes + ", " + writeBytes + " and " + handshakeBytes
                    + " bytes, expected each above 0");
        }
    }
}
