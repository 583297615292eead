package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W27;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.PeerVerifyMode;
import dev.sluice.SpkiPin;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.SslCertificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import net.jqwik.api.ForAll;

/** Pinned keys. */
public interface PinningContract extends Contract {
    /** Which keys are pinned, and what is to become of the handshake. */
    enum Pinned {
        /** The key of the server. */
        ITS_KEY(true),
        /** The key of its authority. */
        ITS_AUTHORITY(true),
        /** A key that nobody has shown, and that of the server behind it. */
        A_BACKUP_AND_ITS_KEY(true),
        /** A key that nobody has shown. */
        ANOTHER_KEY(false),
        /** The key of a server whose time has not begun: a pin vouches for no certificate. */
        ITS_KEY_WITHOUT_A_GOOD_CHAIN(false),
        /** The key of the server; the chain is not to be judged. */
        ITS_KEY_AND_NO_CHAIN(true),
        /** A key that nobody has shown; the chain is not to be judged. */
        ANOTHER_KEY_AND_NO_CHAIN(false),
        /** A key that the server shows behind its chain, as anybody could who has seen the certificate. */
        A_KEY_THAT_IS_MERELY_SHOWN(false),
        /** The same; the chain is not to be judged. */
        A_KEY_THAT_IS_MERELY_SHOWN_AND_NO_CHAIN(false);

        private final boolean good;

        Pinned(boolean good) {
            this.good = good;
        }

        private Identity server() {
            return this == ITS_KEY_WITHOUT_A_GOOD_CHAIN ? Identities.notYetValid() : Identities.server();
        }

        private List<SpkiPin> pins() {
            SpkiPin other = SpkiPin.of(Identities.client().certificate());
            SpkiPin its = SpkiPin.of(server().certificate());
            return switch (this) {
                case ITS_KEY, ITS_KEY_WITHOUT_A_GOOD_CHAIN, ITS_KEY_AND_NO_CHAIN -> List.of(its);
                case ITS_AUTHORITY -> List.of(SpkiPin.of(Identities.root().certificate()));
                case A_BACKUP_AND_ITS_KEY -> List.of(other, its);
                case ANOTHER_KEY,
                        ANOTHER_KEY_AND_NO_CHAIN,
                        A_KEY_THAT_IS_MERELY_SHOWN,
                        A_KEY_THAT_IS_MERELY_SHOWN_AND_NO_CHAIN -> List.of(other);
            };
        }

        private SslConfiguration.Builder on(SslConfiguration.Builder builder) {
            SslConfiguration.Builder pinned = builder.pins(pins());
            return name().endsWith("NO_CHAIN") ? pinned.peerVerifyMode(PeerVerifyMode.VERIFY_NONE) : pinned;
        }

        private boolean isMismatch() {
            return !good && this != ITS_KEY_WITHOUT_A_GOOD_CHAIN;
        }

        private SslConfiguration.Builder shownBy(SslConfiguration.Builder builder) {
            if (this != A_KEY_THAT_IS_MERELY_SHOWN && this != A_KEY_THAT_IS_MERELY_SHOWN_AND_NO_CHAIN) {
                return builder;
            }
            List<SslCertificate> shown = new ArrayList<>(server().chain());
            shown.add(Identities.client().certificate());
            return builder.identities(
                    List.of(new KeyMaterial.KeyAndChain(shown, server().keys().getPrivate())));
        }
    }

    /**
     * Drives clients with pins of all kinds. Observes that a pin is demanded in addition to what is demanded anyway, never instead
     * of it. If it fails, look at what becomes of the pins between configuration and judgement.
     */
    @Proves(value = W27, tries = 8)
    default void pinsAreDemandedInAdditionToTheChain(@ForAll Version version) {
        for (Pinned pinned : Pinned.values()) {
            try (World world = World.of(subject(), version.range()).identity(pinned.server())) {
                world.client(pinned::on).server(pinned::shownBy).start();
                Side client = world.client();
                world.until(() -> client.isOver() || client.trace().has("encrypted"), "a verdict about the pins");
                check(
                        client.trace().has("encrypted") == pinned.good,
                        () -> "a server is " + (pinned.good ? "refused" : "accepted") + " by a client that has pinned "
                                + pinned + ", expected the opposite\n" + world);
                check(
                        !pinned.isMismatch()
                                || client.socket().sslHandshakeErrors().stream()
                                        .anyMatch(error -> error.code() == SslError.Code.PIN_MISMATCH),
                        () -> "a server without a pinned key was refused, yet not for that: "
                                + client.socket().sslHandshakeErrors());
            }
        }
    }

    /**
     * Drives servers that require a certificate of their clients and have pinned its key, or another. Observes that the pin is
     * demanded. If it fails, look for a side of which pins are forgotten.
     */
    @Proves(
            value = W27,
            tries = 8,
            needs = {TlsFeature.CLIENT_CERTIFICATES})
    default void serversDemandTheirPinsOfClients(@ForAll Version version) {
        Identity shown = Identities.client();
        for (boolean good : new boolean[] {true, false}) {
            SpkiPin pin = SpkiPin.of((good ? shown : Identities.server()).certificate());
            try (World world = World.of(subject(), version.range())) {
                world.client(builder -> builder.localCertificate(
                                shown.chain(), shown.keys().getPrivate()))
                        .server(builder -> builder.peerVerifyMode(PeerVerifyMode.VERIFY_PEER)
                                .pins(List.of(pin)))
                        .start();
                Side server = world.server();
                world.until(() -> server.isOver() || server.trace().has("encrypted"), "a verdict about the pins");
                check(
                        server.trace().has("encrypted") == good,
                        () -> "a client is " + (good ? "refused" : "accepted") + " by a server that has pinned "
                                + (good ? "its key" : "another key") + ", expected the opposite\n" + world);
            }
        }
    }

    /**
     * Drives visits with a session at hand while pins change. Observes that they hold on resumed connections. Applies to versions
     * that the backend can resume. If it fails, look at what is judged when a session is resumed.
     */
    @Proves(value = W27, tries = 1)
    default void pinsHoldOnResumedConnections() {
        for (Version version : Version.values()) {
            if (!Visits.arePossible(subject(), version)) {
                continue;
            }
            try (Visits visits = new Visits(subject(), version)) {
                visits.visit(world -> {});
                for (Pinned pinned : List.of(Pinned.ANOTHER_KEY, Pinned.A_BACKUP_AND_ITS_KEY, Pinned.ANOTHER_KEY)) {
                    Visits.Outcome outcome = visits.visit(world -> world.client(pinned::on));
                    check(
                            (outcome != Visits.Outcome.REFUSED) == pinned.good,
                            () -> "a visit in " + version + " with a session at hand is " + outcome
                                    + " though the client has pinned " + pinned);
                }
            }
        }
    }

    /** Sets a collection of pins that can never match. Observes that it is refused at once. */
    @Proves(value = W27, tries = 1)
    default void pinsThatCanNeverMatchAreRefusedWhenTheyAreSet() {
        check(
                isRefused(builder -> builder.pins(List.of())),
                "a client takes an empty set of pins, which nobody could have");
        for (int bytes : new int[] {0, 20, 31, 33}) {
            check(
                    isRefused(builder -> builder.pins(List.of(SpkiPin.ofSha256(new byte[bytes])))),
                    () -> "a pin of " + bytes + " bytes is taken, which no SHA-256 digest has");
        }
        check(isRefused(builder -> builder.pins(List.of(SpkiPin.parse("sha1/AAAA")))), "a pin of SHA-1 is taken");
    }

    private boolean isRefused(UnaryOperator<SslConfiguration.Builder> setting) {
        try {
            subject().build(setting.apply(subject().configuration(subject().backend())));
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }
}
