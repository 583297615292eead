package dev.sluice.examples.conscrypt;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.TlsFeature;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;

/**
 * What Conscrypt can do, as far as it really works.
 *
 * <p>Suites, groups and schemes are read from a ClientHello that it writes for this purpose: what a library calls
 * "supported" it need not offer (the suites with a pre-shared key, here), and security properties may have changed the rest.
 */
final class ConscryptCapabilities {
    /**
     * Each has a test in this module. What is missing, and why:
     *
     * <ul>
     *   <li>Resumption: Conscrypt finds a client's sessions by host and port, not by what the connection demands of its
     *       peer, and a cached session cannot be taken out alone.
     *   <li>Groups: there is a setter from JDK 20 on. Left out to keep the example small.
     *   <li>Signature schemes: the setter is taken and ignored.
     *   <li>Exporter: Conscrypt has one and does not tell whether the extended master secret was used, without which
     *       nothing may be exported in TLS 1.2 (RFC 7627 §5.4).
     *   <li>Pre-shared keys: in TLS 1.2 alone, called back with strings, and no chance to refuse a weak one in time.
     *   <li>Alerts, key updates, half-closed connections: no interface.
     * </ul>
     *
     * <p>Known to be done although nobody asked: a client always asks for a stapled response. The verifier gets what comes.
     */
    private static final Set<TlsFeature> FEATURES = EnumSet.of(
            TlsFeature.ALPN,
            TlsFeature.SNI_CLIENT,
            TlsFeature.SNI_SERVER,
            TlsFeature.CLIENT_CERTIFICATES,
            TlsFeature.OCSP_CLIENT,
            TlsFeature.GROUP_REPORTED,
            TlsFeature.FATAL_ALERTS_RECEIVED);

    private ConscryptCapabilities() {}

    /**
     * Finds out.
     *
     * @throws IllegalStateException if Conscrypt cannot write a ClientHello
     */
    static BackendCapabilities probe(Provider provider) {
        try {
            SSLContext context = SSLContext.getInstance("TLS", provider);
            // Managers that hold nothing: without any, the trust anchors of the platform are read.
            context.init(
                    new KeyManager[] {new IdentityKeyManager(List.of())},
                    new TrustManager[] {new DeferringTrustManager(number -> Optional.empty(), List.of())},
                    null);
            List<SslCipher> known = new ArrayList<>();
            List<String> unknown = new ArrayList<>();
            for (String name : context.getSupportedSSLParameters().getCipherSuites()) {
                SslCipher.fromName(name).ifPresentOrElse(known::add, () -> unknown.add(name));
            }
            ClientHello hello = clientHello(context, known);
            known.removeIf(cipher -> !hello.cipherSuites().contains(cipher.id()));
            return new BackendCapabilities(
                    EnumSet.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3),
                    known,
                    unknown,
                    known(hello.groups(), NamedGroup::fromId),
                    known(hello.signatureSchemes(), SignatureScheme::fromId),
                    FEATURES,
                    BufferKind.DIRECT); // what is on the heap is copied there and back
        } catch (GeneralSecurityException | SSLException | RuntimeException e) {
            throw new IllegalStateException("Conscrypt writes no ClientHello that can be read", e);
        }
    }

    private static ClientHello clientHello(SSLContext context, List<SslCipher> ciphers) throws SSLException {
        SSLEngine engine = context.createSSLEngine();
        try {
            engine.setUseClientMode(true);
            engine.setEnabledProtocols(
                    new String[] {SslProtocol.TLS_1_2.standardName(), SslProtocol.TLS_1_3.standardName()});
            engine.setEnabledCipherSuites(ciphers.stream().map(SslCipher::name).toArray(String[]::new));
            ByteBuffer record = ByteBuffer.allocate(ConscryptEngine.ROOM_BYTES);
            engine.wrap(ByteBuffer.allocate(0), record);
            return ClientHello.read(Unpooled.wrappedBuffer(record.flip()));
        } finally {
            ConscryptEngine.dispose(engine);
        }
    }

    private static <T> List<T> known(List<Integer> numbers, IntFunction<Optional<T>> find) {
        Set<T> found = new LinkedHashSet<>();
        numbers.forEach(number -> find.apply(number).ifPresent(found::add));
        return List.copyOf(found);
    }
}
