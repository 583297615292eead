package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W24;
import static dev.sluice.conformance.Weakness.W31;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SessionStore;
import dev.sluice.SpkiPin;
import dev.sluice.SslError;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationRequest;
import dev.sluice.x509.VerificationResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a session saves, and what it must not. */
public interface ResumptionContract extends ProofContract {
    // ---- W24 ----

    /**
     * Drives a second visit to the same server after so much time that the certificates have ended, as the client and as a server
     * that requires a certificate sees it. Observes that a session which is offered does not save the peer. Applies to
     * versions that the backend can resume. If it fails, look at what is judged when a session is resumed.
     */
    @Proves(value = W24, tries = 1)
    default void aResumedPeerIsJudgedAnew() {
        boolean clients = subject().backend().capabilities().has(TlsFeature.CLIENT_CERTIFICATES);
        for (Version version : Version.values()) {
            if (!Visits.arePossible(subject(), version)) {
                continue;
            }
            for (Side judge : Side.values()) {
                if (judge == Side.CLIENT || clients) {
                    timePasses(version, judge);
                }
            }
        }
    }

    private void timePasses(Version version, Side judge) {
        try (Visits visits = new Visits(subject(), version)) {
            Consumer<World> demands = world -> {
                if (judge == Side.SERVER) {
                    // The client would not care that time has passed.
                    world.client(builder -> builder.localCertificate(
                                    Identities.client().chain(),
                                    Identities.client().keys().getPrivate())
                            .peerVerifyMode(PeerVerifyMode.QUERY_PEER));
                    world.server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER));
                }
            };
            Visits.Outcome first = visits.visit(demands);
            check(first == Visits.Outcome.FULL, () -> "the first visit is " + first + ", expected a full handshake");
            Visits.Outcome second =
                    visits.visit(demands.andThen(world -> world.clock().advance(Duration.ofDays(30 * 365))));
            check(
                    second == Visits.Outcome.REFUSED,
                    () -> "a session of " + version
                            + " has saved a peer whose certificate has ended meanwhile: the visit" + " is " + second
                            + " in the eyes of the " + judge);
        }
    }

    // ---- W31 ----

    /** What the client demands on a later visit and did not on the first. */
    enum Demand {
        /** That the certificate has the name of the server, which it has not. */
        NAME,
        /** Another authority. */
        AUTHORITY,
        /** Another key. */
        PIN,
        /** What another verifier demands. */
        VERIFIER;

        private void first(World world) {
            if (this == NAME) {
                CertificateVerifier strict = CertificateVerifier.strict();
                world.identity(Identities.wrongHost())
                        .client(builder -> builder.certificateVerifier(
                                request -> strict.verify(request.dangerouslyWithoutNameCheck())));
            }
        }

        private void later(World world) {
            first(world);
            world.client(builder -> switch (this) {
                case NAME -> builder.certificateVerifier(CertificateVerifier.strict());
                case AUTHORITY ->
                    builder.caCertificates(List.of(Identities.selfSigned().certificate()));
                case PIN -> builder.pins(List.of(SpkiPin.of(Identities.client().certificate())));
                case VERIFIER -> builder.certificateVerifier(Demand::revoked);
            });
        }

        private static VerificationResult revoked(VerificationRequest request) {
            Optional<SslCertificate> shown = request.chain().stream().findFirst();
            return new VerificationResult(List.of(new SslError(SslError.Code.CERTIFICATE_REVOKED, shown)), List.of());
        }
    }

    /**
     * Drives visits with a session at hand that was made under other demands. Observes that each is refused as a first visit
     * would be, and that the good session is of use afterwards or forgotten, never a failure. Applies to versions that the
     * backend can resume. If it fails, look at what is judged when an engine says that it has resumed.
     */
    @Proves(value = W31, tries = 1)
    default void everyResumptionIsHeldToTheDemandsOfItsOwnConnection() {
        for (Version version : Version.values()) {
            if (!Visits.arePossible(subject(), version)) {
                continue;
            }
            for (Demand demand : Demand.values()) {
                try (Visits visits = new Visits(subject(), version)) {
                    visits.visit(demand::first);
                    Visits.Outcome strict = visits.visit(demand::later);
                    check(
                            strict == Visits.Outcome.REFUSED,
                            () -> "a session of " + version + " was taken for an answer to a new demand, " + demand
                                    + ": the visit is " + strict + ", expected a refusal");
                    Visits.Outcome after = visits.visit(demand::first);
                    check(
                            after != Visits.Outcome.REFUSED,
                            () -> "a visit of " + version + " fails after one with another demand, " + demand);
                }
            }
        }
    }

    /** What the server demands of clients on a later visit and did not on the first. */
    enum ServersDemand {
        /** A certificate, which the client has not. */
        A_CERTIFICATE,
        /** Another key. */
        PIN,
        /** What another verifier demands. */
        VERIFIER;

        private void first(World world) {
            if (this != A_CERTIFICATE) {
                world.client(builder -> builder.localCertificate(
                                Identities.client().chain(),
                                Identities.client().keys().getPrivate()))
                        .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER));
            }
        }

        private void later(World world) {
            first(world);
            world.server(builder -> switch (this) {
                case A_CERTIFICATE -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER);
                case PIN -> builder.pins(List.of(SpkiPin.of(Identities.server().certificate())));
                case VERIFIER -> builder.certificateVerifier(Demand::revoked);
            });
        }
    }

    /**
     * Drives visits with a session at hand to a server that has come to demand more of its clients. Observes that each is refused
     * as a first visit would be. Applies to versions that the backend can resume, where certificates of clients apply. If it fails,
     * look at what servers judge when they resume a session.
     */
    @Proves(
            value = W31,
            tries = 1,
            needs = {TlsFeature.CLIENT_CERTIFICATES})
    default void everyResumedClientIsHeldToTheDemandsOfTheServer() {
        for (Version version : Version.values()) {
            if (!Visits.arePossible(subject(), version)) {
                continue;
            }
            for (ServersDemand demand : ServersDemand.values()) {
                try (Visits visits = new Visits(subject(), version)) {
                    Visits.Outcome before = visits.visit(demand::first);
                    check(
                            before == Visits.Outcome.FULL,
                            () -> "a first visit of " + version + " is " + before + ", expected a full handshake");
                    Visits.Outcome strict = visits.visit(demand::later);
                    // What a full handshake demands is the business of others.
                    check(
                            strict != Visits.Outcome.RESUMED,
                            () -> "a session of " + version + " was taken by a server for an answer to a new demand, "
                                    + demand + ": the visit is " + strict + ", expected a refusal");
                }
            }
        }
    }

    /**
     * Drives a visit whose errors are ignored, then one where they are not. Observes that the second is refused. Applies to
     * versions that the backend can resume. If it fails, look at what becomes of sessions with accepted errors.
     */
    @Proves(value = W31, tries = 1)
    default void aSessionOfIgnoredErrorsHelpsNobody() {
        for (Version version : Version.values()) {
            if (!Visits.arePossible(subject(), version)) {
                continue;
            }
            try (Visits visits = new Visits(subject(), version)) {
                Consumer<World> untrusted = world -> world.identity(Identities.wrongHost());
                Visits.Outcome lenient = visits.visit(
                        untrusted.andThen(world -> world.client().socket().dangerouslyIgnoreAllSslErrors()));
                check(
                        lenient != Visits.Outcome.REFUSED,
                        () -> "errors were ignored by the client in " + version + ", yet the handshake failed");
                Visits.Outcome strict = visits.visit(untrusted);
                check(
                        strict == Visits.Outcome.REFUSED,
                        () -> "a session of " + version + " that was made while errors were ignored is good for a"
                                + " connection where they are not: the visit is " + strict);
            }
        }
    }

    /**
     * Drives two connections at the seam with a session that is forgotten in between, as the library does after accepted errors.
     * Observes that the second is no resumption. Applies to versions that the backend can resume. If it fails, look at
     * {@code forgetSession()} of the engine, also for tickets that come after the handshake.
     */
    @Proves(value = W31, tries = 1)
    default void aForgottenSessionIsNotResumed() {
        for (Version version : Version.values()) {
            if (!Visits.arePossible(subject(), version)) {
                continue;
            }
            try (SessionStore store = SessionStore.create();
                    EnginePair.Contexts contexts = new EnginePair.Contexts(
                            subject().backend(),
                            EnginePair.with(EnginePair.clientContext(subject().backend(), version.range()), store),
                            EnginePair.with(EnginePair.serverContext(subject().backend(), version.range()), store))) {
                connect(contexts, true);
                boolean resumed = connect(contexts, true);
                check(
                        !resumed,
                        () -> "an engine has resumed a session of " + version
                                + " that it was told to forget, expected a full handshake");
            } catch (TlsContextException e) {
                throw new AssertionError("the backend refuses a plain context with sessions: " + e.getMessage(), e);
            }
        }
    }

    private static boolean connect(EnginePair.Contexts contexts, boolean forget) throws TlsContextException {
        try (EnginePair pair = EnginePair.of(
                contexts,
                wishes -> wishes.sessionIdentity("the only one"),
                wishes -> wishes,
                PeerVerdict.Accepted.INSTANCE)) {
            pair.pump();
            check(pair.isEstablished(), () -> "two engines with sessions fail in their handshake: " + pair.client());
            pair.server().send(10);
            pair.pump();
            boolean resumed = pair.client().engine().sessionFacts().resumed();
            if (forget) {
                pair.client().engine().forgetSession();
            }
            pair.client().close(pair.server());
            pair.pump();
            if (forget) {
                pair.client().engine().forgetSession();
            }
            return resumed;
        }
    }
}
