package dev.sluice.jsse;

import dev.sluice.NamedGroup;
import dev.sluice.SignatureScheme;
import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsFeature;
import java.nio.ByteBuffer;
import java.security.KeyManagementException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;

/**
 * Finds out what a provider can do by having it write ClientHellos, which go nowhere, and reading them.
 *
 * <p>What JSSE says about itself is no proof: lists of what is "supported" contain suites that security properties
 * disable, which then throw when the handshake begins; setters take unknown names and drop them. What stands in a
 * ClientHello is what the provider would really do.
 *
 * <p>What a ClientHello cannot show is known per provider and written down in {@link #knownFeatures}; the tests of this
 * module show each of these both ways.
 */
final class CapabilityProbe {
    private final JsseProvider provider;
    private final SSLContext context;

    private CapabilityProbe(JsseProvider provider, SSLContext context) {
        this.provider = provider;
        this.context = context;
    }

    /** What was found out. */
    record Findings(BackendCapabilities capabilities, SuiteNames suiteNames) {}

    /**
     * Probes a provider.
     *
     * @throws IllegalStateException if the provider cannot begin a handshake at all
     */
    static Findings probe(JsseProvider provider) {
        try {
            SSLContext context = provider.newContext();
            // Managers that hold nothing: without any, a provider reads all trust anchors of the platform.
            KeyManager[] keys = {new JsseKeyManager(List.of(), JsseKeyManager.ServerSessions.NONE, provider.kind())};
            TrustManager[] trust = {new JsseTrustManager(new CurrentJudge(), List.of())};
            context.init(keys, trust, null);
            return new CapabilityProbe(provider, context).run();
        } catch (TlsContextException | KeyManagementException e) {
            throw new IllegalStateException(provider + " cannot be probed", e);
        }
    }

    private Findings run() {
        List<SslProtocol> protocols = Stream.of(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3)
                .filter(this::speaks)
                .toList();
        if (protocols.isEmpty()) {
            throw new IllegalStateException(provider + " begins a handshake in none of TLSv1.2 and TLSv1.3");
        }
        SuiteNames suiteNames =
                new SuiteNames(context.getSupportedSSLParameters().getCipherSuites());
        String[] versions = protocols.stream().map(SslProtocol::standardName).toArray(String[]::new);
        Consumer<SSLParameters> everything = parameters -> {
            parameters.setProtocols(versions);
            parameters.setCipherSuites(
                    suiteNames.mapped().stream().map(suiteNames::of).toArray(String[]::new));
            parameters.setApplicationProtocols(new String[] {"probe"});
            parameters.setServerNames(List.of(new SNIHostName("probe.invalid")));
        };
        Hello hello = clientHello(everything)
                .orElseThrow(() -> new IllegalStateException(provider + " wrote no ClientHello that can be read"));

        Set<SslCipher> offered = new LinkedHashSet<>(known(hello.cipherSuites(), SslCipher::fromId));
        offered.retainAll(Set.copyOf(suiteNames.mapped()));

        EnumSet<TlsFeature> features = knownFeatures();
        addIf(hello.has(Hello.EXTENSION_ALPN), TlsFeature.ALPN, features);
        addIf(hello.has(Hello.EXTENSION_SERVER_NAME), TlsFeature.SNI_CLIENT, features);
        addIf(hello.has(Hello.EXTENSION_STATUS_REQUEST), TlsFeature.OCSP_CLIENT, features);

        Selection<NamedGroup> groups = new Selection<>(
                TunableParameters.NAMED_GROUPS,
                NamedGroup::standardName,
                NamedGroup::id,
                Hello.EXTENSION_SUPPORTED_GROUPS,
                known(hello.list(Hello.EXTENSION_SUPPORTED_GROUPS), NamedGroup::fromId));
        Selection<SignatureScheme> schemes = new Selection<>(
                TunableParameters.SIGNATURE_SCHEMES,
                SignatureScheme::standardName,
                SignatureScheme::id,
                Hello.EXTENSION_SIGNATURE_ALGORITHMS,
                known(hello.list(Hello.EXTENSION_SIGNATURE_ALGORITHMS), SignatureScheme::fromId));
        boolean choosesGroups = canChoose(groups, everything);
        boolean choosesSchemes = canChoose(schemes, everything);
        addIf(choosesGroups, TlsFeature.GROUP_SELECTION, features);
        addIf(choosesSchemes, TlsFeature.SIGNATURE_SCHEME_SELECTION, features);

        // In the order of the registry a suite that is stronger need not come first: the provider's order stands.
        List<SslCipher> ciphers =
                suiteNames.mapped().stream().filter(offered::contains).toList();
        return new Findings(
                new BackendCapabilities(
                        Set.copyOf(protocols),
                        ciphers,
                        suiteNames.unmapped(),
                        choosesGroups ? available(groups, NamedGroup.values(), everything) : groups.defaults(),
                        choosesSchemes ? available(schemes, SignatureScheme.values(), everything) : schemes.defaults(),
                        features,
                        bufferKind()),
                suiteNames);
    }

    private boolean speaks(SslProtocol protocol) {
        if (!List.of(context.getSupportedSSLParameters().getProtocols()).contains(protocol.standardName())) {
            return false;
        }
        return clientHello(parameters -> parameters.setProtocols(new String[] {protocol.standardName()}))
                .isPresent();
    }

    /**
     * A list of names that may be set, and what stands in the ClientHello if it is not.
     *
     * @param setter how to set it; empty if the platform has no interface for it
     * @param extension where it stands in the ClientHello
     * @param defaults what the provider takes by itself, in its order
     */
    private record Selection<T>(
            Optional<TunableParameters> setter,
            Function<T, String> name,
            ToIntFunction<T> id,
            int extension,
            List<T> defaults) {}

    /** Whether setting the list has any effect: Conscrypt (2.9) takes signature schemes and ignores them. */
    private <T> boolean canChoose(Selection<T> selection, Consumer<SSLParameters> base) {
        return !selection.defaults().isEmpty()
                && isTaken(selection, selection.defaults().get(0), base);
    }

    /** The defaults, and what beside them is taken when it is set. */
    private <T> List<T> available(Selection<T> selection, T[] candidates, Consumer<SSLParameters> base) {
        Set<T> found = new LinkedHashSet<>(selection.defaults());
        for (T candidate : candidates) {
            if (!found.contains(candidate) && isTaken(selection, candidate, base)) {
                found.add(candidate);
            }
        }
        return List.copyOf(found);
    }

    /** Whether one value, set alone, is the only one in the ClientHello. */
    private <T> boolean isTaken(Selection<T> selection, T value, Consumer<SSLParameters> base) {
        if (selection.setter().isEmpty()) {
            return false;
        }
        TunableParameters setter = selection.setter().get();
        String[] name = {selection.name().apply(value)};
        return clientHello(base.andThen(parameters -> setter.set(parameters, name)))
                .filter(hello -> hello.list(selection.extension())
                        .equals(List.of(selection.id().applyAsInt(value))))
                .isPresent();
    }

    /** The ClientHello that the provider writes with these settings; empty if it refuses them. */
    private Optional<Hello> clientHello(Consumer<SSLParameters> settings) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(true);
        try {
            SSLParameters parameters = engine.getSSLParameters();
            settings.accept(parameters);
            engine.setSSLParameters(parameters);
            engine.beginHandshake();
            ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), record);
            return readClientHello(Arrays.copyOf(record.array(), record.position()));
        } catch (SSLException | IllegalArgumentException | UnsupportedOperationException e) {
            return Optional.empty(); // refused: that is the finding
        } finally {
            provider.dispose(engine);
        }
    }

    private static Optional<Hello> readClientHello(byte[] record) {
        int headers = Records.HEADER_BYTES + 4; // record header, message header
        return record.length <= headers || record[0] != Records.HANDSHAKE
                ? Optional.empty()
                : Hello.client(Arrays.copyOfRange(record, headers, record.length));
    }

    /** What a ClientHello cannot show. Each entry has a test in this module, also that the others are absent. */
    private EnumSet<TlsFeature> knownFeatures() {
        EnumSet<TlsFeature> features = EnumSet.of(
                TlsFeature.SNI_SERVER,
                TlsFeature.CLIENT_CERTIFICATES,
                TlsFeature.RESUMPTION_TLS_1_2,
                TlsFeature.GROUP_REPORTED);
        switch (provider.kind()) {
            case SUN -> {
                features.addAll(EnumSet.of(
                        TlsFeature.RESUMPTION_TLS_1_3,
                        TlsFeature.TICKET_EVENTS,
                        TlsFeature.FATAL_ALERTS_RECEIVED,
                        TlsFeature.KEY_UPDATE,
                        TlsFeature.HALF_CLOSE));
                addIf(KeyExport.OF_PLATFORM.isPresent(), TlsFeature.EXPORTER, features);
            }
            case CONSCRYPT, BOUNCY_CASTLE -> features.add(TlsFeature.FATAL_ALERTS_RECEIVED);
            case OTHER -> features.remove(TlsFeature.RESUMPTION_TLS_1_2); // not relied on unseen
        }
        return features;
    }

    private BufferKind bufferKind() {
        return switch (provider.kind()) {
            // Conscrypt copies from the heap to native memory and back: direct buffers are 1.3 to 1.5 times faster.
            case CONSCRYPT -> BufferKind.DIRECT;
            // The ciphers of the platform copy out of direct buffers: the heap is 1.2 to 1.8 times faster.
            case SUN, BOUNCY_CASTLE, OTHER -> BufferKind.HEAP;
        };
    }

    private static <T> List<T> known(List<Integer> ids, IntFunction<Optional<T>> find) {
        return ids.stream()
                .map(find::apply)
                .flatMap(Optional::stream)
                .distinct()
                .toList();
    }

    private static void addIf(boolean found, TlsFeature feature, Set<TlsFeature> features) {
        if (found) {
            features.add(feature);
        }
    }
}
