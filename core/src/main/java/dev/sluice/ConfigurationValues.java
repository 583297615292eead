package dev.sluice;

import dev.sluice.spi.ContextSpec.DhParameters;
import dev.sluice.spi.KeyMaterial;
import dev.sluice.spi.TlsBackend;
import dev.sluice.x509.CertificateRevocationList;
import dev.sluice.x509.CertificateVerifier;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.VerificationPolicy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The values of a configuration and of its builder, with their defaults. Null or an empty list means that a value was not
 * set.
 *
 * <p>Invariant: the values of a builder are never those of a configuration; both {@link #copy} what they hand over. What a
 * field refers to is immutable or the user's own object. One thread at a time until handed to a configuration, which never
 * changes it.
 */
final class ConfigurationValues {
    ProtocolRange protocols = ProtocolRange.SECURE;
    List<SslCipher> ciphers = List.of();
    boolean weakCiphersAllowed;
    List<NamedGroup> groups = List.of();
    List<SignatureScheme> signatureSchemes = List.of();

    PeerVerifyMode peerVerifyMode = PeerVerifyMode.AUTO_VERIFY_PEER;
    int peerVerifyDepth;

    @Nullable
    String peerVerifyName;

    List<SslCertificate> caCertificates = List.of();

    @Nullable
    Boolean systemCaCertificates;

    Set<SpkiPin> pins = Set.of();
    CertificateVerifier certificateVerifier = CertificateVerifier.strict();
    VerificationPolicy verificationPolicy = VerificationPolicy.DEFAULT;
    List<CertificateRevocationList> certificateRevocationLists = List.of();
    boolean ocspStaplingEnabled;
    boolean handshakeMustInterruptOnError;
    boolean missingCertificateIsFatal;

    List<KeyMaterial> identities = List.of();
    Map<String, SslConfiguration> serverNames = Map.of();
    boolean serverCipherPreference = true;

    @Nullable
    DhParameters diffieHellmanParameters;

    boolean preSharedKeyEnabled;

    @Nullable
    String preSharedKeyIdentityHint;

    PskPolicy pskPolicy = PskPolicy.DEFAULT;

    /** The encoding of a stapled OCSP response; a buffer, because it compares its contents. Never moved. */
    @Nullable
    ByteBuffer stapledOcspResponse;

    /** 0 for none. */
    int maximumFragmentLength;

    @Nullable
    SslKeyLog keyLog;

    List<String> allowedApplicationProtocols = List.of();

    @Nullable
    SessionStore sessionStore;

    Duration connectTimeout = Duration.ofSeconds(30);
    Duration handshakeTimeout = Duration.ofSeconds(30);
    Duration writeTimeout = Duration.ofSeconds(30);
    Duration closeTimeout = Duration.ofSeconds(2);
    Duration alertFlushTimeout = Duration.ofSeconds(1);
    int readBufferLimit;
    int writeBufferLimit = 1024 * 1024;
    int handshakeLimit = 64 * 1024;

    @Nullable
    Executor taskExecutor;

    @Nullable
    TlsBackend backend;

    ConfigurationValues copy() {
        ConfigurationValues copy = new ConfigurationValues();
        copy.protocols = protocols;
        copy.ciphers = ciphers;
        copy.weakCiphersAllowed = weakCiphersAllowed;
        copy.groups = groups;
        copy.signatureSchemes = signatureSchemes;
        copy.peerVerifyMode = peerVerifyMode;
        copy.peerVerifyDepth = peerVerifyDepth;
        copy.peerVerifyName = peerVerifyName;
        copy.caCertificates = caCertificates;
        copy.systemCaCertificates = systemCaCertificates;
        copy.pins = pins;
        copy.certificateVerifier = certificateVerifier;
        copy.verificationPolicy = verificationPolicy;
        copy.certificateRevocationLists = certificateRevocationLists;
        copy.ocspStaplingEnabled = ocspStaplingEnabled;
        copy.handshakeMustInterruptOnError = handshakeMustInterruptOnError;
        copy.missingCertificateIsFatal = missingCertificateIsFatal;
        copy.identities = identities;
        copy.serverNames = serverNames;
        copy.serverCipherPreference = serverCipherPreference;
        copy.diffieHellmanParameters = diffieHellmanParameters;
        copy.preSharedKeyEnabled = preSharedKeyEnabled;
        copy.preSharedKeyIdentityHint = preSharedKeyIdentityHint;
        copy.stapledOcspResponse = stapledOcspResponse;
        copy.maximumFragmentLength = maximumFragmentLength;
        copy.keyLog = keyLog;
        copy.pskPolicy = pskPolicy;
        copy.allowedApplicationProtocols = allowedApplicationProtocols;
        copy.sessionStore = sessionStore;
        copy.connectTimeout = connectTimeout;
        copy.handshakeTimeout = handshakeTimeout;
        copy.writeTimeout = writeTimeout;
        copy.closeTimeout = closeTimeout;
        copy.alertFlushTimeout = alertFlushTimeout;
        copy.readBufferLimit = readBufferLimit;
        copy.writeBufferLimit = writeBufferLimit;
        copy.handshakeLimit = handshakeLimit;
        copy.taskExecutor = taskExecutor;
        copy.backend = backend;
        return copy;
    }

    /** All values by name, in the order in which they are declared; null where one was not set. */
    private Map<String, @Nullable Object> byName() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("protocols", protocols);
        values.put("ciphers", ciphers);
        values.put("dangerouslyAllowWeakCiphers", weakCiphersAllowed);
        values.put("groups", groups);
        values.put("signatureSchemes", signatureSchemes);
        values.put("peerVerifyMode", peerVerifyMode);
        values.put("peerVerifyDepth", peerVerifyDepth);
        values.put("peerVerifyName", peerVerifyName);
        values.put("caCertificates", caCertificates);
        values.put("systemCaCertificates", systemCaCertificates);
        values.put("pins", pins);
        values.put("certificateVerifier", certificateVerifier);
        values.put("verificationPolicy", verificationPolicy);
        values.put("certificateRevocationLists", certificateRevocationLists);
        values.put("ocspStaplingEnabled", ocspStaplingEnabled);
        values.put("handshakeMustInterruptOnError", handshakeMustInterruptOnError);
        values.put("missingCertificateIsFatal", missingCertificateIsFatal);
        values.put("identities", identities);
        values.put("serverNames", serverNames);
        values.put("serverCipherPreference", serverCipherPreference);
        values.put("diffieHellmanParameters", diffieHellmanParameters);
        values.put("preSharedKeyEnabled", preSharedKeyEnabled);
        values.put("preSharedKeyIdentityHint", preSharedKeyIdentityHint);
        values.put("stapledOcspResponse", stapledOcspResponse);
        values.put("maximumFragmentLength", maximumFragmentLength);
        values.put("dangerouslyKeyLog", keyLog);
        values.put("pskPolicy", pskPolicy);
        values.put("allowedApplicationProtocols", allowedApplicationProtocols);
        values.put("sessionStore", sessionStore);
        values.put("connectTimeout", connectTimeout);
        values.put("handshakeTimeout", handshakeTimeout);
        values.put("writeTimeout", writeTimeout);
        values.put("closeTimeout", closeTimeout);
        values.put("alertFlushTimeout", alertFlushTimeout);
        values.put("readBufferLimit", readBufferLimit);
        values.put("writeBufferLimit", writeBufferLimit);
        values.put("handshakeLimit", handshakeLimit);
        values.put("taskExecutor", taskExecutor);
        values.put("backend", backend);
        return values;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ConfigurationValues values && byName().equals(values.byName());
    }

    @Override
    public int hashCode() {
        return byName().hashCode();
    }

    /** Tells the values that differ from the defaults. Of objects of the user the class only: who knows what they print. */
    @Override
    public String toString() {
        Map<String, @Nullable Object> defaults = new ConfigurationValues().byName();
        return byName().entrySet().stream()
                .filter(entry -> !Objects.equals(entry.getValue(), defaults.get(entry.getKey())))
                .map(entry -> entry.getKey() + "=" + describe(entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String describe(@Nullable Object value) {
        if (value instanceof Map<?, ?> configurationsByName) {
            return configurationsByName.keySet().toString();
        }
        if (value instanceof DhParameters parameters) {
            return parameters.prime().bitLength() + " bits";
        }
        if (value instanceof TlsBackend backend) {
            return backend.name();
        }
        if (value instanceof ByteBuffer bytes) {
            return bytes.remaining() + " bytes";
        }
        if (value instanceof Executor || value instanceof CertificateVerifier || value instanceof SslKeyLog) {
            return value.getClass().getName();
        }
        return String.valueOf(value);
    }
}
