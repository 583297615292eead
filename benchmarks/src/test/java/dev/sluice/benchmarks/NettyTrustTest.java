package dev.sluice.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.x509.CertificateRefusedException;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerifyingTrustManager;
import dev.sluice.x509.VerifyingTrustManagerFactory;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The verifier's factory in Netty, which brings two engines. Here, because no other module has Netty's handler. */
class NettyTrustTest {
    private static final Identity SERVER = Identity.create();
    private static final SslCertificate ROOT = SslCertificate.of(SERVER.root());
    private static final int PORT = 443;

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void theRightServerIsAccepted(SslProvider provider) throws Exception {
        Throwable failure = handshake(provider, VerifyingTrustManager.of(List.of(ROOT)), Identity.HOST);

        assertEquals(null, failure);
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void aServerOfAnotherNameIsRefusedThoughNettyWasToldNotToAskForTheName(SslProvider provider) throws Exception {
        Throwable failure = handshake(provider, VerifyingTrustManager.of(List.of(ROOT)), "other.test");

        assertEquals(
                List.of(SslError.of(Code.HOST_NAME_MISMATCH, SslCertificate.of(SERVER.certificate()))),
                CertificateRefusedException.causeOf(failure).orElseThrow().errors());
    }

    @ParameterizedTest
    @EnumSource(names = {"JDK", "OPENSSL"})
    void aServerOfAnUnknownAuthorityIsRefused(SslProvider provider) throws Exception {
        SslCertificate other = SslCertificate.of(Identity.create().root());

        Throwable failure = handshake(provider, VerifyingTrustManager.of(List.of(other)), Identity.HOST);

        assertTrue(CertificateRefusedException.causeOf(failure).isPresent(), () -> String.valueOf(failure));
    }

    /** Why the client's handshake failed; null if it did not. */
    private static Throwable handshake(SslProvider provider, VerifyingTrustManager trustManager, String host)
            throws Exception {
        Assumptions.assumeTrue(provider == SslProvider.JDK || OpenSsl.isAvailable(), "no native engine here");
        SslContext clientContext = SslContextBuilder.forClient()
                .sslProvider(provider)
                .trustManager(new VerifyingTrustManagerFactory(trustManager))
                .endpointIdentificationAlgorithm(null)
                .build();
        SslContext serverContext = SslContextBuilder.forServer(SERVER.key(), SERVER.chain())
                .sslProvider(provider)
                .build();
        try {
            EmbeddedChannel client = new EmbeddedChannel();
            EmbeddedChannel server = new EmbeddedChannel();
            SslHandler handler = clientContext.newHandler(client.alloc(), host, PORT);
            server.pipeline().addLast(serverContext.newHandler(server.alloc()));
            client.pipeline().addLast(handler);
            boolean moved = true;
            while (moved) {
                moved = transfer(client, server) | transfer(server, client);
            }
            assertTrue(handler.handshakeFuture().isDone(), "the handshake has not come to its end");
            Throwable failure = handler.handshakeFuture().cause();
            client.releaseInbound();
            client.releaseOutbound();
            client.close();
            server.releaseInbound();
            server.close();
            return failure;
        } finally {
            ReferenceCountUtil.release(clientContext);
            ReferenceCountUtil.release(serverContext);
        }
    }

    private static boolean transfer(EmbeddedChannel from, EmbeddedChannel to) {
        from.runPendingTasks();
        Object message = from.readOutbound();
        if (message == null) {
            return false;
        }
        // Past the channel's own methods: they throw what the pipeline reports, and the handshake's future has it
        // already.
        to.pipeline().fireChannelRead(message);
        to.pipeline().fireChannelReadComplete();
        to.runPendingTasks();
        return true;
    }
}
