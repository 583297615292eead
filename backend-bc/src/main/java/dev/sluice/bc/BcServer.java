package dev.sluice.bc;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.Side;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.Vector;
import org.bouncycastle.asn1.ocsp.OCSPResponse;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatus;
import org.bouncycastle.tls.CertificateStatusType;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.DHGroup;
import org.bouncycastle.tls.crypto.TlsDHConfig;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.jspecify.annotations.Nullable;

/** What a server wants, as BouncyCastle asks for it: every answer comes from the specifications of context and engine. */
final class BcServer extends AbstractTlsServer {
    private final Handshake handshake;
    private final EngineSpec spec;
    private final BcContext owner;
    private Optional<BcSessions.Kept> found = Optional.empty();

    BcServer(Handshake handshake) {
        super(handshake.crypto());
        this.handshake = handshake;
        this.spec = handshake.spec();
        this.owner = handshake.context();
    }

    Handshake handshake() {
        return handshake;
    }

    // ---- what is chosen ----

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return owner.versions();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return owner.suites();
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return spec.serverCipherPreference();
    }

    @Override
    public boolean preferLocalSupportedGroups() {
        return spec.serverCipherPreference();
    }

    @Override
    public int[] getSupportedGroups() {
        return Groups.ids(owner.groups());
    }

    @Override
    public ProtocolVersion getServerVersion() throws IOException {
        ProtocolVersion chosen = super.getServerVersion();
        handshake.versionChosen(chosen);
        return chosen;
    }

    /** A key of TLS 1.3 that was chosen already is bound to SHA-256 (RFC 8446 §4.2.11). */
    @Override
    protected boolean selectCipherSuite(int cipherSuite) throws IOException {
        boolean hashFits =
                !handshake.isTls13() || !handshake.preSharedKeys().wasSelected() || owner.isSha256Suite(cipherSuite);
        return hashFits && super.selectCipherSuite(cipherSuite);
    }

    @Override
    public int getSelectedCipherSuite() throws IOException {
        if (handshake.isTls13() && handshake.preSharedKeys().wasSelected()) {
            // BouncyCastle (1.84) looks at one common suite of TLS 1.3 alone.
            return sha256Suite();
        }
        return super.getSelectedCipherSuite();
    }

    private int sha256Suite() throws TlsFatalAlert {
        int[] own = cipherSuites;
        int[] offered = offeredCipherSuites;
        int[] preferred = preferLocalCipherSuites() ? own : offered;
        int[] other = preferLocalCipherSuites() ? offered : own;
        int chosen = Arrays.stream(preferred)
                .filter(owner::isSha256Suite)
                .filter(suite -> Arrays.stream(other).anyMatch(id -> id == suite))
                .findFirst()
                .orElseThrow(() -> new TlsFatalAlert(
                        AlertDescription.handshake_failure, "no common cipher suite fits the pre-shared key"));
        selectedCipherSuite = chosen;
        return chosen;
    }

    /** Only what this server has a key and a group for: BouncyCastle would choose ECDHE_RSA and find an EC key. */
    @Override
    @SuppressWarnings("rawtypes") // raw in BouncyCastle
    protected boolean isSelectableCipherSuite(
            int cipherSuite, int availCurveBits, int availFiniteFieldBits, Vector sigAlgs) {
        return super.isSelectableCipherSuite(cipherSuite, availCurveBits, availFiniteFieldBits, sigAlgs)
                && SslCipher.fromId(cipherSuite).map(this::isUsable).orElse(false);
    }

    private boolean isUsable(SslCipher cipher) {
        return switch (cipher.keyExchange()) {
            case ECDHE -> commonGroup(false).isPresent() && identityFor(cipher).isPresent();
            case DHE -> hasFiniteField() && identityFor(cipher).isPresent();
            case PSK -> handshake.preSharedKeys().areEnabled();
            case DHE_PSK -> handshake.preSharedKeys().areEnabled() && hasFiniteField();
            case ECDHE_PSK ->
                handshake.preSharedKeys().areEnabled() && commonGroup(false).isPresent();
            case ANY, RSA, DH, ECDH, RSA_PSK, SRP -> false;
        };
    }

    private boolean hasFiniteField() {
        return owner.dhParameters().isPresent() || commonGroup(true).isPresent();
    }

    /** The first common group of TLS 1.2 of a kind, by the server's order or the client's. */
    private Optional<NamedGroup> commonGroup(boolean finiteField) {
        SecurityParameters parameters = context.getSecurityParametersHandshake();
        int[] ids = parameters.getClientSupportedGroups();
        List<NamedGroup> own = owner.groups().stream()
                .filter(group ->
                        group.isFiniteField() == finiteField && Groups.isFor(group, dev.sluice.SslProtocol.TLS_1_2))
                .toList();
        if (ids == null
                || (finiteField && Arrays.stream(ids).noneMatch(org.bouncycastle.tls.NamedGroup::isFiniteField))) {
            // RFC 8422 §4, RFC 7919 §4: a client that says nothing leaves the choice to the server.
            return own.stream()
                    .filter(group -> finiteField || group == NamedGroup.SECP256R1 || group == NamedGroup.SECP384R1)
                    .findFirst();
        }
        List<NamedGroup> client = Arrays.stream(ids)
                .mapToObj(NamedGroup::fromId)
                .flatMap(Optional::stream)
                .toList();
        List<NamedGroup> preferred = spec.serverCipherPreference() ? own : client;
        List<NamedGroup> other = spec.serverCipherPreference() ? client : own;
        return preferred.stream().filter(other::contains).findFirst();
    }

    @Override
    public TlsECConfig getECDHConfig() throws IOException {
        NamedGroup chosen = commonGroup(false)
                .orElseThrow(() -> new TlsFatalAlert(AlertDescription.handshake_failure, "no common group"));
        handshake.groupChosen(chosen.id());
        return new TlsECConfig(chosen.id());
    }

    @Override
    public TlsDHConfig getDHConfig() throws IOException {
        if (owner.dhParameters().isPresent()) {
            ContextSpec.DhParameters given = owner.dhParameters().get();
            return new TlsDHConfig(new DHGroup(given.prime(), null, given.generator(), 0));
        }
        NamedGroup chosen = commonGroup(true)
                .orElseThrow(() -> new TlsFatalAlert(AlertDescription.handshake_failure, "no common group"));
        handshake.groupChosen(chosen.id());
        return new TlsDHConfig(chosen.id(), false);
    }

    @Override
    protected @Nullable Vector<ProtocolName> getProtocolNames() {
        return owner.protocolNames(spec);
    }

    /** The client's order counts, as in Qt; BouncyCastle's own choice goes by the server's. */
    @Override
    @SuppressWarnings("rawtypes")
    protected @Nullable ProtocolName selectProtocolName(Vector offered, Vector known) {
        for (Object name : offered) {
            if (known.contains(name)) {
                return (ProtocolName) name;
            }
        }
        return null;
    }

    // ---- who we are ----

    private Optional<BcIdentities.Choice> identityFor(SslCipher cipher) {
        return owner.identities().choose(schemesFor(cipher), Set.of(), Side.SERVER, handshake.isTls13());
    }

    private List<SignatureScheme> schemesFor(SslCipher cipher) {
        List<SignatureScheme> client =
                Schemes.named(context.getSecurityParametersHandshake().getClientSigAlgs());
        List<SignatureScheme> own = owner.schemes();
        List<SignatureScheme> preferred = spec.serverCipherPreference() ? own : client;
        List<SignatureScheme> other = spec.serverCipherPreference() ? client : own;
        return preferred.stream()
                .filter(other::contains)
                .filter(scheme -> Schemes.fits(scheme, cipher.authentication()))
                .toList();
    }

    @Override
    public @Nullable TlsCredentials getCredentials() throws IOException {
        SslCipher cipher = SslCipher.fromId(
                        context.getSecurityParametersHandshake().getCipherSuite())
                .orElseThrow(() -> new TlsFatalAlert(AlertDescription.internal_error, "cipher suite has no name"));
        if (cipher.usesPreSharedKey()) {
            return null;
        }
        BcIdentities.Choice choice = identityFor(cipher)
                .orElseThrow(() -> new TlsFatalAlert(
                        AlertDescription.handshake_failure, "no key of this server signs as the client accepts"));
        byte[] staple = certificateStatusRequest == null
                ? null
                : spec.features().stapledResponse().orElse(null);
        return choice.identity().signer(context, choice.scheme(), staple);
    }

    @Override
    protected boolean allowCertificateStatus() {
        return spec.features().stapledResponse().isPresent();
    }

    @Override
    public @Nullable CertificateStatus getCertificateStatus() {
        return spec.features()
                .stapledResponse()
                .map(response -> new CertificateStatus(CertificateStatusType.ocsp, OCSPResponse.getInstance(response)))
                .orElse(null);
    }

    // ---- who the client is ----

    @Override
    public @Nullable CertificateRequest getCertificateRequest() throws IOException {
        if (spec.clientAuthentication() == ClientAuthentication.NONE) {
            return null;
        }
        Vector<?> schemes = Schemes.algorithms(owner.schemes());
        Vector<X500Name> authorities = Vectors.of(
                owner.acceptedIssuers().stream().map(X500Name::getInstance).toList());
        if (handshake.isTls13()) {
            return new CertificateRequest(
                    TlsUtils.EMPTY_BYTES, schemes, null, authorities.isEmpty() ? null : authorities);
        }
        short[] types = {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign};
        return new CertificateRequest(types, schemes, authorities);
    }

    @Override
    public void notifyClientCertificate(Certificate clientCertificate) throws IOException {
        if (clientCertificate.isEmpty() && spec.clientAuthentication() == ClientAuthentication.REQUIRE) {
            throw new TlsFatalAlert(
                    handshake.isTls13() ? AlertDescription.certificate_required : AlertDescription.handshake_failure,
                    "the client sent no certificate, expected one");
        }
        handshake.judge(clientCertificate, null);
    }

    // ---- pre-shared keys ----

    @Override
    @SuppressWarnings("rawtypes") // raw in BouncyCastle
    public @Nullable TlsPSKExternal getExternalPSK(Vector identities) {
        boolean hashFits = Arrays.stream(offeredCipherSuites)
                .anyMatch(suite -> owner.isSha256Suite(suite)
                        && Arrays.stream(cipherSuites).anyMatch(id -> id == suite));
        return hashFits
                ? handshake
                        .preSharedKeys()
                        .chooseFrom(identities, !owner.identities().isEmpty())
                : null;
    }

    @Override
    public TlsPSKIdentityManager getPSKIdentityManager() {
        return handshake.preSharedKeys().manager(spec.features().identityHint());
    }

    // ---- sessions ----

    @Override
    public @Nullable TlsSession getSessionToResume(byte[] sessionID) {
        if (sessionID.length == 0) {
            return null;
        }
        Optional<String> asked =
                Handshake.requestedName(context.getSecurityParametersHandshake().getClientServerNames());
        found = owner.sessions()
                .flatMap(sessions -> sessions.find(BcSessions.keyOf(sessionID)))
                .filter(kept -> kept.serverName().equals(asked));
        return found.map(BcSessions.Kept::session).orElse(null);
    }

    @Override
    public byte @Nullable [] getNewSessionID() {
        return owner.sessions().isPresent() ? BcSessions.newId(owner.crypto()) : null;
    }

    // ---- what is demanded, and what happens ----

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

    @Override
    public void notifyHandshakeBeginning() throws IOException {
        super.notifyHandshakeBeginning();
        handshake.begun(context);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        if (context.getSecurityParametersConnection().isResumedSession()) {
            found.ifPresent(kept -> handshake.resumed(kept.peer()));
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
