package dev.sluice.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;

/** Netty's handler, with the engine of the JDK or with BoringSSL; one event loop for all clients, one for the server. */
final class NettyChannels implements Contender {
    private static final int WRITE_BYTES = 64 * 1024;

    private final String name;
    private final SslContext clientContext;
    private final SslContext serverContext;
    private final EventLoopGroup clientLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoopGroup serverLoop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel listener;
    /** What is sent: of the kind that the engine likes best, never copied. */
    private final ByteBuf zeros;

    private final Protocol protocol;
    private final BlockingQueue<ServerEnd> accepted = new ArrayBlockingQueue<>(4096);
    private volatile boolean keepAccepted;

    NettyChannels(String name, SslProvider provider, Identity identity, Protocol protocol) throws Exception {
        this.name = name;
        this.protocol = protocol;
        this.zeros = Unpooled.unreleasableBuffer(
                (provider == SslProvider.JDK ? Unpooled.buffer(WRITE_BYTES) : Unpooled.directBuffer(WRITE_BYTES))
                        .writeZero(WRITE_BYTES));
        List<String> ciphers = List.of(protocol.cipher());
        clientContext = SslContextBuilder.forClient()
                .sslProvider(provider)
                .protocols(protocol.standardName())
                .ciphers(ciphers)
                .trustManager(identity.trustManagers()[0])
                .build();
        serverContext = SslContextBuilder.forServer(identity.key(), identity.chain())
                .sslProvider(provider)
                .protocols(protocol.standardName())
                .ciphers(ciphers)
                .build();
        if (serverContext instanceof ReferenceCountedOpenSslContext openSsl) {
            openSsl.sessionContext().setSessionCacheEnabled(false);
        }
        listener = new ServerBootstrap()
                .group(serverLoop)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1000)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        SslHandler handler = serverContext.newHandler(channel.alloc());
                        if (handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
                            SSL.setOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
                        }
                        channel.pipeline().addLast(handler, new ServerEnd());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .sync()
                .channel();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Link link() throws Exception {
        keepAccepted = true;
        ClientEnd client = connect();
        client.done.get(30, TimeUnit.SECONDS);
        ServerEnd server = accepted.poll(30, TimeUnit.SECONDS);
        keepAccepted = false;
        return new NettyLink(client, server);
    }

    private ClientEnd connect() {
        ClientEnd end = new ClientEnd();
        end.expected = 1;
        new Bootstrap()
                .group(clientLoop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        SslHandler handler =
                                clientContext.newHandler(channel.alloc(), Identity.HOST, Protocol.unusedPort());
                        SSLParameters parameters = handler.engine().getSSLParameters();
                        parameters.setEndpointIdentificationAlgorithm("HTTPS");
                        handler.engine().setSSLParameters(parameters);
                        channel.pipeline().addLast(handler, end);
                    }
                })
                .connect(InetAddress.getLoopbackAddress(), ((InetSocketAddress) listener.localAddress()).getPort())
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        end.done.completeExceptionally(connected.cause());
                    }
                });
        return end;
    }

    @Override
    public void handshakes(int count) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        connectNext(count, done);
        done.get(120, TimeUnit.SECONDS);
    }

    private void connectNext(int left, CompletableFuture<Void> done) {
        if (left == 0) {
            done.complete(null);
            return;
        }
        ClientEnd end = connect();
        end.done.whenComplete((nothing, failure) -> {
            if (failure == null) {
                end.context.close();
                connectNext(left - 1, done);
            } else {
                done.completeExceptionally(failure);
            }
        });
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        clientLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        serverLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** Counts what comes; sends it back if told so. */
    private final class ServerEnd extends ChannelInboundHandlerAdapter {
        private volatile boolean echo;
        private volatile long left;
        private volatile CompletableFuture<Void> done = new CompletableFuture<>();

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent completion && completion.isSuccess()) {
                context.writeAndFlush(zeros.slice(0, 1));
                if (keepAccepted) {
                    accepted.add(this);
                }
            }
            super.userEventTriggered(context, event);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (echo) {
                context.write(bytes);
                return;
            }
            left -= bytes.readableBytes();
            bytes.release();
            if (left == 0) {
                done.complete(null);
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (echo) {
                context.flush();
            }
        }
    }

    /** Sends while there is room; asks again when an answer is complete. Its fields belong to the clients' loop. */
    private final class ClientEnd extends ChannelInboundHandlerAdapter {
        private CompletableFuture<Void> done = new CompletableFuture<>();
        private ChannelHandlerContext context;
        private long toSend;
        private int expected;
        private int messageBytes;
        private int messagesLeft;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        void send(long bytes) {
            toSend = bytes;
            sendMore();
        }

        private void sendMore() {
            while (toSend > 0 && context.channel().isWritable()) {
                toSend -= WRITE_BYTES;
                context.writeAndFlush(zeros.duplicate(), context.voidPromise());
            }
        }

        void ask(int count, int bytes, CompletableFuture<Void> answered) {
            done = answered;
            messagesLeft = count;
            messageBytes = bytes;
            askNext();
        }

        private void askNext() {
            messagesLeft--;
            expected = messageBytes;
            context.writeAndFlush(zeros.slice(0, messageBytes), context.voidPromise());
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext from, Object event) throws Exception {
            if (event instanceof SslHandshakeCompletionEvent completion) {
                if (completion.isSuccess()) {
                    javax.net.ssl.SSLSession session =
                            from.pipeline().get(SslHandler.class).engine().getSession();
                    protocol.requireNegotiated(session.getProtocol(), session.getCipherSuite());
                } else {
                    done.completeExceptionally(completion.cause());
                }
            }
            super.userEventTriggered(from, event);
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext from) {
            sendMore();
        }

        @Override
        public void channelRead(ChannelHandlerContext from, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            expected -= bytes.readableBytes();
            bytes.release();
            if (expected > 0) {
                return;
            }
            if (messagesLeft > 0) {
                askNext();
            } else {
                done.complete(null);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
            done.completeExceptionally(cause);
        }
    }

    private final class NettyLink implements Link {
        private final ClientEnd client;
        private final ServerEnd server;

        NettyLink(ClientEnd client, ServerEnd server) {
            this.client = client;
            this.server = server;
        }

        @Override
        public CompletableFuture<Void> bulk(long bytes) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            server.echo = false;
            server.left = bytes;
            server.done = done;
            clientLoop.execute(() -> client.send(bytes));
            return done;
        }

        @Override
        public CompletableFuture<Void> roundTrips(int count, int messageBytes) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            server.echo = true;
            clientLoop.execute(() -> client.ask(count, messageBytes, done));
            return done;
        }

        @Override
        public void close() {
            client.context.close().syncUninterruptibly();
        }
    }
}
