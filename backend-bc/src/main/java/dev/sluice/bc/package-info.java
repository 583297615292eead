/**
 * The backend for BouncyCastle, over its low-level, non-blocking TLS API.
 *
 * <p>It can what JSSE cannot: pre-shared keys, any alert at any time, stapled OCSP responses on servers, key logs,
 * post-quantum groups. Beside it stands a codec for keys in formats and on curves that the platform does not know.
 *
 * <p>For whoever wants to see how that API is used, in the order of reading:
 *
 * <ol>
 *   <li>{@code BcEngine}: when records are offered and taken, and what may take long
 *   <li>{@code BcProtocol}, {@code ClientProtocol}, {@code ServerProtocol}, {@code RecordSink}: a protocol without threads
 *       and without queues
 *   <li>{@code BcClient}, {@code BcServer}: what BouncyCastle asks, and every answer
 *   <li>{@code Handshake}: the peer's certificates, the exact alert, the facts, what has to be saved before BouncyCastle
 *       forgets it
 *   <li>{@code HybridTlsCrypto}: which algorithms come from the platform, and why
 * </ol>
 */
@NullMarked
package dev.sluice.bc;

import org.jspecify.annotations.NullMarked;
