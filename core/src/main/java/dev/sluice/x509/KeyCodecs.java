package dev.sluice.x509;

import dev.sluice.spi.KeyCodec;
import dev.sluice.spi.KeyCodec.Encryption;
import dev.sluice.x509.KeyFormatException.Reason;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * The key codecs that were found, asked in their order. Whatever one of them throws becomes the one exception for keys.
 *
 * <p>Immutable, share freely.
 */
final class KeyCodecs {
    /** The one place of the core that names a module with a codec: an error that says nothing to do helps nobody. */
    static final String MODULE_TO_ADD = "sluice-backend-bc";

    /** None, as if no module offered one. */
    static final KeyCodecs NONE = new KeyCodecs(List.of());

    private static final System.Logger LOGGER = System.getLogger(KeyCodecs.class.getName());
    /** More failures than this in a row and the source is taken for one that fails for ever. */
    private static final int MAXIMUM_FAILURES = 100;

    private final List<KeyCodec> codecs;

    /** Invariant: the class loader runs this once, and no codec calls back while it is being made. */
    private static final class Holder {
        static final KeyCodecs INSTALLED = load(ServiceLoader.load(KeyCodec.class, KeyCodec.class.getClassLoader()));
    }

    private KeyCodecs(List<KeyCodec> codecs) {
        this.codecs = List.copyOf(codecs);
    }

    /** Those that the class loader of this library sees; looked for once. */
    static KeyCodecs installed() {
        return Holder.INSTALLED;
    }

    /** Those of a source; one that cannot be made is left out. */
    static KeyCodecs load(Iterable<KeyCodec> source) {
        List<KeyCodec> found = new ArrayList<>();
        Iterator<KeyCodec> remaining = source.iterator();
        for (int failures = 0; failures < MAXIMUM_FAILURES; ) {
            try {
                if (!remaining.hasNext()) {
                    break;
                }
                found.add(remaining.next());
            } catch (ServiceConfigurationError | LinkageError | RuntimeException e) {
                failures++;
                LOGGER.log(System.Logger.Level.WARNING, "a key codec cannot be loaded and is left out", e);
            }
        }
        return new KeyCodecs(found);
    }

    /** The plaintext, which the caller wipes. */
    byte[] decrypt(Encryption encryption, byte[] ciphertext, char[] password) throws KeyFormatException {
        KeyCodec codec = codecFor(encryption);
        try {
            return codec.decrypt(encryption, ciphertext, password);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Not chained: what a stranger's exception quotes is not known.
            throw new KeyFormatException(
                    Reason.WRONG_PASSWORD, "password is wrong, or the key is damaged (" + encryption + ")");
        }
    }

    byte[] encrypt(Encryption encryption, byte[] plaintext, char[] password) throws KeyFormatException {
        KeyCodec codec = codecFor(encryption);
        try {
            return codec.encrypt(encryption, plaintext, password);
        } catch (GeneralSecurityException | RuntimeException e) {
            throw KeyFormatException.unsupported("key codec " + codec.name() + " cannot encrypt with " + encryption);
        }
    }

    private KeyCodec codecFor(Encryption encryption) throws KeyFormatException {
        for (KeyCodec codec : codecs) {
            if (codec.supports(encryption)) {
                return codec;
            }
        }
        throw nobodyKnows("encryption with " + encryption);
    }

    PrivateKey privateKey(String what, byte[] pkcs8) throws KeyFormatException {
        return firstAnswer(what, codec -> codec.privateKey(pkcs8));
    }

    PublicKey publicKey(String what, byte[] subjectPublicKeyInfo) throws KeyFormatException {
        return firstAnswer(what, codec -> codec.publicKey(subjectPublicKeyInfo));
    }

    private <K> K firstAnswer(String what, Question<K> question) throws KeyFormatException {
        for (KeyCodec codec : codecs) {
            try {
                Optional<K> answer = question.ask(codec);
                if (answer.isPresent()) {
                    return answer.get();
                }
            } catch (GeneralSecurityException | RuntimeException e) {
                throw KeyFormatException.malformed(what + " is malformed, says key codec " + codec.name());
            }
        }
        throw nobodyKnows(what);
    }

    private KeyFormatException nobodyKnows(String what) {
        if (codecs.isEmpty()) {
            return new KeyFormatException(
                    Reason.CODEC_MISSING, what + " needs a key codec; add the module " + MODULE_TO_ADD);
        }
        return KeyFormatException.unsupported(what + " is not known to the key codecs "
                + codecs.stream().map(KeyCodec::name).toList());
    }

    /** What is asked of each codec in turn. */
    private interface Question<K> {
        Optional<K> ask(KeyCodec codec) throws GeneralSecurityException;
    }
}
