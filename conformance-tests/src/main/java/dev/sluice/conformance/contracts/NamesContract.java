package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W37;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.AlertDescription;
import dev.sluice.PeerVerifyMode;
import dev.sluice.SslError;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.certificates.IdentityMaker;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.PeerGate;
import dev.sluice.connection.VerificationSettings;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.PeerName;
import dev.sluice.x509.Purpose;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.VerificationPolicy;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;

/** By which names servers are known. */
public interface NamesContract extends Contract {
    /**
     * Drives the library's judgement of a server with certificates whose names are made up: wildcards, addresses, a common name
     * that says anything. Observes that each pair of entry and wanted name is judged as a table of RFC 9525 says. If it fails,
     * look at where names are taken from.
     */
    @Proves(value = W37, tries = 24)
    default void namesAreMatchedAsRfc9525Says(@ForAll long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5; i++) {
            judge(ServerNames.random(random));
        }
    }

    /**
     * The same with certificates that have one entry each, every one of the table, and such that have none for the name which is in
     * their common name.
     */
    @Proves(value = W37, tries = 1)
    default void eachNameIsMatchedByItself() {
        ServerNames.each().forEach(this::judge);
    }

    private void judge(ServerNames names) {
        Identity identity = names.identity();
        for (String wanted : ServerNames.WANTED) {
            boolean accepted = errorsOf(identity, wanted).isEmpty();
            boolean expected = names.areGoodFor(wanted);
            check(
                    accepted == expected,
                    () -> "a server that " + names + " is " + (accepted ? "accepted" : "refused") + " as \"" + wanted
                            + "\", expected it to be " + (expected ? "accepted" : "refused") + " (RFC 9525)");
        }
    }

    private List<SslError.Code> errorsOf(Identity server, String wanted) {
        VerificationSettings settings = new VerificationSettings(
                CertificateVerifier.strict(),
                PeerVerifyMode.VERIFY_PEER,
                PeerName.of(wanted),
                Purpose.SERVER,
                () -> List.of(Identities.root().certificate()),
                OptionalInt.empty(),
                VerificationPolicy.DEFAULT,
                List.of(),
                RevocationEvidence.Stapling.NOT_ASKED_FOR,
                Set.of(),
                () -> IdentityMaker.NOT_BEFORE.plus(Duration.ofDays(365)),
                () -> false);
        PeerGate gate = new PeerGate(
                subject().parts(ConnectionParts.PRODUCTION).verification().apply(settings),
                (shown, errors) -> new PeerVerdict.Refused(AlertDescription.BAD_CERTIFICATE, "errors"));
        gate.verify(new PeerCredentials(server.chain(), List.of()));
        return gate.errors().stream().map(SslError::code).toList();
    }

    /**
     * Drives whole handshakes with servers that have the right name in the wrong place: in the common name alone, and in front of a
     * zero byte. Observes that the client refuses them. If it fails, look at where names are taken from.
     */
    @Proves(value = W37, tries = 4)
    default void aCommonNameIsNobody(@ForAll Version version) {
        for (Identity identity : List.of(
                IdentityMaker.namelessServer("localhost").issuedBy(Identities.root()),
                IdentityMaker.namelessServer("localhost").dns("other.example").issuedBy(Identities.root()),
                IdentityMaker.server("localhost\0.other.example").issuedBy(Identities.root()))) {
            try (World world = World.of(subject(), version.range()).identity(identity)) {
                world.start()
                        .until(
                                () -> world.client().trace().has("encrypted")
                                        || world.client().isOver(),
                                "a verdict");
                check(
                        !world.client().trace().has("encrypted"),
                        () ->
                                "a server was accepted that has the name which is wanted as its common name alone, or in front"
                                        + " of a zero byte, expected a refusal (RFC 9525)\n" + world);
            }
        }
    }
}
