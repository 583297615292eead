package dev.sluice;

import dev.sluice.spi.KeyMaterial;
import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.RevocationEvidence;
import dev.sluice.x509.SslCertificate;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the builder of a configuration refuses. Every refusal is an IllegalArgumentException that names the setting. */
final class ConfigurationChecks {
    private static final int MAXIMUM_STAPLE_BYTES = 1 << 16;

    private ConfigurationChecks() {}

    /** Finds a cipher suite by a name that a user wrote. */
    static SslCipher cipherByName(String name) {
        return SslCipher.fromName(name)
                .orElseThrow(() -> new IllegalArgumentException("cipher suite \"" + name + "\" "
                        + (CipherSuiteTable.isSignallingValue(name)
                                ? "is a signalling value, expected a cipher suite"
                                : "is not known, expected a name of IANA or OpenSSL")));
    }

    /** Refuses a private key that does not belong to its certificate. */
    static void requireMatch(KeyMaterial identity) {
        if (identity instanceof KeyMaterial.KeyAndChain pair) {
            SslCertificate certificate = pair.chain().get(0);
            KeyPairCheck.mismatch(pair.key(), certificate.publicKey()).ifPresent(objection -> {
                throw new IllegalArgumentException("local certificate " + certificate + ": " + objection);
            });
        }
    }

    /** Refuses suites that are weak or fit no version, and versions that no suite fits; what was not set needs no check. */
    static void requireUsableCiphers(ConfigurationValues values) {
        for (SslCipher cipher : values.ciphers) {
            if (cipher.isWeak() && !values.weakCiphersAllowed) {
                throw new IllegalArgumentException("cipher suite " + cipher.name()
                        + " is weak, expected dangerouslyAllowWeakCiphers(true) beside it");
            }
            if (cipher.protocols().stream().noneMatch(values.protocols::contains)) {
                throw new IllegalArgumentException(
                        "cipher suite " + cipher.name() + " cannot be used with " + values.protocols);
            }
        }
        for (SslProtocol protocol : values.protocols.protocols()) {
            if (!values.ciphers.isEmpty()
                    && values.ciphers.stream()
                            .noneMatch(cipher -> cipher.protocols().contains(protocol))) {
                throw new IllegalArgumentException("no cipher suite of those set can be used with "
                        + protocol.standardName() + ", expected one, or a range of protocols without it");
            }
        }
    }

    /** Refuses configurations for server names with another backend: the handshake has begun before the name is known. */
    static void requireOneBackend(ConfigurationValues values) {
        values.serverNames.forEach((pattern, configuration) -> configuration
                .backend()
                .ifPresent(backend -> {
                    if (!backend.equals(values.backend)) {
                        throw new IllegalArgumentException(
                                "configuration for server name \"" + pattern + "\" chooses the TLS backend \""
                                        + backend.name() + "\", expected the one of its server");
                    }
                }));
    }

    /** Refuses what no client could believe, and copies the rest: a mistake in a file is found now and not by clients. */
    static byte[] requireStaple(byte[] response) {
        byte[] copy = response.clone();
        if (copy.length < 1 || copy.length >= MAXIMUM_STAPLE_BYTES) {
            throw new IllegalArgumentException(
                    "stapled OCSP response has " + copy.length + " bytes, expected 1 to " + (MAXIMUM_STAPLE_BYTES - 1));
        }
        try {
            RevocationEvidence.requireSuccessfulResponse(copy);
        } catch (CertificateFormatException e) {
            throw new IllegalArgumentException("stapled OCSP response is refused: " + e.getMessage(), e);
        }
        return copy;
    }

    /** Refuses lists that are empty or have duplicates, and copies the others. */
    static <T> List<T> requireList(List<T> given, String what) {
        List<T> copied = List.copyOf(given);
        if (copied.isEmpty()) {
            throw new IllegalArgumentException("list of " + what + "s is empty, expected 1 or more");
        }
        Set<T> seen = new LinkedHashSet<>();
        for (T each : copied) {
            if (!seen.add(each)) {
                throw new IllegalArgumentException(what + " " + each + " is in the list twice");
            }
        }
        return copied;
    }

    /** Refuses numbers below a minimum. */
    static int requireAtLeast(int value, int minimum, String setting) {
        if (value < minimum) {
            throw new IllegalArgumentException(setting + " is " + value + ", expected " + minimum + " or more");
        }
        return value;
    }

    /** Refuses times that are no limit: zero, negative, or so long that they overflow in nanoseconds. */
    static Duration requireTimeout(Duration timeout, String setting) {
        if (timeout.isZero() || timeout.isNegative() || timeout.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException(
                    setting + " is " + timeout + ", expected more than zero and at most 365 days");
        }
        return timeout;
    }
}
