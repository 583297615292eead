/**
 * The seam between a connection and a TLS engine: what a backend implements, and users need not read.
 *
 * <p>A backend is three types. {@link dev.sluice.spi.TlsBackend} is found with {@link java.util.ServiceLoader}, says what its
 * library can do, and makes contexts. {@link dev.sluice.spi.TlsContext} holds keys and sessions and is shared by all
 * connections of an equal {@link dev.sluice.spi.ContextSpec}; it is reference counted, and the library counts.
 * {@link dev.sluice.spi.TlsEngine} is one end of one connection.
 *
 * <p>An engine turns bytes into bytes and facts. It does no I/O, starts no thread and never waits, save in
 * {@code runTask()}. Buffers are borrowed: it moves their indices and keeps nothing. Each call answers with an
 * {@link dev.sluice.spi.EngineStep} that says what is wanted next; failures are steps too, not exceptions. When the peer
 * shows its certificates the engine asks the {@link dev.sluice.spi.PeerVerifier} inside the handshake, so that a refused peer
 * gets its alert.
 *
 * <p>What a library cannot do is not declared in {@link dev.sluice.spi.BackendCapabilities}; it is then refused before a byte
 * goes out. Nothing here trusts an engine to be correct: lengths, results and order are checked by the connection.
 *
 * <p>A {@link dev.sluice.spi.KeyCodec} is something else that a module may offer: it reads keys that the library does not read.
 */
@NullMarked
package dev.sluice.spi;

import org.jspecify.annotations.NullMarked;
