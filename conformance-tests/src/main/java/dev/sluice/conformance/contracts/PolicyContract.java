package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W12;
import static dev.sluice.conformance.Weakness.W19;
import static dev.sluice.conformance.Weakness.W20;
import static dev.sluice.conformance.Weakness.W22;
import static dev.sluice.conformance.Weakness.W39;
import static dev.sluice.conformance.Weakness.W43;
import static dev.sluice.conformance.Weakness.W44;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.NamedGroup;
import dev.sluice.PeerVerifyMode;
import dev.sluice.ProtocolRange;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.ClientHello;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** Which protocols, suites, groups and settings are allowed. */
public interface PolicyContract extends Contract {
    /** TLS_EMPTY_RENEGOTIATION_INFO_SCSV and TLS_FALLBACK_SCSV stand among suites without being any. */
    Set<Integer> SIGNALLING_VALUES = Set.of(0x00ff, 0x5600);

    /** All ranges that can be configured. */
    List<ProtocolRange> RANGES = List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_2_OR_LATER, ProtocolRange.TLS_1_3);

    private BackendCapabilities capabilities() {
        return subject().backend().capabilities();
    }

    private SslConfiguration configured(UnaryOperator<SslConfiguration.Builder> change) {
        return subject().build(change.apply(subject().configuration(subject().backend())));
    }

    /** The first thing that a client says. */
    private ClientHello hello(ProtocolRange range, UnaryOperator<SslConfiguration.Builder> change) {
        try (World world = World.of(subject(), range)) {
            world.wire().toServer().holdBack();
            world.client(change).startClientOnly().settle();
            return ClientHello.read(world.wire().toServer().peekInFlight());
        }
    }

    // ---- W12 ----

    /**
     * Drives one handshake with one suite of those that the backend lists. Observes that both sides report just this suite. It has
     * to be one that needs no other key than that of the suite's server. If it fails, look at the mapping of what the engine
     * reports to a suite.
     */
    @Proves(value = W12, tries = 80)
    default void everyListedSuiteIsNegotiatedAsItself(@ForAll @IntRange(max = 7) int part) {
        List<SslCipher> suites = capabilities().ciphers().stream()
                .filter(PolicyContract::isForTheServersKey)
                .toList();
        for (int i = part % Math.max(1, Math.min(8, suites.size())); i < suites.size(); i += 8) {
            SslCipher suite = suites.get(i);
            SslProtocol protocol =
                    suite.protocols().contains(SslProtocol.TLS_1_3) ? SslProtocol.TLS_1_3 : SslProtocol.TLS_1_2;
            UnaryOperator<SslConfiguration.Builder> only =
                    builder -> builder.dangerouslyAllowWeakCiphers(true).ciphers(List.of(suite));
            try (World world = World.of(subject(), new ProtocolRange(protocol, protocol))) {
                world.client(only).server(only).start();
                world.until(
                        () -> world.client().trace().has("encrypted")
                                        && world.server().trace().has("encrypted")
                                || world.client().isOver()
                                || world.server().isOver(),
                        "an outcome");
                for (Side side : List.of(world.client(), world.server())) {
                    check(
                            side.trace().has("encrypted"),
                            () -> "the backend lists the suite " + suite.name()
                                    + ", yet no handshake ends with it: the " + side.name() + " says \""
                                    + side.socket().errorString() + "\"");
                    equal(
                            Optional.of(suite),
                            side.socket().sessionCipher(),
                            "the suite that the " + side.name() + " reports where no other was allowed");
                }
            }
        }
    }

    /** Static ECDH and RSA apart, whatever goes with an ECDSA key on P-256, and all of TLS 1.3. */
    private static boolean isForTheServersKey(SslCipher suite) {
        return suite.protocols().contains(SslProtocol.TLS_1_3)
                || (suite.protocols().contains(SslProtocol.TLS_1_2)
                        && suite.keyExchange() == SslCipher.KeyExchange.ECDHE
                        && suite.authentication() == SslCipher.Authentication.ECDSA
                        && suite.usedBits() > 0);
    }

    /**
     * Looks at the suites that the backend lists, and at those of its library that have no entry. Observes that each listed one is
     * complete and can be found by number and name, and that none of the others could be enabled. If it fails, look at how
     * the names of the library's suites are mapped.
     */
    @Proves(value = W12, tries = 1)
    default void everyListedSuiteIsComplete() {
        for (SslCipher suite : capabilities().ciphers()) {
            check(
                    !suite.name().isEmpty()
                            && !suite.openSslName().isEmpty()
                            && !suite.encryptionMethod().isEmpty()
                            && !suite.protocols().isEmpty(),
                    () -> "suite " + suite + " of the backend is incomplete");
            equal(Optional.of(suite), SslCipher.fromId(suite.id()), "the suite with the number of " + suite.name());
            equal(Optional.of(suite), SslCipher.fromName(suite.name()), "the suite with the name " + suite.name());
        }
        for (String unmapped : capabilities().unmappedSuites()) {
            check(
                    SslCipher.fromName(unmapped).isEmpty(),
                    () -> "suite " + unmapped + " of the library has an entry, yet the backend lists it as unmapped");
            check(
                    isRefused(() -> configured(builder -> builder.ciphers(unmapped)), unmapped),
                    () -> "a configuration takes the suite " + unmapped
                            + ", which has no entry, expected a refusal that names it");
        }
    }

    /**
     * Drives configurations and contexts with suites that nobody knows or that the backend does not list, alone and among good
     * ones. Observes that each is refused by name. If it fails, look at who leaves out what it does not know.
     */
    @Proves(value = W12, tries = 1)
    default void anUnknownSuiteIsRefusedByName() {
        SslCipher good =
                EnginePair.suites(subject().backend(), ProtocolRange.SECURE).get(0);
        for (String unknown : List.of("TLS_NO_SUCH_SUITE", good.name() + ":TLS_NO_SUCH_SUITE", good.name() + "_X")) {
            String named = unknown.substring(unknown.indexOf(':') + 1);
            check(
                    isRefused(() -> configured(builder -> builder.ciphers(unknown)), named),
                    () -> "a configuration takes \"" + unknown + "\", expected a refusal that names " + named);
        }
        Optional<SslCipher> foreign = SslCipher.all().stream()
                .filter(suite -> !capabilities().ciphers().contains(suite))
                .findFirst();
        foreign.ifPresent(suite -> {
            check(
                    isRefused(
                            () -> configured(builder ->
                                    builder.dangerouslyAllowWeakCiphers(true).ciphers(List.of(good, suite))),
                            suite.name()),
                    () -> "a configuration takes the suite " + suite.name()
                            + ", which the backend does not list, expected a refusal that names it");
            Optional<String> refusal = refusal(spec -> with(spec, List.of(good, suite)));
            check(
                    refusal.isPresent() && refusal.get().contains(suite.name()),
                    () -> "a context takes the suite " + suite.name() + ", which the backend does not list, and says "
                            + refusal.orElse("nothing") + ": expected a refusal that names it, nothing left out");
        });
    }

    private static boolean isRefused(Runnable setting, String named) {
        try {
            setting.run();
            return false;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage()).contains(named);
        }
    }

    /** Why the backend refuses a context for a client; empty if it does not. */
    private Optional<String> refusal(UnaryOperator<ContextSpec> change) {
        ContextSpec plain = EnginePair.clientContext(subject().backend(), ProtocolRange.SECURE);
        try {
            subject().backend().createContext(change.apply(plain)).release();
            return Optional.empty();
        } catch (TlsContextException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static ContextSpec with(ContextSpec spec, List<SslCipher> suites) {
        return new ContextSpec(
                spec.protocols(),
                suites,
                spec.groups(),
                spec.signatureSchemes(),
                spec.identities(),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }

    private static ContextSpec with(ContextSpec spec, List<NamedGroup> groups, List<SignatureScheme> schemes) {
        return new ContextSpec(
                spec.protocols(),
                spec.ciphers(),
                groups,
                schemes,
                spec.identities(),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }

    // ---- W19 ----

    /**
     * Drives settings that are empty, too weak, doubled, contradictory or not supported. Observes that each is refused when it
     * is set or built. If it fails, look at who replaces what it does not like.
     */
    @Proves(value = W19, tries = 1)
    default void whatIsEmptyOrWeakIsRefusedWhenItIsSet() {
        SslCipher good =
                EnginePair.suites(subject().backend(), ProtocolRange.TLS_1_3).get(0);
        Map<String, Runnable> bad = new LinkedHashMap<>();
        bad.put("an empty list of suites", () -> configured(builder -> builder.ciphers(List.of())));
        bad.put("an empty text of suites", () -> configured(builder -> builder.ciphers("")));
        bad.put("an empty list of groups", () -> configured(builder -> builder.groups(List.of())));
        bad.put("an empty list of schemes", () -> configured(builder -> builder.signatureSchemes(List.of())));
        bad.put("a suite twice", () -> configured(builder -> builder.ciphers(List.of(good, good))));
        bad.put(
                "a suite that fits no version",
                () -> configured(
                        builder -> builder.protocols(ProtocolRange.TLS_1_2).ciphers(List.of(good))));
        bad.put("a version without a suite", () -> configured(builder -> builder.ciphers(List.of(good))));
        bad.put("an empty range", () -> new ProtocolRange(SslProtocol.TLS_1_3, SslProtocol.TLS_1_2));
        bad.put("a range from TLS 1.0 on", () -> new ProtocolRange(SslProtocol.TLS_1_0, SslProtocol.TLS_1_3));
        bad.put("a range of TLS 1.1", () -> new ProtocolRange(SslProtocol.TLS_1_1, SslProtocol.TLS_1_1));
        capabilities().ciphers().stream()
                .filter(SslCipher::isWeak)
                .findFirst()
                .ifPresent(weak -> bad.put(
                        "the weak suite " + weak.name(),
                        () -> configured(builder ->
                                builder.protocols(ProtocolRange.TLS_1_2).ciphers(List.of(weak)))));
        foreignGroup()
                .ifPresent(group -> bad.put(
                        "the unsupported group " + group, () -> configured(builder -> builder.groups(List.of(group)))));
        foreignScheme()
                .ifPresent(scheme -> bad.put(
                        "the unsupported scheme " + scheme,
                        () -> configured(builder -> builder.signatureSchemes(List.of(scheme)))));
        bad.forEach((what, setting) -> check(
                isRefused(setting, ""), () -> what + " was set and nobody has refused it, expected a refusal at once"));
    }

    private Optional<NamedGroup> foreignGroup() {
        return Stream.of(NamedGroup.values())
                .filter(group -> !capabilities().has(TlsFeature.GROUP_SELECTION)
                        || !capabilities().groups().contains(group))
                .findFirst();
    }

    private Optional<SignatureScheme> foreignScheme() {
        return Stream.of(SignatureScheme.values())
                .filter(scheme -> !capabilities().has(TlsFeature.SIGNATURE_SCHEME_SELECTION)
                        || (!capabilities().signatureSchemes().isEmpty()
                                && !capabilities().signatureSchemes().contains(scheme)))
                .findFirst();
    }

    /**
     * Drives contexts at the seam with groups and schemes that the backend has not listed. Observes that it refuses them instead of
     * leaving them out. If it fails, look at what the backend does with settings before its library sees them.
     */
    @Proves(value = W19, tries = 1)
    default void whatTheEngineRefusesIsAnError() {
        foreignGroup()
                .ifPresent(group -> check(
                        refusal(spec -> with(spec, List.of(group), List.of())).isPresent(),
                        () -> "a context takes the group " + group
                                + ", which the backend has not listed, expected a refusal, nothing left out"));
        foreignScheme()
                .ifPresent(scheme -> check(
                        refusal(spec -> with(spec, List.of(), List.of(scheme))).isPresent(),
                        () -> "a context takes the signature scheme " + scheme
                                + ", which the backend has not listed, expected a refusal, nothing left out"));
    }

    /**
     * Drives a client with a range, a few suites, and groups and schemes where they can be chosen, and reads its first message from
     * the wire. Observes that it offers nothing beside what was set. If it fails, look at where the engine's own
     * defaults come in.
     */
    @Proves(value = W19, tries = 24)
    default void aClientOffersNothingThatWasNotSet(@ForAll @IntRange(max = 2) int rangeIndex, @ForAll byte seed) {
        Random random = new Random(seed);
        ProtocolRange range = RANGES.get(rangeIndex);
        List<SslCipher> suites = new ArrayList<>();
        for (SslProtocol protocol : range.protocols()) {
            suites.addAll(some(EnginePair.suites(subject().backend(), new ProtocolRange(protocol, protocol)), random));
        }
        List<NamedGroup> groups = capabilities().has(TlsFeature.GROUP_SELECTION)
                ? some(usual(NamedGroup.SECP256R1, NamedGroup.SECP384R1, NamedGroup.X25519), random)
                : List.of();
        List<SignatureScheme> schemes = capabilities().has(TlsFeature.SIGNATURE_SCHEME_SELECTION)
                ? List.of(SignatureScheme.ECDSA_SECP256R1_SHA256)
                : List.of();
        ClientHello hello = hello(range, builder -> {
            SslConfiguration.Builder changed = builder.ciphers(suites);
            SslConfiguration.Builder more = groups.isEmpty() ? changed : changed.groups(groups);
            return schemes.isEmpty() ? more : more.signatureSchemes(schemes);
        });
        Set<Integer> versions =
                range.protocols().stream().map(SslProtocol::wireVersion).collect(Collectors.toSet());
        within("versions", hello.versions(), versions);
        Set<Integer> suiteNumbers = suites.stream().map(SslCipher::id).collect(Collectors.toCollection(HashSet::new));
        suiteNumbers.addAll(SIGNALLING_VALUES);
        within("suites", hello.cipherSuites(), suiteNumbers);
        if (!groups.isEmpty()) {
            within(
                    "groups",
                    hello.list(ClientHello.SUPPORTED_GROUPS),
                    groups.stream().map(NamedGroup::id).collect(Collectors.toSet()));
        }
        if (!schemes.isEmpty()) {
            within(
                    "signature schemes",
                    hello.list(ClientHello.SIGNATURE_ALGORITHMS),
                    schemes.stream().map(SignatureScheme::id).collect(Collectors.toSet()));
        }
    }

    private List<NamedGroup> usual(NamedGroup... groups) {
        return Stream.of(groups).filter(capabilities().groups()::contains).toList();
    }

    private static <T> List<T> some(List<T> all, Random random) {
        List<T> chosen = new ArrayList<>(all);
        Collections.shuffle(chosen, random);
        return chosen.isEmpty() ? chosen : chosen.subList(0, 1 + random.nextInt(chosen.size()));
    }

    private static void within(String what, List<Integer> offered, Set<Integer> allowed) {
        check(
                allowed.containsAll(offered),
                () -> "the client offers the " + what + " " + hex(offered) + ", allowed are only "
                        + hex(allowed.stream().sorted().toList()));
    }

    private static List<String> hex(List<Integer> numbers) {
        return numbers.stream().map(number -> String.format("0x%04x", number)).toList();
    }

    /** What a peer says that wants less than TLS 1.2. */
    enum Lower {
        /** TLS 1.0. */
        TLS_1_0(0x0301),
        /** TLS 1.1. */
        TLS_1_1(0x0302),
        /** SSL 3.0. */
        SSL_3_0(0x0300);

        private final int version;

        Lower(int version) {
            this.version = version;
        }

        /** A hello of the least that is well-formed: version, random, no session, one old suite. */
        byte[] hello(boolean ofServer) {
            byte[] suites = ofServer ? new byte[] {(byte) 0xc0, 0x14, 0} : new byte[] {0, 2, (byte) 0xc0, 0x14, 1, 0};
            int body = 2 + 32 + 1 + suites.length;
            byte[] record = new byte[5 + 4 + body];
            record[0] = 22;
            record[1] = 3;
            record[2] = (byte) Math.max(1, version & 0xff);
            record[4] = (byte) (4 + body);
            record[5] = (byte) (ofServer ? 2 : 1);
            record[8] = (byte) body;
            record[9] = 3;
            record[10] = (byte) version;
            System.arraycopy(suites, 0, record, record.length - suites.length, suites.length);
            return record;
        }
    }

    /**
     * Drives each side with a peer that speaks an older version than is allowed, forged on the wire. Observes that it fails and
     * does not go on. If it fails, look at how the engine is told of the lowest version.
     */
    @Proves(value = W19, tries = 24)
    default void noPeerPushesBelowTheRange(@ForAll @IntRange(max = 2) int rangeIndex, @ForAll Lower lower) {
        for (boolean ofServer : new boolean[] {true, false}) {
            try (World world = World.of(subject(), RANGES.get(rangeIndex))) {
                if (ofServer) {
                    world.startClientOnly();
                    world.wire().toClient().inject(lower.hello(true));
                } else {
                    world.startServerOnly();
                    world.wire().toServer().inject(lower.hello(false));
                }
                Side side = ofServer ? world.client() : world.server();
                world.until(
                        () -> side.trace().has("errorOccurred") || side.trace().has("encrypted"), "a refusal");
                check(
                        side.socket().error() == SslSocketError.SSL_HANDSHAKE_FAILED,
                        () -> "the " + side.name() + " goes on with a peer that speaks " + lower
                                + " only: it ends with " + side.socket().error()
                                + ", expected a failure of the handshake\n" + world);
            }
        }
    }

    // ---- W20 ----

    /** Looks at every pair of range and version. If it fails, look at how versions are compared. */
    @Proves(value = W20, tries = 1)
    default void versionsAreComparedByTheirNumberOnTheWire() {
        for (ProtocolRange range : RANGES) {
            for (SslProtocol protocol : SslProtocol.values()) {
                boolean within = protocol.wireVersion() >= range.min().wireVersion()
                        && protocol.wireVersion() <= range.max().wireVersion();
                equal(within, range.contains(protocol), protocol + " within " + range);
            }
        }
    }

    /**
     * Drives a handshake for each pair of configured ranges. Observes that it ends with the highest version that both allow, and
     * fails if there is none. If it fails, look at how a range becomes the engine's own idea of versions, "or later"
     * above all.
     */
    @Proves(value = W20, tries = 1)
    default void everyPairOfRangesNegotiatesWhatTheTableSays() {
        for (ProtocolRange ofClient : RANGES) {
            for (ProtocolRange ofServer : RANGES) {
                Optional<SslProtocol> expected = Stream.of(SslProtocol.TLS_1_3, SslProtocol.TLS_1_2)
                        .filter(version -> isWithin(version, ofClient) && isWithin(version, ofServer))
                        .findFirst();
                try (World world = World.of(subject(), ofClient)) {
                    world.server(builder -> builder.protocols(ofServer)).start();
                    world.until(
                            () -> world.client().isOver()
                                    || (world.client().trace().has("encrypted")
                                            && world.server().trace().has("encrypted")),
                            "an outcome");
                    Optional<SslProtocol> negotiated = world.client().socket().sessionProtocol();
                    equal(
                            expected,
                            negotiated,
                            "what a client with " + ofClient + " and a server with " + ofServer + " negotiate");
                }
            }
        }
    }

    private static boolean isWithin(SslProtocol version, ProtocolRange range) {
        return version.wireVersion() >= range.min().wireVersion()
                && version.wireVersion() <= range.max().wireVersion();
    }

    // ---- W22 ----

    /**
     * Drives configurations for backends whose library is older than, as old as, or newer than the oldest supported, in numbers
     * that compare otherwise as text. Observes that older ones alone are refused, with both versions. If it fails, look at
     * how versions are compared.
     */
    @Proves(value = W22, tries = 64)
    default void aLibraryBelowTheSupportedVersionIsRefused(
            @ForAll @IntRange(max = 12) int runtimeMajor,
            @ForAll @IntRange(max = 12) int runtimeMinor,
            @ForAll @IntRange(max = 12) int buildMajor,
            @ForAll @IntRange(max = 12) int buildMinor) {
        versions(runtimeMajor, runtimeMinor, buildMajor, buildMinor);
        versions(9, runtimeMinor, 10, buildMinor);
        versions(10, runtimeMinor, 9, buildMinor);
        versions(1, 9, 1, 10);
        versions(1, 10, 1, 9);
    }

    private void versions(int runtimeMajor, int runtimeMinor, int buildMajor, int buildMinor) {
        LibraryVersion runtime = version(runtimeMajor, runtimeMinor);
        LibraryVersion build = version(buildMajor, buildMinor);
        TlsBackend backend = new DelegatingBackend(subject().backend()) {
            @Override
            public LibraryVersion runtimeVersion() {
                return runtime;
            }

            @Override
            public LibraryVersion buildVersion() {
                return build;
            }
        };
        boolean older = runtimeMajor < buildMajor || (runtimeMajor == buildMajor && runtimeMinor < buildMinor);
        boolean refused = false;
        try {
            subject().build(subject().configuration(backend));
        } catch (IllegalArgumentException e) {
            String text = String.valueOf(e.getMessage());
            check(
                    text.contains(runtime.text()) && text.contains(build.text()),
                    () -> "the refusal of " + runtime.text() + " does not name both versions: " + text);
            refused = true;
        }
        boolean judged = refused;
        check(
                judged == older,
                () -> "a backend that supports " + build.text() + " or later is " + (judged ? "refused" : "accepted")
                        + " with " + runtime.text() + ", expected it to be " + (older ? "refused" : "accepted"));
    }

    private static LibraryVersion version(int major, int minor) {
        return LibraryVersion.of("library " + major + "." + minor, major, minor, 0);
    }

    // ---- W39 ----

    /**
     * Drives clients and servers whose application protocols have something in common, or nothing. Observes that what is agreed on
     * was offered by both, and that without it the server says no_application_protocol, as far as the client's engine tells
     * alerts, and both fail. If it fails, look at the engine's answer to a mismatch.
     */
    @Proves(
            value = W39,
            tries = 16,
            needs = {TlsFeature.ALPN})
    default void withoutACommonApplicationProtocolTheServerRefuses(@ForAll Version version) {
        agree(version, List.of("h2", "http/1.1"), List.of("http/1.1"), Optional.of("http/1.1"));
        agree(version, List.of("a", "b"), List.of("b", "a"), Optional.of("b"));
        agree(version, List.of("h2"), List.of("http/1.1", "imap"), Optional.empty());
        agree(version, List.of("ab"), List.of("a"), Optional.empty());
    }

    private void agree(Version version, List<String> ofClient, List<String> ofServer, Optional<String> expected) {
        try (World world = World.of(subject(), version.range())) {
            world.client(builder -> builder.allowedApplicationProtocols(ofClient))
                    .server(builder -> builder.allowedApplicationProtocols(ofServer))
                    .start()
                    .until(
                            () -> (world.client().isOver() && world.server().isOver())
                                    || (world.client().trace().has("encrypted")
                                            && world.server().trace().has("encrypted")),
                            "an outcome");
            Optional<String> agreed = world.client().socket().applicationProtocol();
            String pair = "a client with " + ofClient + " and a server with " + ofServer;
            if (expected.isPresent()) {
                check(
                        agreed.filter(ofClient::contains)
                                .filter(ofServer::contains)
                                .isPresent(),
                        () -> pair + " agree on " + agreed + ", expected one that both have\n" + world);
                equal(agreed, world.server().socket().applicationProtocol(), "what the server of " + pair + " reports");
                return;
            }
            check(
                    !world.client().trace().has("encrypted")
                            && !world.server().trace().has("encrypted"),
                    () -> pair + " go on with " + agreed + ", expected a refusal\n" + world);
            boolean told = capabilities().has(TlsFeature.FATAL_ALERTS_RECEIVED);
            check(
                    !told || world.client().trace().countText("alertReceived(FATAL 120)") == 1,
                    () -> pair + " fail, yet the client was not sent no_application_protocol (120)\n" + world);
        }
    }

    // ---- W43 ----

    /**
     * Drives a handshake record to each side after the handshake, forged on the wire: what a peer sends that wants to
     * renegotiate, and what TLS 1.3 never shows. Observes that the connection ends in one error and that no engine was given
     * the record. If it fails, look at what is done with a record before the engine has it.
     */
    @Proves(value = W43, tries = 16)
    default void aHandshakeRecordAfterTheHandshakeReachesNoEngine(
            @ForAll Version version, @ForAll boolean toServer, @ForAll @IntRange(min = 1, max = 600) int bytes) {
        AtomicInteger seen = new AtomicInteger();
        try (World world = World.of(subject(), version.range())
                .backend(new Watched(subject().backend(), seen))) {
            world.start().encrypted();
            world.transfer(world.client(), world.server(), 100);
            world.transfer(world.server(), world.client(), 100);
            byte[] record = new byte[5 + bytes];
            record[0] = 22;
            record[1] = 3;
            record[2] = 3;
            record[3] = (byte) (bytes >> 8);
            record[4] = (byte) bytes;
            Side attacked = toServer ? world.server() : world.client();
            (toServer ? world.wire().toServer() : world.wire().toClient()).inject(record);
            world.until(() -> attacked.trace().has("errorOccurred"), "the end of a connection that is renegotiated");
            world.ended();
            check(
                    seen.get() == 0,
                    () -> "an engine was given a handshake record after the handshake, expected the connection to end"
                            + " before it sees one\n" + world);
            equal(1L, attacked.trace().count("errorOccurred"), "errors of the " + attacked.name());
        }
    }

    /** Counts the handshake records that engines are given after their handshakes. */
    final class Watched extends DelegatingBackend {
        private final AtomicInteger seen;

        Watched(TlsBackend delegate, AtomicInteger seen) {
            super(delegate);
            this.seen = seen;
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
                private boolean data;

                @Override
                public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
                    boolean handshake = ciphertext.isReadable() && ciphertext.getByte(ciphertext.readerIndex()) == 22;
                    if (handshake && data) {
                        seen.incrementAndGet();
                    }
                    int before = plaintext.writerIndex();
                    EngineStep step = super.unwrap(ciphertext, plaintext);
                    data |= plaintext.writerIndex() > before;
                    return step;
                }
            };
        }
    }

    // ---- W44 ----

    /** Looks at a configuration that nobody has touched. If it fails, look at the defaults. */
    @Proves(value = W44, tries = 1)
    default void anUntouchedConfigurationIsSafe() {
        SslConfiguration untouched = configured(UnaryOperator.identity());
        check(
                untouched.protocols().min().wireVersion() >= SslProtocol.TLS_1_2.wireVersion(),
                () -> "an untouched configuration allows " + untouched.protocols());
        for (SslCipher suite : untouched.ciphers()) {
            check(
                    suite.isAead()
                            && suite.isForwardSecret()
                            && !suite.isWeak()
                            && !suite.usesPreSharedKey()
                            && suite.usedBits() >= 128
                            && suite.authentication() != SslCipher.Authentication.ANONYMOUS
                            && suite.authentication() != SslCipher.Authentication.SRP,
                    () -> "an untouched configuration allows the suite " + suite.name()
                            + ", expected authenticated encryption with forward secrecy and a certificate");
        }
        PeerVerifyMode mode = untouched.peerVerifyMode();
        check(
                mode == PeerVerifyMode.AUTO_VERIFY_PEER || mode == PeerVerifyMode.VERIFY_PEER,
                () -> "an untouched configuration does not verify peers: " + mode);
        check(untouched.sessionStore().isEmpty(), "an untouched configuration keeps sessions");
        check(!untouched.preSharedKeyEnabled(), "an untouched configuration takes pre-shared keys");
        check(untouched.keyLog().isEmpty(), "an untouched configuration logs keys");
    }

    /**
     * Drives a client that was told nothing but a range and whom it wants to reach. Observes that it offers safe suites alone, and
     * refuses a server that nobody vouches for. If it fails, look at the defaults.
     */
    @Proves(value = W44, tries = 4)
    default void anUntouchedClientIsSafe(@ForAll Version version) {
        UnaryOperator<SslConfiguration.Builder> untouched =
                builder -> subject().configuration(subject().backend()).protocols(version.range());
        ClientHello hello = hello(version.range(), untouched);
        for (int number : hello.cipherSuites()) {
            Optional<SslCipher> suite = SslCipher.fromId(number);
            check(
                    SIGNALLING_VALUES.contains(number)
                            || suite.filter(offered ->
                                            offered.isAead() && offered.isForwardSecret() && !offered.isWeak())
                                    .isPresent(),
                    () -> "an untouched client offers the suite " + suite + " with the number " + number);
        }
        try (World world = World.of(subject(), version.range())) {
            world.client(untouched).start();
            world.until(() -> world.client().isOver() || world.client().trace().has("encrypted"), "a verdict");
            check(
                    !world.client().trace().has("encrypted"),
                    () -> "an untouched client accepts a server of an authority that it does not know\n" + world);
        }
    }
}
