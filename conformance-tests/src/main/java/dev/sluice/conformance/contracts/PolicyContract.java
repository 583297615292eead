package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W22;
import static dev.sluice.conformance.Weakness.W39;
import static dev.sluice.conformance.Weakness.W43;
import static dev.sluice.conformance.Weakness.W44;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.ClientHello;
import dev.sluice.conformance.harness.Lane;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** Which protocols, suites, groups and settings are allowed. */
public interface PolicyContract extends SuiteContract, RangeContract {

    private BackendCapabilities capabilities() {
        return subject().backend().capabilities();
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
        for (int[] pair : new int[][] {{9, 10}, {10, 9}, {0, 1}, {1, 0}, {999, 999}}) {
            // The last number is where the fixes of flaws are.
            versions(version(1, 5, pair[0]), version(1, 5, pair[1]), pair[0] < pair[1]);
        }
        versions(version(1, 999, 0), version(2, 0, 0), true);
        versions(version(2, 0, 0), version(1, 999, 999), false);
    }

    private void versions(int runtimeMajor, int runtimeMinor, int buildMajor, int buildMinor) {
        versions(
                version(runtimeMajor, runtimeMinor, 0),
                version(buildMajor, buildMinor, 0),
                runtimeMajor < buildMajor || (runtimeMajor == buildMajor && runtimeMinor < buildMinor));
    }

    private void versions(LibraryVersion runtime, LibraryVersion build, boolean older) {
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

    private static LibraryVersion version(int major, int minor, int patch) {
        return LibraryVersion.of("library " + major + "." + minor + "." + patch, major, minor, patch);
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
        agree(version, List.of("a"), List.of("ab"), Optional.empty());
        agree(version, List.of("H2"), List.of("h2"), Optional.empty()); // RFC 7301 §3.1: bytes, not words
        withoutOffer(version, List.of(), List.of("h2"));
        withoutOffer(version, List.of("h2"), List.of());
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

    /** Who does not take part goes on without, and nothing is made up for it (RFC 7301 §3.2). */
    private void withoutOffer(Version version, List<String> ofClient, List<String> ofServer) {
        try (World world = World.of(subject(), version.range())) {
            world.client(builder -> ofClient.isEmpty() ? builder : builder.allowedApplicationProtocols(ofClient))
                    .server(builder -> ofServer.isEmpty() ? builder : builder.allowedApplicationProtocols(ofServer))
                    .start()
                    .encrypted();
            for (Side side : List.of(world.client(), world.server())) {
                equal(
                        Optional.empty(),
                        side.socket().applicationProtocol(),
                        "an application protocol that was not offered, selected by the " + side.name()
                                + " between a client with " + ofClient + " and a server with " + ofServer);
            }
        }
    }

    // ---- W43 ----

    /**
     * Drives a handshake record to each side after the handshake, forged on the wire: what a peer sends that wants to
     * renegotiate, and what TLS 1.3 never shows; before any data, after data, and right behind data that has not been read.
     * Observes that the connection ends in one error and that no engine was given the record. If it fails, look at what is done
     * with a record before the engine has it.
     */
    @Proves(value = W43, tries = 16)
    default void aHandshakeRecordAfterTheHandshakeReachesNoEngine(
            @ForAll Version version, @ForAll boolean toServer, @ForAll @IntRange(min = 1, max = 600) int bytes) {
        for (Renegotiation moment : Renegotiation.values()) {
            renegotiate(version, toServer, bytes, moment);
            renegotiate(version, !toServer, 4, moment); // a message without content, HelloRequest for one
        }
    }

    private void renegotiate(Version version, boolean toServer, int bytes, Renegotiation moment) {
        Watched watched = new Watched(subject().backend());
        try (World world = World.of(subject(), version.range()).backend(watched)) {
            world.start().encrypted();
            world.settle();
            watched.begin();
            Side attacked = toServer ? world.server() : world.client();
            Side peer = Cut.peer(world, attacked);
            Lane lane = Cut.lane(world, attacked);
            if (moment != Renegotiation.BEFORE_DATA) {
                world.transfer(world.client(), world.server(), 100);
                world.transfer(world.server(), world.client(), 100);
            }
            if (moment == Renegotiation.BEHIND_UNREAD_DATA) {
                // Arrives together with what is forged: the reader has not been called in between.
                lane.holdBack();
                peer.write(100);
                peer.socket().flush();
                lane.deliver(Integer.MAX_VALUE);
            }
            byte[] record = new byte[5 + bytes];
            record[0] = 22;
            record[1] = 3;
            record[2] = 3;
            record[3] = (byte) (bytes >> 8);
            record[4] = (byte) bytes;
            lane.inject(record);
            lane.release();
            world.until(() -> attacked.trace().has("errorOccurred"), "the end of a connection that is renegotiated");
            world.ended();
            check(
                    watched.seen() == 0,
                    () -> "an engine was given a handshake record after the handshake (" + moment
                            + "), expected the connection to end before it sees one\n" + world);
            equal(1L, attacked.trace().count("errorOccurred"), "errors of the " + attacked.name());
        }
    }

    // ---- W44 ----

    /** Looks at a configuration that nobody has touched. If it fails, look at the defaults. */
    @Proves(value = W44, tries = 1)
    default void anUntouchedConfigurationIsSafe() {
        SslConfiguration untouched = Settings.configured(subject(), UnaryOperator.identity());
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
        ClientHello hello = Settings.hello(subject(), version.range(), untouched);
        for (int number : hello.cipherSuites()) {
            Optional<SslCipher> suite = SslCipher.fromId(number);
            check(
                    Settings.SIGNALLING_VALUES.contains(number)
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

    /**
     * Drives a client and a server that were told nothing of sessions, twice. Observes that the second visit is no resumption, and
     * that the client offers none. If it fails, look at the engine's own cache of sessions.
     */
    @Proves(value = W44, tries = 4)
    default void whoWasToldNothingOfSessionsResumesNone(@ForAll Version version) {
        try (World world = World.of(subject(), version.range())) {
            for (int visit = 1; visit <= 3; visit++) {
                int number = visit;
                world.start().encrypted();
                world.transfer(world.client(), world.server(), 100);
                world.transfer(world.server(), world.client(), 100); // and with it a ticket, if there is one
                for (Side side : List.of(world.client(), world.server())) {
                    check(
                            !side.socket().isSessionResumed(),
                            () -> "visit " + number + " of a client without a session store has resumed a session, says"
                                    + " the " + side.name() + ": an engine keeps sessions that nobody has asked it to"
                                    + " keep\n" + world);
                }
                world.client().socket().disconnectFromHost();
                world.ended();
                world.again();
            }
        }
    }
}
