package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.Weakness.W22;

import dev.sluice.SslProtocol;
import dev.sluice.conformance.Contract;
import dev.sluice.conformance.Proves;
import dev.sluice.conformance.harness.Verdict;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsFeature;
import java.util.List;

/** What a backend says it can do and cannot: features are probed, not assumed. */
public interface CapabilityContract extends Contract {
    /** What RFCs have for TLS 1.2 and TLS 1.3 alike. */
    List<TlsFeature> IN_EVERY_VERSION = List.of(
            TlsFeature.ALPN,
            TlsFeature.SNI_CLIENT,
            TlsFeature.SNI_SERVER,
            TlsFeature.CLIENT_CERTIFICATES,
            TlsFeature.EXPORTER);

    /**
     * Drives engines at the seam to use each feature that the backend has not declared. Observes that it is not there: else
     * users are refused what they could have, and the suite skips what it should prove. What cannot be asked for at the seam is
     * listed in {@link FeatureProbe#whyNotAsked}. If it fails, declare the feature.
     */
    @Proves(value = W22, tries = 1)
    default void declaredAbsencesAreReal() {
        TlsBackend backend = subject().backend();
        for (TlsFeature feature : TlsFeature.values()) {
            if (!backend.capabilities().has(feature)) {
                Verdict.check(
                        new FeatureProbe(backend).probe(feature) != FeatureProbe.Seen.YES,
                        () -> feature
                                + " is there after all although the backend has not declared it: declare it, so that"
                                + " users get it and the suite proves it");
            }
        }
    }

    /**
     * Drives engines at the seam to use each feature that the backend has declared. Observes that it is there. If it fails, look at
     * how the features were found out.
     */
    @Proves(value = W22, tries = 1)
    default void declaredFeaturesAreThere() {
        TlsBackend backend = subject().backend();
        for (TlsFeature feature : TlsFeature.values()) {
            if (backend.capabilities().has(feature)) {
                Verdict.check(
                        new FeatureProbe(backend).probe(feature) != FeatureProbe.Seen.NO,
                        () -> feature + " is declared by the backend, yet it is not there when it is used");
            }
        }
    }

    /**
     * Drives engines at the seam to use what does not depend on the version in each version that the backend speaks. Observes that
     * a feature which was declared is there in every one of them. If it fails, look at what the engine's library does in
     * older versions.
     */
    @Proves(value = W22, tries = 1)
    default void declaredFeaturesAreThereInEveryVersion() {
        TlsBackend backend = subject().backend();
        for (SslProtocol version : List.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3)) {
            if (!backend.capabilities().protocols().contains(version)) {
                continue;
            }
            for (TlsFeature feature : IN_EVERY_VERSION) {
                if (backend.capabilities().has(feature)) {
                    Verdict.check(
                            new FeatureProbe(backend, version).probe(feature) != FeatureProbe.Seen.NO,
                            () -> feature + " is declared by the backend, yet it is not there when it is used with "
                                    + version);
                }
            }
        }
    }
}
