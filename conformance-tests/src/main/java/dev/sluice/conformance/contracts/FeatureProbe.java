package dev.sluice.conformance.contracts;

import dev.sluice.AlertDescription;
import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslKeyLog;
import dev.sluice.SslProtocol;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.ClientHello;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.EnginePair.Contexts;
import dev.sluice.conformance.harness.EnginePair.Wishes;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsFeature;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Uses one feature of a backend at the seam, whether it is declared or not, and says whether it is there.
 *
 * <p>Immutable, share freely.
 */
public final class FeatureProbe {
    private static final byte[] KEY =
            HexFormat.of().parseHex("5d1f0ca2e35d4986b0f7c1d82a6e9354aa17c05be2f84d6390b1cd57e86f2a47");

    /** An OCSP response that says to try later: the least that is one (RFC 6960 §4.2.1). */
    private static final byte[] STAPLE = {0x30, 0x03, 0x0a, 0x01, 0x03};

    private static final int SHORT_RECORDS_BYTES = 512;

    private static final int EXPORTED_BYTES = 32;

    private static final Map<TlsFeature, String> REASONS = new EnumMap<>(Map.of(
            TlsFeature.SESSION_EXPORT,
            "never: the seam has no method for it, so nobody can use it",
            TlsFeature.DH_PARAMETERS,
            "never: it shows in handshakes with RSA keys alone, and the keys of the suite are on curves",
            TlsFeature.SNI_SERVER,
            "only with SNI_CLIENT: else there is no name to tell",
            TlsFeature.OCSP_SERVER,
            "only with OCSP_CLIENT: else nobody asks for a response",
            TlsFeature.TICKET_EVENTS,
            "presence only with RESUMPTION_TLS_1_3: else the server of the pair has no ticket to give",
            TlsFeature.EXACT_VERIFICATION_ALERT,
            "only with FATAL_ALERTS_RECEIVED: else nobody tells what came",
            TlsFeature.ALERTS_SENT,
            "absence alone: that every alert is told cannot be shown by some that are",
            TlsFeature.WARNING_ALERTS_RECEIVED,
            "absence alone: no engine sends a protected warning when asked"));

    private final TlsBackend backend;
    private final SslProtocol version;

    /** What using a feature has shown. */
    public enum Seen {
        /** It is there. */
        YES,
        /** It is not there. */
        NO,
        /** Nothing can be said: see {@link #whyNotAsked}, or what it builds on is missing as well. */
        NOT_ASKED
    }

    FeatureProbe(TlsBackend backend) {
        this(
                backend,
                backend.capabilities().protocols().contains(SslProtocol.TLS_1_3)
                        ? SslProtocol.TLS_1_3
                        : SslProtocol.TLS_1_2);
    }

    /** A probe that uses a version, where the feature does not say which one. */
    FeatureProbe(TlsBackend backend, SslProtocol version) {
        this.backend = backend;
        this.version = version;
    }

    /**
     * Why a feature cannot be probed at the seam, or not on every backend, or in one direction only.
     *
     * @param feature the feature
     * @return the reason; empty if it is always probed, both ways
     */
    public static Optional<String> whyNotAsked(TlsFeature feature) {
        return Optional.ofNullable(REASONS.get(feature));
    }

    /** Uses a feature. A backend that refuses what is set has it not. */
    Seen probe(TlsFeature feature) {
        try {
            return use(feature);
        } catch (TlsContextException e) {
            return Seen.NO;
        }
    }

    private Seen use(TlsFeature feature) throws TlsContextException {
        return switch (feature) {
            case ALPN ->
                established(
                        version(),
                        wishes -> wishes.applicationProtocols(List.of("probe")),
                        pair -> pair.client()
                                        .engine()
                                        .sessionFacts()
                                        .applicationProtocol()
                                        .isPresent()
                                && pair.server()
                                        .engine()
                                        .sessionFacts()
                                        .applicationProtocol()
                                        .isPresent());
            case SNI_CLIENT -> hello(wishes -> wishes.serverName("probe.example"), ClientHello.SERVER_NAME);
            case SNI_SERVER ->
                !backend.capabilities().has(TlsFeature.SNI_CLIENT)
                        ? Seen.NOT_ASKED
                        : established(
                                version(),
                                wishes -> wishes.serverName("probe.example"),
                                pair -> pair.server()
                                        .engine()
                                        .sessionFacts()
                                        .serverName()
                                        .isPresent());
            case CLIENT_CERTIFICATES -> clientCertificates();
            case RESUMPTION_TLS_1_2 -> resumption(SslProtocol.TLS_1_2);
            case RESUMPTION_TLS_1_3 -> resumption(SslProtocol.TLS_1_3);
            case TICKET_EVENTS -> tickets();
            case TICKET_LIFETIME ->
                sessions(pair ->
                        pair.client().engine().sessionFacts().ticketLifetime().isPresent());
            case PSK_TLS_1_2 -> preSharedKey(SslProtocol.TLS_1_2);
            case PSK_TLS_1_3 -> preSharedKey(SslProtocol.TLS_1_3);
            case OCSP_CLIENT -> hello(Wishes::withStapling, ClientHello.STATUS_REQUEST);
            case OCSP_SERVER -> stapling();
            case GROUP_SELECTION -> groups();
            case SIGNATURE_SCHEME_SELECTION -> schemes();
            case GROUP_REPORTED ->
                established(
                        version(),
                        wishes -> wishes,
                        pair -> pair.client().engine().sessionFacts().group().isPresent());
            case CHOSEN_ALERT -> chosenAlert();
            case EXACT_VERIFICATION_ALERT -> exactRefusal();
            case FATAL_ALERTS_RECEIVED -> fatalAlerts();
            case WARNING_ALERTS_RECEIVED -> warnings();
            case ALERTS_SENT -> alertsSent();
            case KEY_UPDATE -> keyUpdate();
            case HALF_CLOSE -> halfClose();
            case EXPORTER -> established(version(), wishes -> wishes, FeatureProbe::exportsTheSame);
            case MAXIMUM_FRAGMENT_LENGTH ->
                hello(
                        wishes -> wishes.features(settings(
                                Optional.empty(),
                                Optional.empty(),
                                OptionalInt.of(SHORT_RECORDS_BYTES),
                                Optional.empty())),
                        ClientHello.MAX_FRAGMENT_LENGTH);
            case KEY_LOG -> keyLog();
            case SESSION_EXPORT, DH_PARAMETERS -> Seen.NOT_ASKED;
        };
    }

    // ---- how to ask ----

    private static Seen seen(boolean there) {
        return there ? Seen.YES : Seen.NO;
    }

    private boolean speaks(SslProtocol protocol) {
        return backend.capabilities().protocols().contains(protocol);
    }

    private ProtocolRange version() {
        return only(version);
    }

    private static ProtocolRange only(SslProtocol protocol) {
        return new ProtocolRange(protocol, protocol);
    }

    private Contexts contexts(ProtocolRange range) throws TlsContextException {
        return new Contexts(
                backend, EnginePair.clientContext(backend, range), EnginePair.serverContext(backend, range));
    }

    /** What a pair shows after a handshake for which both sides have the same wishes. */
    private Seen established(ProtocolRange range, UnaryOperator<Wishes> wishes, Predicate<EnginePair> there)
            throws TlsContextException {
        try (Contexts contexts = contexts(range)) {
            return established(contexts, wishes, there);
        }
    }

    private static Seen established(Contexts contexts, UnaryOperator<Wishes> wishes, Predicate<EnginePair> there)
            throws TlsContextException {
        try (EnginePair pair = EnginePair.of(contexts, wishes, wishes, PeerVerdict.Accepted.INSTANCE)) {
            pair.pump();
            return seen(pair.isEstablished() && there.test(pair));
        }
    }

    /** Whether the client's first message has an extension that was wished for. */
    private Seen hello(UnaryOperator<Wishes> wishes, int extension) throws TlsContextException {
        try (Contexts contexts = contexts(version());
                EnginePair pair = EnginePair.of(contexts, wishes, server -> server, PeerVerdict.Accepted.INSTANCE)) {
            pair.client().turn();
            return seen(ClientHello.read(pair.client().unsent()).has(extension));
        }
    }

    private static FeatureSettings settings(
            Optional<PreSharedKeySource> keys, Optional<byte[]> staple, OptionalInt fragment, Optional<SslKeyLog> log) {
        return new FeatureSettings(keys, Optional.empty(), staple, fragment, log);
    }

    // ---- one by one ----

    private Seen clientCertificates() throws TlsContextException {
        KeyMaterial key = new KeyMaterial.KeyAndChain(
                Identities.client().chain(), Identities.client().keys().getPrivate());
        ContextSpec client = EnginePair.clientContext(backend, version());
        try (Contexts contexts = new Contexts(
                        backend,
                        with(client, client.ciphers(), List.of(), List.of(), List.of(key)),
                        EnginePair.serverContext(backend, version()));
                EnginePair pair = EnginePair.of(
                        contexts,
                        wishes -> wishes,
                        wishes -> wishes.clientAuthentication(ClientAuthentication.REQUIRE),
                        PeerVerdict.Accepted.INSTANCE)) {
            pair.pump();
            return seen(pair.isEstablished()
                    && !pair.server().engine().sessionFacts().peer().chain().isEmpty());
        }
    }

    private Seen resumption(SslProtocol protocol) throws TlsContextException {
        if (!speaks(protocol)) {
            return Seen.NO;
        }
        try (SessionStore store = SessionStore.create();
                Contexts contexts = withSessions(only(protocol), store)) {
            visit(contexts, pair -> true);
            return visit(contexts, pair -> pair.client().engine().sessionFacts().resumed());
        }
    }

    private Contexts withSessions(ProtocolRange range, SessionStore store) throws TlsContextException {
        return new Contexts(
                backend,
                EnginePair.with(EnginePair.clientContext(backend, range), store),
                EnginePair.with(EnginePair.serverContext(backend, range), store));
    }

    /** A connection with sessions, in which the server says something and with it gives its tickets. */
    private static Seen visit(Contexts contexts, Predicate<EnginePair> there) throws TlsContextException {
        return established(contexts, wishes -> wishes.sessionIdentity("probe"), pair -> {
            pair.server().send(1);
            pair.pump();
            boolean found = there.test(pair);
            pair.client().close(pair.server());
            pair.pump();
            return found;
        });
    }

    private Seen sessions(Predicate<EnginePair> there) throws TlsContextException {
        try (SessionStore store = SessionStore.create();
                Contexts contexts = withSessions(version(), store)) {
            return visit(contexts, there);
        }
    }

    /** A server that gives no tickets leaves its client nothing to tell of. */
    private Seen tickets() throws TlsContextException {
        Seen told = sessions(pair -> pair.client().tickets() > 0);
        boolean given = backend.capabilities().has(TlsFeature.RESUMPTION_TLS_1_3);
        return told == Seen.NO && !given ? Seen.NOT_ASKED : told;
    }

    private Seen preSharedKey(SslProtocol protocol) throws TlsContextException {
        List<SslCipher> suites = new ArrayList<>();
        backend.capabilities().ciphers().stream()
                .filter(suite -> suite.protocols().contains(protocol))
                .filter(suite -> protocol == SslProtocol.TLS_1_3 || suite.usesPreSharedKey())
                .forEach(suites::add);
        if (suites.isEmpty()) {
            return Seen.NO;
        }
        ContextSpec spec =
                with(EnginePair.clientContext(backend, only(protocol)), suites, List.of(), List.of(), List.of());
        UnaryOperator<Wishes> wishes = each -> each.features(
                settings(Optional.of(new OneKey()), Optional.empty(), OptionalInt.empty(), Optional.empty()));
        try (Contexts contexts = new Contexts(backend, spec, spec)) {
            return established(
                    contexts,
                    wishes,
                    pair -> pair.client().engine().sessionFacts().preSharedKey());
        }
    }

    /** Both sides know one key. */
    private static final class OneKey implements PreSharedKeySource {
        @Override
        public Answer forClient(Optional<String> identityHint, int maximumIdentityBytes, int maximumKeyBytes) {
            return new Answer.Given("probe", KEY.clone());
        }

        @Override
        public Answer forServer(String identity, int maximumKeyBytes) {
            return new Answer.Given(identity, KEY.clone());
        }
    }

    private Seen stapling() throws TlsContextException {
        if (!backend.capabilities().has(TlsFeature.OCSP_CLIENT)) {
            return Seen.NOT_ASKED;
        }
        try (Contexts contexts = contexts(version());
                EnginePair pair = EnginePair.of(
                        contexts,
                        Wishes::withStapling,
                        wishes -> wishes.features(
                                settings(Optional.empty(), Optional.of(STAPLE), OptionalInt.empty(), Optional.empty())),
                        PeerVerdict.Accepted.INSTANCE)) {
            pair.pump();
            return seen(pair.client().judged().stream()
                    .flatMap(shown -> shown.ocspResponses().stream())
                    .anyMatch(response -> Arrays.equals(response, STAPLE)));
        }
    }

    private Seen groups() throws TlsContextException {
        return listed(
                ClientHello.SUPPORTED_GROUPS, NamedGroup.SECP384R1.id(), List.of(NamedGroup.SECP384R1), List.of());
    }

    private Seen schemes() throws TlsContextException {
        return listed(
                ClientHello.SIGNATURE_ALGORITHMS,
                SignatureScheme.ECDSA_SECP256R1_SHA256.id(),
                List.of(),
                List.of(SignatureScheme.ECDSA_SECP256R1_SHA256));
    }

    private Seen listed(int extension, int expected, List<NamedGroup> groups, List<SignatureScheme> schemes)
            throws TlsContextException {
        ContextSpec plain = EnginePair.clientContext(backend, version());
        try (Contexts contexts = new Contexts(
                        backend,
                        with(plain, plain.ciphers(), groups, schemes, List.of()),
                        EnginePair.serverContext(backend, version()));
                EnginePair pair =
                        EnginePair.of(contexts, wishes -> wishes, wishes -> wishes, PeerVerdict.Accepted.INSTANCE)) {
            pair.client().turn();
            return seen(ClientHello.read(pair.client().unsent()).list(extension).equals(List.of(expected)));
        }
    }

    private Seen chosenAlert() throws TlsContextException {
        AlertDescription chosen = AlertDescription.ACCESS_DENIED;
        return established(version(), wishes -> wishes, pair -> {
            boolean promised = pair.client().engine().failOutbound(chosen);
            pair.client().wake();
            pair.pump();
            boolean told = !backend.capabilities().has(TlsFeature.FATAL_ALERTS_RECEIVED)
                    || pair.server().receivedAlerts().contains(TlsAlert.fatal(chosen));
            return promised && told;
        });
    }

    private Seen exactRefusal() throws TlsContextException {
        if (!backend.capabilities().has(TlsFeature.FATAL_ALERTS_RECEIVED)) {
            return Seen.NOT_ASKED;
        }
        for (AlertDescription alert : List.of(AlertDescription.UNKNOWN_CA, AlertDescription.CERTIFICATE_REVOKED)) {
            if (refusal(alert, pair -> pair.server().receivedAlerts().contains(TlsAlert.fatal(alert))) != Seen.YES) {
                return Seen.NO;
            }
        }
        return Seen.YES;
    }

    /** What a pair shows after the client has refused the server. */
    private Seen refusal(AlertDescription alert, Predicate<EnginePair> there) throws TlsContextException {
        try (Contexts contexts = contexts(version());
                EnginePair pair = EnginePair.of(
                        contexts, wishes -> wishes, wishes -> wishes, new PeerVerdict.Refused(alert, "probe"))) {
            pair.pump();
            return seen(there.test(pair));
        }
    }

    private static boolean fatal(List<TlsAlert> alerts) {
        return alerts.stream().anyMatch(alert -> alert.level() == TlsAlert.Level.FATAL);
    }

    /** A refusal and the answer to a broken record have to be told; that all are cannot be shown. */
    private Seen alertsSent() throws TlsContextException {
        Seen refusal =
                refusal(AlertDescription.UNKNOWN_CA, pair -> fatal(pair.client().sentAlerts()));
        if (refusal != Seen.YES) {
            return refusal;
        }
        Seen brokenRecord = established(version(), wishes -> wishes, pair -> {
            byte[] record = new byte[5 + 64];
            record[0] = 23;
            record[1] = 3;
            record[2] = 3;
            record[4] = 64;
            pair.client().receive(record);
            pair.pump();
            return fatal(pair.client().sentAlerts());
        });
        return brokenRecord == Seen.YES ? Seen.NOT_ASKED : brokenRecord;
    }

    /** One that anybody could have sent, and one that is protected. */
    private Seen fatalAlerts() throws TlsContextException {
        Seen inTheClear = forged(new TlsAlert(TlsAlert.Level.FATAL, 40));
        return inTheClear == Seen.YES
                ? refusal(
                        AlertDescription.BAD_CERTIFICATE,
                        pair -> fatal(pair.server().receivedAlerts()))
                : inTheClear;
    }

    /** One that anybody could have sent has to be told; that all are cannot be shown, for no engine sends one when asked. */
    private Seen warnings() throws TlsContextException {
        Seen inTheClear = forged(new TlsAlert(TlsAlert.Level.WARNING, 90));
        return inTheClear == Seen.YES ? Seen.NOT_ASKED : inTheClear;
    }

    /** Whether an alert is told that a peer sends in answer to the client's first message. */
    private Seen forged(TlsAlert alert) throws TlsContextException {
        ProtocolRange range = only(speaks(SslProtocol.TLS_1_2) ? SslProtocol.TLS_1_2 : SslProtocol.TLS_1_3);
        byte level = (byte) (alert.level() == TlsAlert.Level.FATAL ? 2 : 1);
        try (Contexts contexts = contexts(range);
                EnginePair pair =
                        EnginePair.of(contexts, wishes -> wishes, wishes -> wishes, PeerVerdict.Accepted.INSTANCE)) {
            pair.client().turn();
            pair.client().receive(new byte[] {21, 3, 3, 0, 2, level, (byte) alert.number()});
            pair.client().turn();
            return seen(pair.client().receivedAlerts().contains(alert));
        }
    }

    private Seen keyUpdate() throws TlsContextException {
        if (!speaks(SslProtocol.TLS_1_3)) {
            return Seen.NO;
        }
        return established(only(SslProtocol.TLS_1_3), wishes -> wishes, pair -> {
            int before = pair.server().keyUpdates();
            boolean promised = pair.client().engine().updateKeys();
            pair.client().wake();
            pair.client().send(100);
            pair.pump();
            return promised
                    && pair.server().keyUpdates() > before
                    && pair.server().receivedBytes() == 100;
        });
    }

    private Seen halfClose() throws TlsContextException {
        if (!speaks(SslProtocol.TLS_1_3)) {
            return Seen.NO;
        }
        return established(only(SslProtocol.TLS_1_3), wishes -> wishes, pair -> {
            pair.client().close(pair.server());
            pair.pump();
            boolean closed = pair.server().isInboundClosed();
            boolean promised = pair.server().engine().canHalfClose();
            if (closed && promised) {
                pair.server().send(100);
                pair.pump();
            }
            return closed && promised && pair.client().receivedBytes() == 100;
        });
    }

    /** Both sides have the same, and something else for another label or context. */
    private static boolean exportsTheSame(EnginePair pair) {
        Set<ByteBuffer> distinct = new HashSet<>();
        for (String label : List.of("EXPORTER-probe", "EXPORTER-another")) {
            for (byte[] context : List.of(new byte[] {1}, new byte[] {2})) {
                Optional<byte[]> ofClient = pair.client().engine().exportKeyingMaterial(label, context, EXPORTED_BYTES);
                Optional<byte[]> ofServer = pair.server().engine().exportKeyingMaterial(label, context, EXPORTED_BYTES);
                if (ofClient.isEmpty()
                        || ofServer.isEmpty()
                        || !Arrays.equals(ofClient.get(), ofServer.get())
                        || !distinct.add(ByteBuffer.wrap(ofClient.get()))) {
                    return false;
                }
            }
        }
        return true;
    }

    private Seen keyLog() throws TlsContextException {
        List<String> lines = new ArrayList<>();
        UnaryOperator<Wishes> wishes = each -> each.features(
                settings(Optional.empty(), Optional.empty(), OptionalInt.empty(), Optional.of(lines::add)));
        return established(version(), wishes, pair -> !lines.isEmpty());
    }

    private static ContextSpec with(
            ContextSpec spec,
            List<SslCipher> suites,
            List<NamedGroup> groups,
            List<SignatureScheme> schemes,
            List<KeyMaterial> identities) {
        return new ContextSpec(
                spec.protocols(),
                suites,
                groups,
                schemes,
                identities,
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }
}
