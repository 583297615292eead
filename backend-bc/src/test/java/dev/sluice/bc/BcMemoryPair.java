package dev.sluice.bc;

import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.util.Arrays;
import java.util.Vector;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsClientProtocol;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A client and a server of BouncyCastle in one thread, each with a cryptography of its own; nobody checks certificates. */
final class BcMemoryPair {
    /** More than a record. */
    private static final int BUFFER = 20_000;

    private final ProtocolVersion version;
    private final int suite;
    private final int group;
    final ClientSide client;
    final ServerSide server;

    /** What a side lends its record ciphers, and what came of it. */
    static final class Lending {
        final RecordRooms rooms = new RecordRooms();
        final byte[] outbound = new byte[BUFFER];
        final byte[] inbound = new byte[2 * BUFFER];
        /** Records that lay where they were wanted. */
        int inPlace;
        /** Application data of the current call: where it was received. */
        int received;
    }

    /** One side: offers, takes, and hands over plaintext. */
    interface Side {
        void offer(byte[] input, int length) throws IOException;

        int take(byte[] output);

        void write(byte[] data, int offset, int length) throws IOException;

        void updateKey(boolean andThePeers) throws IOException;

        Lending lending();

        /** Takes the plaintext that the last {@link #offer} brought. */
        byte[] received();
    }

    BcMemoryPair(ProtocolVersion version, int suite, int group, BcTlsCrypto clientCrypto, BcTlsCrypto serverCrypto) {
        this.version = version;
        this.suite = suite;
        this.group = group;
        this.client = new ClientSide();
        this.server = new ServerSide();
        this.clientCrypto = forConnection(clientCrypto, client.lending);
        this.serverCrypto = forConnection(serverCrypto, server.lending);
    }

    private final BcTlsCrypto clientCrypto;
    private final BcTlsCrypto serverCrypto;

    private static BcTlsCrypto forConnection(BcTlsCrypto crypto, Lending lending) {
        return crypto instanceof HybridTlsCrypto hybrid ? hybrid.forConnection(lending.rooms) : crypto;
    }

    void handshake() throws IOException {
        server.accept(new Server());
        client.connect(new Client());
        pump();
        if (client.isHandshaking() || server.isHandshaking()) {
            throw new IOException("the handshake did not end");
        }
    }

    /** Moves what is there, until nothing moves. */
    void pump() throws IOException {
        byte[] wire = new byte[BUFFER];
        boolean moved = true;
        while (moved) {
            moved = move(client, server, wire) | move(server, client, wire);
        }
    }

    private static boolean move(Side from, Side to, byte[] wire) throws IOException {
        int length = from.take(wire);
        if (length > 0) {
            to.offer(wire, length);
        }
        return length > 0;
    }

    /** Sends data the way that the backend does: with room lent for each call on both sides. */
    static byte[] sendWithRoom(Side from, Side to, byte[] data) throws IOException {
        byte[] result = new byte[0];
        Lending out = from.lending();
        Lending in = to.lending();
        for (int offset = 0; offset < data.length; offset += 16 * 1024) {
            int length = Math.min(16 * 1024, data.length - offset);
            out.rooms.outbound().lend(out.outbound, 3, BUFFER - 3);
            from.write(data, offset, length);
            int used = out.rooms.outbound().used();
            byte[] queued = new byte[BUFFER];
            int total = from.take(queued);
            byte[] wire = queued;
            if (used == total) {
                wire = Arrays.copyOfRange(out.outbound, 3, 3 + used); // and not what the queue has
                out.inPlace++;
            }
            out.rooms.outbound().takeBack();

            in.rooms.inbound().lend(in.inbound, 5, in.inbound.length - 5);
            to.offer(wire, total);
            int received = in.rooms.inbound().used();
            int before = result.length;
            byte[] queuedPlaintext = to.received();
            if (received > 0) {
                in.inPlace++;
            }
            result = Arrays.copyOf(result, before + received + queuedPlaintext.length);
            System.arraycopy(in.inbound, 5, result, before, received);
            System.arraycopy(queuedPlaintext, 0, result, before + received, queuedPlaintext.length);
            in.rooms.inbound().takeBack();
        }
        return result;
    }

    /** Sends data through BouncyCastle's queues. */
    static byte[] send(Side from, Side to, byte[] data) throws IOException {
        byte[] wire = new byte[data.length + BUFFER];
        from.write(data, 0, data.length);
        int length = from.take(wire);
        to.offer(wire, length);
        return to.received();
    }

    final class ClientSide extends TlsClientProtocol implements Side {
        final Lending lending = new Lending();

        @Override
        protected void processRecord(short type, byte[] buffer, int offset, int length) throws IOException {
            if (type != ContentType.application_data || !lending.rooms.inbound().holds(buffer, offset, length)) {
                super.processRecord(type, buffer, offset, length);
            }
        }

        @Override
        public void offer(byte[] input, int length) throws IOException {
            offerInput(input, 0, length);
        }

        @Override
        public int take(byte[] output) {
            return readOutput(output, 0, output.length);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            writeApplicationData(data, offset, length);
        }

        @Override
        public void updateKey(boolean andThePeers) throws IOException {
            send13KeyUpdate(andThePeers);
        }

        @Override
        public Lending lending() {
            return lending;
        }

        @Override
        public byte[] received() {
            byte[] plaintext = new byte[getAvailableInputBytes()];
            readInput(plaintext, 0, plaintext.length);
            return plaintext;
        }
    }

    final class ServerSide extends TlsServerProtocol implements Side {
        final Lending lending = new Lending();

        @Override
        protected void processRecord(short type, byte[] buffer, int offset, int length) throws IOException {
            if (type != ContentType.application_data || !lending.rooms.inbound().holds(buffer, offset, length)) {
                super.processRecord(type, buffer, offset, length);
            }
        }

        @Override
        public void offer(byte[] input, int length) throws IOException {
            offerInput(input, 0, length);
        }

        @Override
        public int take(byte[] output) {
            return readOutput(output, 0, output.length);
        }

        @Override
        public void write(byte[] data, int offset, int length) throws IOException {
            writeApplicationData(data, offset, length);
        }

        @Override
        public void updateKey(boolean andThePeers) throws IOException {
            send13KeyUpdate(andThePeers);
        }

        @Override
        public Lending lending() {
            return lending;
        }

        @Override
        public byte[] received() {
            byte[] plaintext = new byte[getAvailableInputBytes()];
            readInput(plaintext, 0, plaintext.length);
            return plaintext;
        }
    }

    private final class Client extends DefaultTlsClient {
        Client() {
            super(clientCrypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return version.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {suite};
        }

        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"})
        protected Vector getSupportedGroups(Vector namedGroupRoles) {
            return getEarlyKeyShareGroups();
        }

        @Override
        @SuppressWarnings({"rawtypes", "JdkObsolete"})
        public Vector getEarlyKeyShareGroups() {
            return new Vector<>(java.util.List.of(group));
        }

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate certificate) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request) {
                    return null;
                }
            };
        }
    }

    private final class Server extends DefaultTlsServer {
        Server() {
            super(serverCrypto);
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return version.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {suite};
        }

        @Override
        public int[] getSupportedGroups() {
            return new int[] {group};
        }

        @Override
        public TlsCredentials getCredentials() throws IOException {
            return getECDSASignerCredentials();
        }

        @Override
        protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
            TestCertificates.Issued issued = TestCertificates.localhost();
            TlsCertificate certificate =
                    serverCrypto.createCertificate(issued.certificate().toDer());
            Certificate chain = TlsUtils.isTLSv13(version)
                    ? new Certificate(
                            TlsUtils.EMPTY_BYTES, new CertificateEntry[] {new CertificateEntry(certificate, null)})
                    : new Certificate(new TlsCertificate[] {certificate});
            return new BcDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context),
                    serverCrypto,
                    PrivateKeyFactory.createKey(issued.keys().getPrivate().getEncoded()),
                    chain,
                    SignatureAndHashAlgorithm.getInstance(
                            SignatureScheme.getHashAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256),
                            SignatureScheme.getSignatureAlgorithm(SignatureScheme.ecdsa_secp256r1_sha256)));
        }
    }
}
