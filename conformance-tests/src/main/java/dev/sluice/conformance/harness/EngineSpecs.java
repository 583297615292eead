package dev.sluice.conformance.harness;

import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import java.util.List;
import java.util.Optional;

/** Specifications of engines with one thing changed: for backends that ask for something else than they were asked for. */
public final class EngineSpecs {
    private EngineSpecs() {}

    /**
     * The same with sessions of another identity.
     *
     * @param spec the specification
     * @param identity what sessions are found by
     * @return the new one
     */
    public static EngineSpec withSessionIdentity(EngineSpec spec, Optional<String> identity) {
        return with(spec, identity, spec.applicationProtocols(), spec.features());
    }

    /**
     * The same with other application protocols.
     *
     * @param spec the specification
     * @param protocols the protocols
     * @return the new one
     */
    public static EngineSpec withApplicationProtocols(EngineSpec spec, List<String> protocols) {
        return with(spec, spec.sessionIdentity(), protocols, spec.features());
    }

    /**
     * The same with other features.
     *
     * @param spec the specification
     * @param features what only some engines can do
     * @return the new one
     */
    public static EngineSpec withFeatures(EngineSpec spec, FeatureSettings features) {
        return with(spec, spec.sessionIdentity(), spec.applicationProtocols(), features);
    }

    private static EngineSpec with(
            EngineSpec spec, Optional<String> sessionIdentity, List<String> protocols, FeatureSettings features) {
        return new EngineSpec(
                spec.side(),
                spec.serverName(),
                sessionIdentity,
                protocols,
                spec.clientAuthentication(),
                spec.serverCipherPreference(),
                spec.ocspStapling(),
                spec.tasksMayWait(),
                spec.handshakeLimitBytes(),
                features);
    }
}
