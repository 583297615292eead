package dev.sluice.x509;

import dev.sluice.x509.HandshakeJudge.NameRule;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The {@linkplain CertificateVerifier#strict() verifier} of this library as a trust manager, for programs that use JSSE
 * without the sockets of this library: {@code HttpsURLConnection}, {@code java.net.http.HttpClient}, {@code SSLSocket},
 * frameworks.
 *
 * <pre>{@code
 * SSLContext context = SSLContext.getInstance("TLS");
 * context.init(null, new TrustManager[] {VerifyingTrustManager.ofSystem()}, null);
 * }</pre>
 *
 * <p><b>Names.</b> A server always has to prove a name, also where the program has set no endpoint identification algorithm,
 * without which the JDK's own trust manager checks none. The name is the server name that the client asks for (RFC 6066 §3) or,
 * if the certificate is not issued for that one, the host that it gave: the two names that the JDK's trust manager looks at.
 * Where neither is known (an engine that was made without a host, a call without socket and engine) the server is refused; see
 * {@link Builder#peerVerifyName}. The algorithms {@code HTTPS} and {@code LDAPS} are the same here: RFC 9525. The certificate of
 * a client is compared with a name only if the server has set such an algorithm.
 *
 * <p><b>What else is honoured:</b> the algorithm constraints of the socket's or engine's {@code SSLParameters}, on the whole path;
 * stapled OCSP responses; the key usage that the handshake needs. Of a client's signature schemes only what the {@linkplain
 * VerificationPolicy policy} says counts.
 *
 * <p><b>Resumption.</b> JSSE does not ask its trust manager when it resumes a session: a peer stays accepted for as long as
 * the session lives (a day, unless set), though its certificate may have expired or been revoked, or the trust anchors changed.
 * {@link #recheck} judges a peer again, whenever the program wants. Or keep sessions short, for {@code SSLContext} knows no way
 * to have none: {@code context.getClientSessionContext().setSessionTimeout(1)}, in seconds (0 means for ever); or use one
 * {@code SSLContext} for each connection. The sockets of this library judge the peer on each resumption.
 *
 * <p><b>Errors.</b> A refused peer is a {@link CertificateRefusedException} with all errors; JSSE makes it the cause of its
 * {@code SSLHandshakeException}. Nothing is ever accepted because it could not be judged.
 *
 * <p>Immutable, share freely. No method waits for the network; the first use of the system's trust anchors waits for the disk.
 */
public final class VerifyingTrustManager extends X509ExtendedTrustManager {
    private final HandshakeJudge judge;

    private VerifyingTrustManager(HandshakeJudge judge) {
        this.judge = judge;
    }

    /**
     * Trusts whom {@linkplain TrustAnchors#system() this system} trusts.
     *
     * @return the trust manager
     */
    public static VerifyingTrustManager ofSystem() {
        return builder().build();
    }

    /**
     * Trusts certain authorities and no others.
     *
     * @param trustAnchors the certificates of the authorities, copied; empty means that nobody is trusted
     * @return the trust manager
     */
    public static VerifyingTrustManager of(Collection<SslCertificate> trustAnchors) {
        return builder().trustAnchors(trustAnchors).build();
    }

    /**
     * Starts a trust manager that trusts whom the system trusts and demands a name of every server.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /** The same trust manager with other trust anchors. */
    VerifyingTrustManager withTrustAnchors(Supplier<List<SslCertificate>> anchors) {
        return new VerifyingTrustManager(judge.withTrustAnchors(anchors));
    }

    /**
     * Judges a server in the handshake of an engine.
     *
     * @param chain what the server sent, its own certificate first
     * @param authType the key exchange; says which key usage is needed
     * @param engine the engine that is in the handshake; null as for the method without engine
     * @throws CertificateRefusedException if the server is not trusted
     * @throws CertificateException if it cannot be judged, for instance because the engine is in no handshake
     * @throws IllegalArgumentException if {@code chain} or {@code authType} is null or empty
     */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        judge(chain, authType, Purpose.SERVER, () -> factsOf(engine, Purpose.SERVER));
    }

    /**
     * Judges a client in the handshake of an engine.
     *
     * @param chain what the client sent, its own certificate first
     * @param authType the algorithm of its key; not looked at, for the path holds the key
     * @param engine the engine that is in the handshake; null as for the method without engine
     * @throws CertificateRefusedException if the client is not trusted
     * @throws CertificateException if it cannot be judged, for instance because the engine is in no handshake
     * @throws IllegalArgumentException if {@code chain} or {@code authType} is null or empty
     */
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
            throws CertificateException {
        judge(chain, authType, Purpose.CLIENT, () -> factsOf(engine, Purpose.CLIENT));
    }

    /**
     * Judges a server in the handshake of a socket, as {@link #checkServerTrusted(X509Certificate[], String, SSLEngine)}.
     *
     * @param chain what the server sent, its own certificate first
     * @param authType the key exchange; says which key usage is needed
     * @param socket the socket that is in the handshake; null, or not an {@code SSLSocket}, as for the method without socket
     * @throws CertificateException as there
     */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        judge(chain, authType, Purpose.SERVER, () -> factsOf(socket, Purpose.SERVER));
    }

    /**
     * Judges a client in the handshake of a socket, as {@link #checkClientTrusted(X509Certificate[], String, SSLEngine)}.
     *
     * @param chain what the client sent, its own certificate first
     * @param authType the algorithm of its key; not looked at
     * @param socket the socket that is in the handshake; null, or not an {@code SSLSocket}, as for the method without socket
     * @throws CertificateException as there
     */
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
            throws CertificateException {
        judge(chain, authType, Purpose.CLIENT, () -> factsOf(socket, Purpose.CLIENT));
    }

    /**
     * Judges a server without knowing its connection. No name is known then, so every server is refused unless the name or the
     * exception from the rule was given when this trust manager was built.
     *
     * @param chain what the server sent, its own certificate first
     * @param authType the key exchange; says which key usage is needed
     * @throws CertificateRefusedException if the server is not trusted
     * @throws IllegalArgumentException if {@code chain} or {@code authType} is null or empty
     */
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge(chain, authType, Purpose.SERVER, () -> HandshakeFacts.NONE);
    }

    /**
     * Judges a client without knowing its connection.
     *
     * @param chain what the client sent, its own certificate first
     * @param authType the algorithm of its key; not looked at
     * @throws CertificateRefusedException if the client is not trusted
     * @throws IllegalArgumentException if {@code chain} or {@code authType} is null or empty
     */
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        judge(chain, authType, Purpose.CLIENT, () -> HandshakeFacts.NONE);
    }

    /**
     * Judges the peer of a session again, by what is true now. For sessions that JSSE has resumed, and for connections that
     * last; what was said before the check is said. Algorithm constraints and key usage were judged when the session was made
     * and are not judged again.
     *
     * @param session the session of a connection, of {@code SSLSocket.getSession()} or {@code HttpResponse.sslSession()} for
     *     instance
     * @param purpose what the peer is
     * @throws CertificateRefusedException if the peer is not trusted, or has shown no certificate
     * @throws CertificateException if it cannot be judged
     */
    public void recheck(SSLSession session, Purpose purpose) throws CertificateException {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(purpose, "purpose");
        judge.judge(peerCertificates(session), Optional.empty(), purpose, () -> HandshakeFacts.of(session, purpose));
    }

    private static List<Certificate> peerCertificates(SSLSession session) {
        try {
            return Arrays.asList(session.getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return List.of(); // the documented answer for a peer that has shown none
        }
    }

    /**
     * The trust anchors. A server tells its clients their names.
     *
     * @return the certificates; a new array
     */
    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.trustAnchors().get().stream().map(SslCertificate::toX509).toArray(X509Certificate[]::new);
    }

    private static HandshakeFacts factsOf(@Nullable SSLEngine engine, Purpose purpose) throws CertificateException {
        return engine == null
                ? HandshakeFacts.NONE
                : HandshakeFacts.of(engine, purpose).orElseThrow(VerifyingTrustManager::withoutHandshake);
    }

    private static HandshakeFacts factsOf(@Nullable Socket socket, Purpose purpose) throws CertificateException {
        return socket instanceof SSLSocket tlsSocket
                ? HandshakeFacts.of(tlsSocket, purpose).orElseThrow(VerifyingTrustManager::withoutHandshake)
                : HandshakeFacts.NONE;
    }

    private static CertificateException withoutHandshake() {
        return new CertificateException("socket or engine has no handshake session, so the peer cannot be judged");
    }

    private void judge(X509Certificate[] chain, String authType, Purpose purpose, HandshakeJudge.FactSource source)
            throws CertificateException {
        // Both as X509TrustManager demands.
        if (chain == null || chain.length == 0) {
            throw new IllegalArgumentException("chain is null or empty, expected 1 certificate or more");
        }
        if (authType == null || authType.isEmpty()) {
            throw new IllegalArgumentException("authType is null or empty, expected the name of a key exchange or key");
        }
        judge.judge(Arrays.asList(chain), Optional.of(authType), purpose, source);
    }

    /** Makes trust managers. One thread at a time. */
    public static final class Builder {
        private Supplier<List<SslCertificate>> trustAnchors = TrustAnchors::system;
        private @Nullable String peerVerifyName;
        private NameRule nameRule = NameRule.ALWAYS;
        private UnaryOperator<VerificationRequest> refining = UnaryOperator.identity();
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /**
         * Sets whom to trust, in place of whom the system trusts.
         *
         * @param anchors the certificates of the authorities, copied; empty means that nobody is trusted
         * @return this builder
         */
        public Builder trustAnchors(Collection<SslCertificate> anchors) {
            List<SslCertificate> copy = List.copyOf(anchors);
            trustAnchors = () -> copy;
            return this;
        }

        /**
         * Sets whom to trust, anew for each peer.
         *
         * @param anchors asked in each handshake, on any thread; what it throws is a refusal. It should not wait
         * @return this builder
         */
        public Builder trustAnchors(Supplier<List<SslCertificate>> anchors) {
            trustAnchors = Objects.requireNonNull(anchors, "anchors");
            return this;
        }

        /**
         * Sets the name that every peer has to prove, in place of what JSSE knows of it. A client is then compared with it
         * too.
         *
         * @param name a host name or an IP literal
         * @return this builder
         * @throws IllegalArgumentException if it is neither: no certificate could match
         */
        public Builder peerVerifyName(String name) {
            if (ReferenceName.parse(name).isEmpty()) {
                throw new IllegalArgumentException(
                        "peerVerifyName is \"" + name + "\", expected a host name or an IP address");
            }
            peerVerifyName = name;
            return this;
        }

        /**
         * Sets the rules by which chains are judged and how strong their keys have to be; {@link VerificationPolicy#DEFAULT}
         * unless set.
         *
         * @param policy the policy
         * @return this builder
         */
        public Builder verificationPolicy(VerificationPolicy policy) {
            Objects.requireNonNull(policy, "policy");
            return refining(request -> request.withPolicy(policy));
        }

        /**
         * Sets what else the verifier gets to know or has to demand: everything for which {@link VerificationRequest} has a
         * method. Several calls add up, in their order.
         *
         * @param step called in each handshake, on any thread; gets the request and returns it refined. Chain, name, purpose
         *     and the check of the chain have to stay as they are, else the peer is refused; so it is if the step throws
         * @return this builder
         */
        public Builder refining(UnaryOperator<VerificationRequest> step) {
            Objects.requireNonNull(step, "step");
            UnaryOperator<VerificationRequest> before = refining;
            refining = request -> step.apply(before.apply(request));
            return this;
        }

        /**
         * Sets by which clock certificates have to be valid; the system's unless set.
         *
         * @param source tells the time
         * @return this builder
         */
        public Builder clock(InstantSource source) {
            clock = Objects.requireNonNull(source, "source");
            return this;
        }

        /**
         * Demands a name of a server only where the program has set an endpoint identification algorithm, as the JDK's trust
         * manager does. Where it has not, everybody who has any certificate from the trust anchors is accepted: the program
         * has to check the identity by itself. {@link VerifyingTrustManager#recheck} does not learn of the algorithm and then
         * checks no name. A {@link #peerVerifyName} is checked all the same.
         *
         * @return this builder
         */
        public Builder dangerouslyCheckNameOnlyIfAsked() {
            nameRule = NameRule.IF_ASKED;
            return this;
        }

        /**
         * Makes the trust manager.
         *
         * @return a new trust manager
         */
        public VerifyingTrustManager build() {
            return new VerifyingTrustManager(
                    new HandshakeJudge(trustAnchors, Optional.ofNullable(peerVerifyName), nameRule, refining, clock));
        }
    }
}
