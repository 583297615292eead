package dev.sluice.conformance.saboteurs;

import dev.sluice.PeerVerifyMode;
import dev.sluice.PskPolicy;
import dev.sluice.SpkiPin;
import dev.sluice.SslConfiguration;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.harness.EngineSpecs;
import dev.sluice.connection.VerificationSettings;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import dev.sluice.spi.TlsFeature;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Faults against {@link dev.sluice.conformance.contracts.KeysContract}. */
final class KeysSaboteurs {
    private static final int CUT_AT = 32;

    private KeysSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.of(
                                "DropsThePins",
                                Weakness.W27,
                                "that has pinned ANOTHER_KEY",
                                backend -> VerificationSaboteurs.verification(
                                        backend, settings -> with(settings, settings.verifier(), Set.of())))
                        .showing("there are none on resumed connections then", Weakness.W31),
                Saboteur.of(
                        "TakesAPinForAChain",
                        Weakness.W27,
                        "that has pinned ITS_KEY_WITHOUT_A_GOOD_CHAIN",
                        backend -> VerificationSaboteurs.verification(backend, KeysSaboteurs::pinInsteadOfChain)),
                Saboteur.of(
                        "PinsWhateverIsShown",
                        Weakness.W27,
                        "that has pinned A_KEY_THAT_IS_MERELY_SHOWN",
                        backend -> VerificationSaboteurs.verification(backend, KeysSaboteurs::pinAnythingShown)),
                Saboteur.of("ServersTakeAnyKey", Weakness.W29, "lenient: CLIENT", ServersTakeAnyKey::new)
                        .where(KeysSaboteurs::hasKeys),
                Saboteur.of("TakesAnyKey", Weakness.W29, "a pre-shared key that is weak", TakesAnyKey::new),
                ofKeys("CutsIdentities", "the length of the identity", CutsIdentities::new),
                ofKeys("TellsUnknownIdentities", "clients can find out", TellsUnknownIdentities::new));
    }

    /** A saboteur in whose engines something is wrong with the user's keys. */
    private static Saboteur ofKeys(String name, String says, UnaryOperator<PreSharedKeySource> fault) {
        return Saboteur.ofBackend(name, Weakness.W29, says, backend -> new DelegatingBackend(backend) {
                    @Override
                    protected TlsEngine createEngine(
                            TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                            throws TlsContextException {
                        return super.createEngine(context, with(spec, fault), verifier, events);
                    }
                })
                .where(KeysSaboteurs::hasKeys);
    }

    private static boolean hasKeys(BackendCapabilities capabilities) {
        return capabilities.has(TlsFeature.PSK_TLS_1_2) || capabilities.has(TlsFeature.PSK_TLS_1_3);
    }

    private static EngineSpec with(EngineSpec spec, UnaryOperator<PreSharedKeySource> fault) {
        FeatureSettings features = spec.features();
        return EngineSpecs.withFeatures(
                spec,
                new FeatureSettings(
                        features.preSharedKeys().map(fault),
                        features.identityHint(),
                        features.stapledResponse(),
                        features.maximumFragmentBytes(),
                        features.keyLog()));
    }

    private static VerificationSettings pinInsteadOfChain(VerificationSettings settings) {
        return with(
                settings,
                request -> settings.pins().contains(SpkiPin.of(request.chain().get(0)))
                        ? new VerificationResult(List.of(), request.chain())
                        : settings.verifier().verify(request),
                settings.pins());
    }

    /** Looks for the pin among all that the peer has sent, whether it is part of the path or not. */
    private static VerificationSettings pinAnythingShown(VerificationSettings settings) {
        return with(
                settings,
                request -> {
                    VerificationResult honest = settings.verifier().verify(request);
                    List<SslCertificate> path = new ArrayList<>(honest.path());
                    path.addAll(request.chain());
                    return honest.errors().isEmpty() ? new VerificationResult(List.of(), path) : honest;
                },
                settings.pins());
    }

    private static VerificationSettings with(
            VerificationSettings settings, CertificateVerifier verifier, Set<SpkiPin> pins) {
        return new VerificationSettings(
                verifier,
                settings.mode(),
                settings.name(),
                settings.purpose(),
                settings.trustAnchors(),
                settings.maximumDepth(),
                settings.policy(),
                settings.revocationLists(),
                settings.stapling(),
                pins,
                settings.clock(),
                settings.preSharedKeyGiven());
    }

    /** Has a policy for keys that refuses none. */
    private static final class TakesAnyKey extends Subject {
        TakesAnyKey(TlsBackend backend) {
            super(backend);
        }

        @Override
        public SslConfiguration build(SslConfiguration.Builder builder) {
            return super.build(builder.pskPolicy(new PskPolicy(Byte.SIZE, 4096, true)));
        }
    }

    /** Leaves the policy to the side that is asked first. */
    private static final class ServersTakeAnyKey extends Subject {
        ServersTakeAnyKey(TlsBackend backend) {
            super(backend);
        }

        @Override
        public SslConfiguration build(SslConfiguration.Builder builder) {
            SslConfiguration built = super.build(builder);
            boolean server = built.preSharedKeyEnabled() && built.peerVerifyMode() == PeerVerifyMode.VERIFY_NONE;
            return server ? super.build(builder.pskPolicy(new PskPolicy(Byte.SIZE, 4096, true))) : built;
        }
    }

    /** Has room for so and so many characters. */
    private record CutsIdentities(PreSharedKeySource honest) implements PreSharedKeySource {
        @Override
        public Answer forClient(Optional<String> identityHint, int maximumIdentityBytes, int maximumKeyBytes) {
            return honest.forClient(identityHint, maximumIdentityBytes, maximumKeyBytes);
        }

        @Override
        public Answer forServer(String identity, int maximumKeyBytes) {
            return honest.forServer(identity.substring(0, Math.min(identity.length(), CUT_AT)), maximumKeyBytes);
        }
    }

    /** Ends the handshake at once where there is no key. */
    private record TellsUnknownIdentities(PreSharedKeySource honest) implements PreSharedKeySource {
        @Override
        public Answer forClient(Optional<String> identityHint, int maximumIdentityBytes, int maximumKeyBytes) {
            return honest.forClient(identityHint, maximumIdentityBytes, maximumKeyBytes);
        }

        @Override
        public Answer forServer(String identity, int maximumKeyBytes) {
            Answer answer = honest.forServer(identity, maximumKeyBytes);
            return answer instanceof Answer.None ? new Answer.Refused("there is no such identity") : answer;
        }
    }
}
