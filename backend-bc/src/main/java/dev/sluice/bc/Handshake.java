package dev.sluice.bc;

import dev.sluice.AlertDescription;
import dev.sluice.NamedGroup;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.HandshakeType;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * What one connection learns while it shakes hands, the same for either side: the peer, the facts, the secrets to keep.
 *
 * <p><b>Threads:</b> one at a time, as the engine.
 */
final class Handshake {
    private final BcContext context;
    private final HybridTlsCrypto crypto;
    private final EngineSpec spec;
    private final PeerVerifier verifier;
    private final PendingEvents events;
    private final PreSharedKeys preSharedKeys;

    private boolean isTls13;
    private boolean ended;
    private PeerCredentials peer = PeerCredentials.NONE;
    private Optional<NamedGroup> group = Optional.empty();
    private SessionFacts facts = SessionFacts.NONE;
    private @Nullable ExportedSecrets exported;
    private @Nullable SecurityParameters parameters;

    Handshake(BcContext context, HybridTlsCrypto crypto, EngineSpec spec, PeerVerifier verifier, PendingEvents events) {
        this.context = context;
        this.crypto = crypto;
        this.spec = spec;
        this.verifier = verifier;
        this.events = events;
        this.preSharedKeys = new PreSharedKeys(crypto, spec.features().preSharedKeys());
    }

    BcContext context() {
        return context;
    }

    /** The cryptography of this connection. */
    HybridTlsCrypto crypto() {
        return crypto;
    }

    EngineSpec spec() {
        return spec;
    }

    PendingEvents events() {
        return events;
    }

    PreSharedKeys preSharedKeys() {
        return preSharedKeys;
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isTls13() {
        return isTls13;
    }

    SessionFacts facts() {
        return facts;
    }

    /** What can be exported; null before the end of the handshake, and where RFC 7627 §5.4 forbids it. */
    @Nullable
    ExportedSecrets exported() {
        return exported;
    }

    void versionChosen(ProtocolVersion version) {
        isTls13 = TlsUtils.isTLSv13(version);
    }

    /** The group of a server's key exchange, chosen by us or seen in its message. */
    void groupChosen(int id) {
        group = NamedGroup.fromId(id);
    }

    /** A client of TLS 1.2 reads the group from ServerKeyExchange (RFC 8422 §5.4); BouncyCastle (1.84) does not tell it. */
    void observe(short type, ByteArrayInputStream message) {
        if (type == HandshakeType.server_key_exchange && !isTls13) {
            group = ServerKeyExchangeGroup.read(message, cipherInUse());
            ProtocolRules.rewind(message);
        }
    }

    private Optional<SslCipher> cipherInUse() {
        SecurityParameters current = parameters;
        return current == null ? Optional.empty() : SslCipher.fromId(current.getCipherSuite());
    }

    void begun(TlsContext tls) {
        parameters = tls.getSecurityParametersHandshake();
    }

    /**
     * Has the peer judged. May wait, if the connection allows it.
     *
     * @throws TlsFatalAlert the exact alert, if the peer is refused
     */
    void judge(Certificate certificate, @Nullable CertificateStatus status) throws TlsFatalAlert {
        peer = PeerChain.read(certificate, status, isTls13);
        PeerVerdict verdict = verifier.verify(peer);
        PeerVerdict decided = verdict;
        if (verdict instanceof PeerVerdict.Pending pending) {
            decided = spec.tasksMayWait()
                    ? pending.await()
                    : new PeerVerdict.Refused(
                            AlertDescription.INTERNAL_ERROR,
                            "the verdict was put off where no answer can be waited for");
        }
        if (decided instanceof PeerVerdict.Refused refused) {
            throw new TlsFatalAlert(alertFor(refused.alert()), refused.reason());
        }
        if (!(decided instanceof PeerVerdict.Accepted)) {
            throw new TlsFatalAlert(
                    org.bouncycastle.tls.AlertDescription.internal_error, "the verdict was put off twice");
        }
    }

    /** RFC 8446 §6.2 made certificate_required; in TLS 1.2 the same is handshake_failure (RFC 5246 §7.4.6). */
    private short alertFor(AlertDescription alert) {
        return alert == AlertDescription.CERTIFICATE_REQUIRED && !isTls13
                ? (short) AlertDescription.HANDSHAKE_FAILURE.number()
                : (short) alert.number();
    }

    /** Says that a session is taken up whose peer was judged when it was made; the connection judges it again. */
    void resumed(PeerCredentials earlier) {
        peer = earlier;
    }

    void logHandshakeSecrets(SecurityParameters current) {
        spec.features().keyLog().ifPresent(log -> KeyLogLines.handshake(log, current.getClientRandom(), current));
    }

    /** The handshake has ended as far as BouncyCastle is concerned. */
    void completed(TlsContext tls) throws TlsFatalAlert {
        SecurityParameters current = tls.getSecurityParametersConnection();
        parameters = current;
        spec.features()
                .keyLog()
                .ifPresent(log -> KeyLogLines.completed(log, current.getClientRandom(), current, isTls13));
        exported = ExportedSecrets.of(crypto, current, isTls13).orElse(null);
        facts = read(current);
        ended = true;
        preSharedKeys.wipe();
        context.sessions().ifPresent(sessions -> sessions.keep(this, tls));
        events.handshakeCompleted();
    }

    private SessionFacts read(SecurityParameters current) throws TlsFatalAlert {
        int version = current.getNegotiatedVersion().getFullVersion();
        Optional<SslProtocol> protocol = SslProtocol.fromWireVersion(version);
        Optional<SslCipher> cipher = SslCipher.fromId(current.getCipherSuite());
        if (protocol.isEmpty() || cipher.isEmpty()) {
            // Never a guess (W12): what has no name in our tables is not spoken.
            throw new TlsFatalAlert(
                    org.bouncycastle.tls.AlertDescription.internal_error,
                    "negotiated version 0x" + Integer.toHexString(version) + " with cipher suite 0x"
                            + Integer.toHexString(current.getCipherSuite()) + ", expected ones that have a name");
        }
        ProtocolName application = current.getApplicationProtocol();
        boolean preSharedKey =
                isTls13 ? preSharedKeys.wasSelected() : cipher.get().usesPreSharedKey() && !current.isResumedSession();
        return new SessionFacts(
                protocol,
                cipher,
                application == null ? Optional.empty() : Optional.of(application.getUtf8Decoding()),
                peer,
                current.isResumedSession(),
                preSharedKey,
                isTls13 ? NamedGroup.fromId(current.getNegotiatedGroup()) : group,
                serverName(current),
                Optional.empty());
    }

    private Optional<String> serverName(SecurityParameters current) {
        return spec.side() == Side.SERVER ? requestedName(current.getClientServerNames()) : Optional.empty();
    }

    /** The host name that a client asked for (RFC 6066 §3); empty if none. */
    static Optional<String> requestedName(@Nullable Vector<?> names) {
        if (names == null) {
            return Optional.empty();
        }
        return names.stream()
                .filter(name -> name instanceof ServerName asked && asked.getNameType() == NameType.host_name)
                .map(name -> new String(((ServerName) name).getNameData(), StandardCharsets.US_ASCII))
                .findFirst();
    }

    /** Forgets the session, so that nobody resumes it. */
    void forgetSession() {
        SecurityParameters current = parameters;
        byte[] id = current == null ? null : current.getSessionID();
        context.sessions().ifPresent(sessions -> sessions.forget(this, id == null ? new byte[0] : id));
    }

    /** Lets go of everything secret. */
    void wipe() {
        facts = SessionFacts.NONE;
        preSharedKeys.wipe();
        ExportedSecrets kept = exported;
        if (kept != null) {
            kept.wipe();
            exported = null;
        }
        SecurityParameters current = parameters;
        if (current != null) {
            SecretCopies.destroy(current.getTrafficSecretClient());
            SecretCopies.destroy(current.getTrafficSecretServer());
            SecretCopies.destroy(current.getMasterSecret());
            SecretCopies.destroy(current.getExporterMasterSecret());
            parameters = null;
        }
    }
}
