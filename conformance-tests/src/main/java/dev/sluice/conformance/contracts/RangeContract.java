package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W19;
import static dev.sluice.conformance.Weakness.W20;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.NamedGroup;
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
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** What is allowed and what is negotiated: versions, suites, groups and signature schemes. */
public interface RangeContract extends Contract {
    /** All ranges that can be configured. */
    List<ProtocolRange> RANGES = List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_2_OR_LATER, ProtocolRange.TLS_1_3);

    private BackendCapabilities capabilities() {
        return subject().backend().capabilities();
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
        bad.put("an empty list of suites", () -> Settings.configured(subject(), builder -> builder.ciphers(List.of())));
        bad.put("an empty text of suites", () -> Settings.configured(subject(), builder -> builder.ciphers("")));
        bad.put("an empty list of groups", () -> Settings.configured(subject(), builder -> builder.groups(List.of())));
        bad.put(
                "an empty list of schemes",
                () -> Settings.configured(subject(), builder -> builder.signatureSchemes(List.of())));
        bad.put("a suite twice", () -> Settings.configured(subject(), builder -> builder.ciphers(List.of(good, good))));
        bad.put(
                "a suite that fits no version",
                () -> Settings.configured(
                        subject(),
                        builder -> builder.protocols(ProtocolRange.TLS_1_2).ciphers(List.of(good))));
        bad.put(
                "a version without a suite",
                () -> Settings.configured(subject(), builder -> builder.ciphers(List.of(good))));
        bad.put("an empty range", () -> new ProtocolRange(SslProtocol.TLS_1_3, SslProtocol.TLS_1_2));
        bad.put("a range from TLS 1.0 on", () -> new ProtocolRange(SslProtocol.TLS_1_0, SslProtocol.TLS_1_3));
        bad.put("a range of TLS 1.1", () -> new ProtocolRange(SslProtocol.TLS_1_1, SslProtocol.TLS_1_1));
        capabilities().ciphers().stream()
                .filter(SslCipher::isWeak)
                .findFirst()
                .ifPresent(weak -> bad.put(
                        "the weak suite " + weak.name(),
                        () -> Settings.configured(
                                subject(),
                                builder ->
                                        builder.protocols(ProtocolRange.TLS_1_2).ciphers(List.of(weak)))));
        foreignGroup()
                .ifPresent(group -> bad.put(
                        "the unsupported group " + group,
                        () -> Settings.configured(subject(), builder -> builder.groups(List.of(group)))));
        foreignScheme()
                .ifPresent(scheme -> bad.put(
                        "the unsupported scheme " + scheme,
                        () -> Settings.configured(subject(), builder -> builder.signatureSchemes(List.of(scheme)))));
        bad.forEach((what, setting) -> check(
                Settings.isRefused(setting, ""),
                () -> what + " was set and nobody has refused it, expected a refusal at once"));
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
                        Settings.refusal(subject(), spec -> Settings.with(spec, List.of(group), List.of()))
                                .isPresent(),
                        () -> "a context takes the group " + group
                                + ", which the backend has not listed, expected a refusal, nothing left out"));
        foreignScheme()
                .ifPresent(scheme -> check(
                        Settings.refusal(subject(), spec -> Settings.with(spec, List.of(), List.of(scheme)))
                                .isPresent(),
                        () -> "a context takes the signature scheme " + scheme
                                + ", which the backend has not listed, expected a refusal, nothing left out"));
    }

    /**
     * Drives a client with a range, a few suites, and groups and schemes where they can be chosen, and reads its first message from
     * the wire. Observes that it offers nothing beside what was set. If it fails, look at where the engine's own
     * defaults come in.
     */
    @Proves(value = W19, tries = 16)
    default void aClientOffersNothingThatWasNotSet(@ForAll byte seed) {
        Random random = new Random(seed);
        RANGES.forEach(range -> offersNothingElse(range, random));
    }

    private void offersNothingElse(ProtocolRange range, Random random) {
        List<SslCipher> chosen = new ArrayList<>();
        for (SslProtocol protocol : range.protocols()) {
            chosen.addAll(some(EnginePair.suites(subject().backend(), new ProtocolRange(protocol, protocol)), random));
        }
        if (!offersNothingElse(range, chosen, random)) {
            // An engine that cannot leave out suites, and says so, offers nothing: it is asked again for all of them.
            List<SslCipher> all = EnginePair.suites(subject().backend(), range);
            check(
                    offersNothingElse(range, all, random),
                    () -> "a client refuses to offer the backend's own suites for " + range + ": " + all);
        }
    }

    private boolean offersNothingElse(ProtocolRange range, List<SslCipher> suites, Random random) {
        List<NamedGroup> groups = capabilities().has(TlsFeature.GROUP_SELECTION)
                ? some(usual(NamedGroup.SECP256R1, NamedGroup.SECP384R1, NamedGroup.X25519), random)
                : List.of();
        List<SignatureScheme> schemes = capabilities().has(TlsFeature.SIGNATURE_SCHEME_SELECTION)
                ? List.of(SignatureScheme.ECDSA_SECP256R1_SHA256)
                : List.of();
        Optional<ClientHello> said = Settings.helloUnlessRefused(subject(), range, builder -> {
            SslConfiguration.Builder changed = builder.ciphers(suites);
            SslConfiguration.Builder more = groups.isEmpty() ? changed : changed.groups(groups);
            return schemes.isEmpty() ? more : more.signatureSchemes(schemes);
        });
        if (said.isEmpty()) {
            return false;
        }
        ClientHello hello = said.get();
        Set<Integer> versions =
                range.protocols().stream().map(SslProtocol::wireVersion).collect(Collectors.toSet());
        within("versions", hello.versions(), versions);
        Set<Integer> suiteNumbers = suites.stream().map(SslCipher::id).collect(Collectors.toCollection(HashSet::new));
        suiteNumbers.addAll(Settings.SIGNALLING_VALUES);
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
        return true;
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

    /**
     * Drives servers that allow one group with clients that offer another one, in both versions. Observes that the handshake fails,
     * and in TLS 1.3 succeeds once the client offers the server's group as well. If it fails, look at what the engine of a
     * server makes of its settings.
     */
    @Proves(
            value = W19,
            tries = 1,
            needs = {TlsFeature.GROUP_SELECTION})
    default void aServerAgreesOnNothingThatWasNotSet() {
        List<NamedGroup> groups = usual(NamedGroup.SECP256R1, NamedGroup.SECP384R1);
        for (ProtocolRange range : List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3)) {
            if (groups.size() == 2) {
                // The certificates of the suite are on the first curve: a client without it could not use them. Nor
                // need a server of TLS 1.2 (RFC 8422 §5.3), so that there only the refusal is judged.
                check(
                        !agree(range, groups.subList(0, 1), groups.subList(1, 2)),
                        () -> "a server that allows the group " + groups.get(1)
                                + " alone agrees with a client that has " + groups.get(0) + " alone, with " + range
                                + ": it uses what was not set");
                check(
                        range.equals(ProtocolRange.TLS_1_2) || agree(range, groups, groups.subList(1, 2)),
                        () -> "a server that allows the group " + groups.get(1)
                                + " does not agree with a client that has it as well, with " + range);
            }
        }
    }

    private boolean agree(ProtocolRange range, List<NamedGroup> ofClient, List<NamedGroup> ofServer) {
        return agree(
                range,
                world -> world.client(builder -> builder.groups(ofClient)).server(builder -> builder.groups(ofServer)));
    }

    /**
     * Drives servers with an RSA key that may sign in one way with clients that want another one, in both versions. Observes that
     * the handshake fails, and that it succeeds once the client wants the server's way as well. If it fails, look at whether the
     * engine of a server hears of them.
     */
    @Proves(
            value = W19,
            tries = 1,
            needs = {TlsFeature.SIGNATURE_SCHEME_SELECTION})
    default void aServerSignsWithNothingThatWasNotSet() {
        SignatureScheme one = SignatureScheme.RSA_PSS_RSAE_SHA256;
        SignatureScheme other = SignatureScheme.RSA_PSS_RSAE_SHA384;
        // The certificate itself is signed by the suite's authority, whose key is on a curve.
        SignatureScheme ofAuthority = SignatureScheme.ECDSA_SECP256R1_SHA256;
        if (!capabilities().signatureSchemes().isEmpty()
                && !capabilities().signatureSchemes().containsAll(List.of(one, other, ofAuthority))) {
            return;
        }
        for (ProtocolRange range : List.of(ProtocolRange.TLS_1_2, ProtocolRange.TLS_1_3)) {
            check(
                    !agreeOnSchemes(range, List.of(one, ofAuthority), List.of(other, ofAuthority)),
                    () -> "a server that may sign with " + other + " agrees with a client that wants " + one + ", with "
                            + range + ": it uses what was not set");
            check(
                    agreeOnSchemes(range, List.of(one, other, ofAuthority), List.of(other, ofAuthority)),
                    () -> "a server that may sign with " + other + " does not agree with a client that takes it as well"
                            + ", with " + range);
        }
    }

    private boolean agreeOnSchemes(
            ProtocolRange range, List<SignatureScheme> ofClient, List<SignatureScheme> ofServer) {
        return agree(range, world -> {
            SuiteNeeds.RSA_KEY.provide(world);
            return world.client(builder -> builder.signatureSchemes(ofClient))
                    .server(builder -> builder.signatureSchemes(ofServer));
        });
    }

    private boolean agree(ProtocolRange range, UnaryOperator<World> settings) {
        try (World world = World.of(subject(), range)) {
            settings.apply(world).start();
            world.until(
                    () -> (world.client().isOver() && world.server().isOver())
                            || (world.client().trace().has("encrypted")
                                    && world.server().trace().has("encrypted")),
                    "an outcome");
            return world.client().socket().isEncrypted()
                    && world.server().socket().isEncrypted();
        }
    }

    /**
     * Reads the first message of a client while another connection of the same backend, with other settings, is alive: another
     * range, other groups. Observes that it offers nothing beside what was set for itself. If it fails, look at what connections
     * have to have in common to share a context.
     */
    @Proves(value = W19, tries = 1)
    default void aClientOffersNothingThatWasSetForAnother() {
        for (ProtocolRange range : RANGES) {
            try (World other = World.of(subject(), range)) {
                other.startClientOnly().settle();
                for (ProtocolRange own : RANGES) {
                    ClientHello hello = Settings.hello(subject(), own, UnaryOperator.identity());
                    within(
                            "versions",
                            hello.versions(),
                            own.protocols().stream()
                                    .map(SslProtocol::wireVersion)
                                    .collect(Collectors.toSet()));
                }
            }
        }
        List<NamedGroup> groups = capabilities().has(TlsFeature.GROUP_SELECTION)
                ? usual(NamedGroup.SECP256R1, NamedGroup.SECP384R1, NamedGroup.X25519)
                : List.of();
        for (NamedGroup group : groups) {
            try (World other = World.of(subject(), ProtocolRange.TLS_1_3)) {
                other.client(builder -> builder.groups(List.of(group)))
                        .startClientOnly()
                        .settle();
                for (NamedGroup own : groups) {
                    ClientHello hello =
                            Settings.hello(subject(), ProtocolRange.TLS_1_3, builder -> builder.groups(List.of(own)));
                    within("groups", hello.list(ClientHello.SUPPORTED_GROUPS), Set.of(own.id()));
                }
            }
        }
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
                    if (expected.isPresent()) {
                        equal(
                                negotiated,
                                world.server().socket().sessionProtocol(),
                                "what a server with " + ofServer + " reports that a client with " + ofClient
                                        + " has negotiated");
                    }
                }
            }
        }
    }

    private static boolean isWithin(SslProtocol version, ProtocolRange range) {
        return version.wireVersion() >= range.min().wireVersion()
                && version.wireVersion() <= range.max().wireVersion();
    }
}
