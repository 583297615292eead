package dev.sluice.conformance.contracts;

import dev.sluice.NamedGroup;
import dev.sluice.ProtocolRange;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslConfiguration;
import dev.sluice.SslSocketError;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.harness.ClientHello;
import dev.sluice.conformance.harness.EnginePair;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.TlsContextException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What several contracts do with settings of a subject. */
final class Settings {
    /** TLS_EMPTY_RENEGOTIATION_INFO_SCSV and TLS_FALLBACK_SCSV stand among suites without being any. */
    static final Set<Integer> SIGNALLING_VALUES = Set.of(0x00ff, 0x5600);

    private Settings() {}

    /** A configuration for the subject's backend. */
    static SslConfiguration configured(Subject subject, UnaryOperator<SslConfiguration.Builder> change) {
        return subject.build(change.apply(subject.configuration(subject.backend())));
    }

    /** The first thing that a client says. */
    static ClientHello hello(Subject subject, ProtocolRange range, UnaryOperator<SslConfiguration.Builder> change) {
        try (World world = World.of(subject, range)) {
            world.wire().toServer().holdBack();
            world.client(change).startClientOnly().settle();
            return ClientHello.read(world.wire().toServer().peekInFlight());
        }
    }

    /** The first thing that a client says; empty if its engine has refused the settings before saying anything. */
    static Optional<ClientHello> helloUnlessRefused(
            Subject subject, ProtocolRange range, UnaryOperator<SslConfiguration.Builder> change) {
        try (World world = World.of(subject, range)) {
            world.wire().toServer().holdBack();
            world.client(change).startClientOnly().settle();
            boolean refused = world.wire().toServer().written() == 0
                    && world.client().socket().error() != SslSocketError.UNKNOWN;
            return refused
                    ? Optional.empty()
                    : Optional.of(ClientHello.read(world.wire().toServer().peekInFlight()));
        }
    }

    /** Whether a setting is refused in words that hold a text. */
    static boolean isRefused(Runnable setting, String named) {
        try {
            setting.run();
            return false;
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage()).contains(named);
        }
    }

    /** Why the backend refuses a context for a client; empty if it does not. */
    static Optional<String> refusal(Subject subject, UnaryOperator<ContextSpec> change) {
        ContextSpec plain = EnginePair.clientContext(subject.backend(), ProtocolRange.SECURE);
        try {
            subject.backend().createContext(change.apply(plain)).release();
            return Optional.empty();
        } catch (TlsContextException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    static ContextSpec with(ContextSpec spec, List<SslCipher> suites) {
        return new ContextSpec(
                spec.protocols(),
                suites,
                spec.groups(),
                spec.signatureSchemes(),
                spec.identities(),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }

    static ContextSpec with(ContextSpec spec, List<NamedGroup> groups, List<SignatureScheme> schemes) {
        return new ContextSpec(
                spec.protocols(),
                spec.ciphers(),
                groups,
                schemes,
                spec.identities(),
                spec.acceptedIssuers(),
                spec.dhParameters(),
                spec.sessions());
    }
}
