package dev.sluice;

import java.util.List;

/**
 * Decides whether a connection goes on although the verification of its peer has found errors.
 *
 * <p>Called with no lock held, while the handshake waits. The handshake goes on if, when this method returns, the socket
 * has been told to ignore all of the errors; otherwise it fails with the alert of the first error that is not ignored.
 * The time spent here counts against the handshake timeout.
 */
@FunctionalInterface
public interface SslErrorHandler {
    /**
     * Called when the verification has found errors that would end the handshake.
     *
     * @param socket the socket that connects; to accept errors, call its {@code ignoreSslErrors(errors)}
     * @param errors all errors, that of the host name first; never empty, immutable
     */
    void onSslErrors(SslSocket socket, List<SslError> errors);
}
