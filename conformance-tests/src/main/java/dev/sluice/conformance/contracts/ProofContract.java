package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W24;
import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.harness.EngineEnd;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.Version;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsFeature;
import java.security.PrivateKey;
import java.util.List;
import net.jqwik.api.ForAll;

/** What a certificate is worth without its key. */
public interface ProofContract extends Contract {
    /**
     * Drives two engines at the seam, one of which shows a good certificate and has another key: anybody who has seen the
     * certificate can do that. Observes that the engine that has to believe it never ends its handshake; a backend may refuse
     * such a pair as well. For clients it applies where their certificates do. If it fails, look at who checks the signature in
     * the handshake (RFC 8446 §4.4.3, RFC 5246 §7.4.3 and §7.4.8).
     */
    @Proves(value = W24, tries = 16)
    default void aCertificateWithoutItsKeyProvesNothing(@ForAll Version version) {
        boolean clients = subject().backend().capabilities().has(TlsFeature.CLIENT_CERTIFICATES);
        for (Side liar : Side.values()) {
            if (liar == Side.SERVER || clients) {
                for (boolean honest : new boolean[] {true, false}) {
                    show(version, liar, honest);
                }
            }
        }
    }

    private void show(Version version, Side liar, boolean honest) {
        TlsBackend backend = subject().backend();
        PrivateKey ofServer = keyOf(liar == Side.SERVER && !honest ? Identities.client() : Identities.server());
        PrivateKey ofClient = keyOf(liar == Side.CLIENT && !honest ? Identities.server() : Identities.client());
        ContextSpec server = with(EnginePair.serverContext(backend, version.range()), Identities.server(), ofServer);
        ContextSpec client = liar == Side.CLIENT
                ? with(EnginePair.clientContext(backend, version.range()), Identities.client(), ofClient)
                : EnginePair.clientContext(backend, version.range());
        ClientAuthentication demand = liar == Side.CLIENT ? ClientAuthentication.REQUIRE : ClientAuthentication.NONE;
        try (EnginePair.Contexts contexts = new EnginePair.Contexts(backend, client, server);
                EnginePair pair = EnginePair.of(
                        contexts,
                        wishes -> wishes,
                        wishes -> wishes.clientAuthentication(demand),
                        PeerVerdict.Accepted.INSTANCE)) {
            pair.pump();
            EngineEnd believer = liar == Side.SERVER ? pair.client() : pair.server();
            check(
                    believer.isEstablished() == honest,
                    () -> "the engine of a peer has " + (honest ? "refused" : "accepted") + " the certificate of a "
                            + liar + " of " + version + " that has " + (honest ? "its" : "not its") + " key: "
                            + believer
                            + (honest ? "" : "; whoever has seen a certificate can show it"));
        } catch (TlsContextException e) {
            check(!honest, () -> "the backend refuses a certificate with its key: " + e.getMessage());
        }
    }

    private static PrivateKey keyOf(Identity identity) {
        return identity.keys().getPrivate();
    }

    private static ContextSpec with(ContextSpec spec, Identity shown, PrivateKey key) {
        return new ContextSpec(
                spec.protocols(),
                spec.ciphers(),
                spec.groups(),
                spec.signatureSchemes(),
                List.of(new KeyMaterial.KeyAndChain(shown.chain(), key)),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }
}
