/**
 * TLS sockets and servers with the API and behaviour of Qt's QSslSocket, over interchangeable TLS engines.
 *
 * <p>Begin with {@link dev.sluice.SslSocket}: {@code open()} makes one that works on the calling thread,
 * {@code open(loop)} one whose bytes an {@link dev.sluice.SslEventLoop} moves. {@link dev.sluice.SslServer} gives out sockets
 * whose handshake has ended. Both take an immutable {@link dev.sluice.SslConfiguration}; one that was made without any setting
 * is safe: TLS 1.2 or 1.3, and the peer of a client is verified.
 *
 * <p>What happens is told to an {@link dev.sluice.SslSocketListener}, one method per signal of Qt, never under a lock. What
 * goes wrong is data: an {@link dev.sluice.SslSocketError} for the connection, a list of {@link dev.sluice.SslError} for the
 * peer's certificates, a {@link dev.sluice.TlsAlert} for what the two sides say of it. The stream and channel views throw an
 * {@link dev.sluice.SslSocketException} with the first and the last; the one for a failed handshake has the list too.
 *
 * <p>{@link dev.sluice.SslBackends} tells which engines were found and what they can do. Whoever opens something closes it;
 * {@link dev.sluice.SslDiagnostics} counts what is alive.
 */
@NullMarked
package dev.sluice;

import org.jspecify.annotations.NullMarked;
