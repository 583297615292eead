package dev.sluice.bc;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.SslProtocol;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Vector;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.MaxFragmentLength;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.PskKeyExchangeMode;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsExtensionsUtils;
import org.bouncycastle.tls.TlsPSK;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsPSKIdentity;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants, as BouncyCastle asks for it: every answer comes from the specifications of context and engine.
 *
 * <p>A stapled OCSP response is asked for always, as JSSE does and browsers do: a revocation that is proven is believed by
 * whoever hears of it. {@link EngineSpec#ocspStapling()} is about demanding one, which is the verifier's business.
 */
final class BcClient extends AbstractTlsClient {
    private final Handshake handshake;
    private final EngineSpec spec;
    private final BcContext owner;
    private Optional<BcSessions.Kept> offered = Optional.empty();

    BcClient(Handshake handshake) {
        super(handshake.crypto());
        this.handshake = handshake;
        this.spec = handshake.spec();
        this.owner = handshake.context();
    }

    Handshake handshake() {
        return handshake;
    }

    // ---- what is offered ----

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return owner.versions();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return owner.suites();
    }

    @Override
    @SuppressWarnings("rawtypes") // raw in BouncyCastle
    protected Vector<Integer> getSupportedGroups(Vector namedGroupRoles) {
        return Groups.vector(owner.groups());
    }

    /** Shares for the preferred group, and beside a hybrid for one that every server knows: a second round trip costs more. */
    @Override
    public Vector<Integer> getEarlyKeyShareGroups() {
        List<NamedGroup> usable = owner.groups().stream()
                .filter(group -> Groups.isFor(group, SslProtocol.TLS_1_3))
                .toList();
        List<NamedGroup> shares = new ArrayList<>(usable.subList(0, Math.min(1, usable.size())));
        if (!usable.isEmpty() && usable.get(0).isHybrid()) {
            usable.stream().filter(group -> !group.isHybrid()).findFirst().ifPresent(shares::add);
        }
        return Groups.vector(shares);
    }

    @Override
    protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
        return Schemes.algorithms(owner.schemes());
    }

    @Override
    protected @Nullable Vector<ProtocolName> getProtocolNames() {
        return owner.protocolNames(spec);
    }

    @Override
    protected @Nullable Vector<ServerName> getSNIServerNames() {
        return spec.serverName()
                .map(name -> Vectors.of(
                        List.of(new ServerName(NameType.host_name, name.getBytes(StandardCharsets.US_ASCII)))))
                .orElse(null);
    }

    @Override
    @SuppressWarnings("unchecked") // raw in BouncyCastle: Integer to byte[]
    public Hashtable<Integer, byte[]> getClientExtensions() throws IOException {
        Hashtable<Integer, byte[]> extensions = super.getClientExtensions();
        if (spec.features().maximumFragmentBytes().isPresent()) {
            TlsExtensionsUtils.addMaxFragmentLengthExtension(
                    extensions, code(spec.features().maximumFragmentBytes().getAsInt()));
        }
        if (owner.offers(SslProtocol.TLS_1_3) && !handshake.preSharedKeys().areEnabled()) {
            // RFC 8446 §4.2.9: without it no server sends a ticket, and there is nothing to tell of.
            TlsExtensionsUtils.addPSKKeyExchangeModesExtension(extensions, new short[] {PskKeyExchangeMode.psk_dhe_ke});
        }
        return extensions;
    }

    /** RFC 6066 §4. */
    private static short code(int bytes) {
        return switch (bytes) {
            case 512 -> MaxFragmentLength.pow2_9;
            case 1024 -> MaxFragmentLength.pow2_10;
            case 2048 -> MaxFragmentLength.pow2_11;
            case 4096 -> MaxFragmentLength.pow2_12;
            default ->
                throw new IllegalArgumentException(
                        "maximum fragment length is " + bytes + ", expected 512, 1024, 2048 or 4096");
        };
    }

    @Override
    public @Nullable Vector<TlsPSKExternal> getExternalPSKs() {
        return owner.hasSha256Suite() ? handshake.preSharedKeys().offered() : null;
    }

    @Override
    public @Nullable TlsSession getSessionToResume() {
        offered = spec.sessionIdentity()
                .flatMap(identity -> owner.sessions().flatMap(sessions -> sessions.find(identity)));
        return offered.map(BcSessions.Kept::session).orElse(null);
    }

    // ---- what is demanded ----

    @Override
    public boolean requiresExtendedMasterSecret() {
        return true; // RFC 7627; without it a session is not bound to its handshake
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return spec.handshakeLimitBytes();
    }

    @Override
    public int getMaxCertificateChainLength() {
        return BcContext.MAXIMUM_CHAIN_LENGTH;
    }

    /** Left to our verifier, which judges every signature of the chain by its policy. */
    @Override
    @SuppressWarnings("deprecation") // the only way to say so in 1.84
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false;
    }

    // ---- what happens ----

    @Override
    public void notifyHandshakeBeginning() throws IOException {
        super.notifyHandshakeBeginning();
        handshake.begun(context);
    }

    @Override
    public void notifyServerVersion(ProtocolVersion version) throws IOException {
        super.notifyServerVersion(version);
        handshake.versionChosen(version);
    }

    @Override
    public void notifySelectedPSK(@Nullable TlsPSK selectedPSK) {
        handshake.preSharedKeys().selected(selectedPSK != null);
    }

    @Override
    @SuppressWarnings("rawtypes") // raw in BouncyCastle
    public void processServerExtensions(Hashtable serverExtensions) throws IOException {
        super.processServerExtensions(serverExtensions);
        SecurityParameters parameters = context.getSecurityParametersHandshake();
        if (TlsUtils.isTLSv13(parameters.getNegotiatedVersion())) {
            handshake.logHandshakeSecrets(parameters);
        }
    }

    @Override
    public TlsPSKIdentity getPSKIdentity() {
        return handshake.preSharedKeys().clientIdentity();
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate shown) throws IOException {
                handshake.judge(shown.getCertificate(), shown.getCertificateStatus());
            }

            @Override
            public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) throws IOException {
                return credentials(request);
            }
        };
    }

    /** RFC 5246 §7.4.6, RFC 8446 §4.4.2.3: nothing fitting is answered with an empty chain. */
    private @Nullable TlsCredentials credentials(CertificateRequest request) throws IOException {
        List<SignatureScheme> accepted = Schemes.named(request.getSupportedSignatureAlgorithms()).stream()
                .filter(owner.schemes()::contains)
                .toList();
        return owner.identities()
                .choose(accepted, issuers(request), Side.CLIENT, handshake.isTls13())
                .map(choice -> choice.identity().signer(context, choice.scheme(), null))
                .orElse(null);
    }

    private static Set<X500Principal> issuers(CertificateRequest request) throws IOException {
        Vector<?> names = request.getCertificateAuthorities();
        if (names == null) {
            return Set.of();
        }
        List<byte[]> encoded = new ArrayList<>();
        for (Object name : names) {
            encoded.add(((X500Name) name).getEncoded(ASN1Encoding.DER));
        }
        return encoded.stream().map(X500Principal::new).collect(Collectors.toSet());
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        if (context.getSecurityParametersConnection().isResumedSession()) {
            handshake.resumed(offered.map(BcSessions.Kept::peer).orElse(PeerCredentials.NONE));
        }
        handshake.completed(context);
    }

    @Override
    public void notifyAlertRaised(short level, short description, @Nullable String message, @Nullable Throwable cause) {
        handshake.events().alertSent(level, description);
    }

    @Override
    public void notifyAlertReceived(short level, short description) {
        handshake.events().alertReceived(level, description);
    }
}
