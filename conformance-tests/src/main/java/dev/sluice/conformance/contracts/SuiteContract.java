package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W12;
import static dev.sluice.conformance.harness.Verdict.check;
import static dev.sluice.conformance.harness.Verdict.equal;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslProtocol;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.BackendCapabilities;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.constraints.IntRange;

/** How suites of the engine's library become ours, and ours its. */
public interface SuiteContract extends Contract {
    private BackendCapabilities capabilities() {
        return subject().backend().capabilities();
    }

    // ---- W12 ----

    /**
     * Drives one handshake with each suite that the backend lists, between sides that have the key it needs. Observes that both
     * report just this suite. An engine that cannot leave out the other suites of a version has to say so before the first
     * byte; then it is given all of them. If it fails, look at the mapping of what the engine reports to a suite.
     */
    @Proves(value = W12, tries = 80)
    default void everyListedSuiteIsNegotiatedAsItself(@ForAll @IntRange(max = 7) int part) {
        List<SslCipher> suites = capabilities().ciphers().stream()
                .filter(suite -> SuiteNeeds.of(suite) != SuiteNeeds.UNKNOWN)
                .toList();
        for (int i = part % Math.max(1, Math.min(8, suites.size())); i < suites.size(); i += 8) {
            SslCipher suite = suites.get(i);
            SslProtocol protocol =
                    suite.protocols().contains(SslProtocol.TLS_1_3) ? SslProtocol.TLS_1_3 : SslProtocol.TLS_1_2;
            UnaryOperator<SslConfiguration.Builder> only =
                    builder -> builder.dangerouslyAllowWeakCiphers(true).ciphers(List.of(suite));
            try (World world = World.of(subject(), new ProtocolRange(protocol, protocol))) {
                SuiteNeeds.of(suite).provide(world);
                world.client(only).server(only).start();
                world.until(
                        () -> (world.client().trace().has("encrypted")
                                        && world.server().trace().has("encrypted"))
                                || world.client().isOver()
                                || world.server().isOver(),
                        "an outcome");
                if (saysThatItNeedsOthersToo(world, suite)) {
                    agreesOnOneOf(capabilities().ciphers(), protocol);
                    continue;
                }
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

    /** Nothing was sent, and the refusal names the suite. */
    private static boolean saysThatItNeedsOthersToo(World world, SslCipher suite) {
        return world.wire().toServer().written() + world.wire().toClient().written() == 0
                && Stream.of(world.client(), world.server())
                        .anyMatch(side -> side.socket().errorString().contains(suite.name()));
    }

    private void agreesOnOneOf(List<SslCipher> suites, SslProtocol protocol) {
        try (World world = World.of(subject(), new ProtocolRange(protocol, protocol))) {
            world.start().encrypted();
            Optional<SslCipher> negotiated = world.client().socket().sessionCipher();
            check(
                    negotiated.filter(suites::contains).isPresent(),
                    () -> "the client reports the suite " + negotiated
                            + ", expected one of those that the backend lists");
            equal(negotiated, world.server().socket().sessionCipher(), "the suite that the server reports");
        }
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
                    Settings.isRefused(
                            () -> Settings.configured(subject(), builder -> builder.ciphers(unmapped)), unmapped),
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
                    Settings.isRefused(
                            () -> Settings.configured(subject(), builder -> builder.ciphers(unknown)), named),
                    () -> "a configuration takes \"" + unknown + "\", expected a refusal that names " + named);
        }
        Optional<SslCipher> foreign = SslCipher.all().stream()
                .filter(suite -> !capabilities().ciphers().contains(suite))
                .findFirst();
        foreign.ifPresent(suite -> {
            check(
                    Settings.isRefused(
                            () -> Settings.configured(
                                    subject(),
                                    builder -> builder.dangerouslyAllowWeakCiphers(true)
                                            .ciphers(List.of(good, suite))),
                            suite.name()),
                    () -> "a configuration takes the suite " + suite.name()
                            + ", which the backend does not list, expected a refusal that names it");
            Optional<String> refusal = Settings.refusal(subject(), spec -> Settings.with(spec, List.of(good, suite)));
            check(
                    refusal.isPresent() && refusal.get().contains(suite.name()),
                    () -> "a context takes the suite " + suite.name() + ", which the backend does not list, and says "
                            + refusal.orElse("nothing") + ": expected a refusal that names it, nothing left out");
        });
    }
}
