package dev.sluice.conformance.contracts;

import dev.sluice.ProtocolRange;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.spi.ClientAuthentication;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.FeatureSettings;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import java.util.List;
import java.util.Optional;

/** What a connection would ask of a backend, for properties that ask it without one. */
final class Specs {
    private Specs() {}

    /** What a client with nothing but defaults needs. */
    static ContextSpec client(Subject subject, ProtocolRange range) {
        SslConfiguration configuration =
                subject.build(subject.configuration(subject.backend()).protocols(range));
        List<SslCipher> ciphers = configuration.ciphers().stream()
                .filter(subject.backend().capabilities().ciphers()::contains)
                .filter(cipher -> cipher.protocols().stream().anyMatch(range::contains))
                .toList();
        return new ContextSpec(
                range,
                ciphers,
                configuration.groups(),
                configuration.signatureSchemes(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** What a client with nothing but defaults needs, or a server with a key. */
    static ContextSpec of(Side role, Subject subject, ProtocolRange range) {
        return switch (role) {
            case CLIENT -> client(subject, range);
            case SERVER -> EnginePair.serverContext(subject.backend(), range);
        };
    }

    /** An engine that is never moved. */
    static TlsEngine engine(Side role, TlsContext context) throws TlsContextException {
        return context.createEngine(
                new EngineSpec(
                        role,
                        role == Side.CLIENT ? Optional.of("localhost") : Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        ClientAuthentication.NONE,
                        true,
                        false,
                        false,
                        64 * 1024,
                        FeatureSettings.NONE),
                credentials -> {
                    throw new IllegalStateException("an engine that was never moved asks about its peer");
                },
                new Silent());
    }

    /** Hears nothing of it. */
    private static final class Silent implements EngineEvents {
        @Override
        public void handshakeCompleted() {}

        @Override
        public void alertSent(TlsAlert alert) {}

        @Override
        public void alertReceived(TlsAlert alert) {}

        @Override
        public void sessionTicketReceived() {}

        @Override
        public void keyUpdateReceived() {}
    }
}
