package dev.sluice.bc;

import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.PreSharedKeySource.Answer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.BasicTlsPSKExternal;
import org.bouncycastle.tls.PRFAlgorithm;
import org.bouncycastle.tls.PskIdentity;
import org.bouncycastle.tls.TlsPSKExternal;
import org.bouncycastle.tls.TlsPSKIdentity;
import org.bouncycastle.tls.TlsPSKIdentityManager;
import org.bouncycastle.tls.crypto.TlsCrypto;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.jspecify.annotations.Nullable;

/**
 * The pre-shared keys of one handshake: asks the connection for them, in the forms of TLS 1.2 (RFC 4279) and TLS 1.3
 * (RFC 8446 §4.2.11), and overwrites them.
 *
 * <p>A server that knows no key for an identity goes on with one made up on the spot, so that whoever guesses identities
 * learns nothing (RFC 4279 §2): a wrong key and an unknown identity fail in the same place with the same alert. The
 * exception is a server of TLS 1.3 that has a certificate too; RFC 8446 §4.2.11 lets it use that.
 *
 * <p><b>Threads:</b> one at a time, as the engine; asks only inside its task.
 */
final class PreSharedKeys {
    /** RFC 4279 §5.3 wants identities of 128 bytes at least to be possible; nobody needs longer ones than Qt. */
    private static final int MAXIMUM_IDENTITY_BYTES = 256;

    private static final int MAXIMUM_KEY_BYTES = 512;
    private static final int MADE_UP_KEY_BYTES = 32;

    /** How many identities of one ClientHello are looked at. */
    private static final int MAXIMUM_IDENTITIES_ASKED = 4;

    private final TlsCrypto crypto;
    private final Optional<PreSharedKeySource> source;
    private final List<TlsSecret> secrets = new ArrayList<>();
    private final List<byte[]> keys = new ArrayList<>();
    /** What a server was told, for the second ClientHello after HelloRetryRequest. */
    private final Map<String, Optional<byte[]>> answers = new HashMap<>();

    private boolean selected;

    PreSharedKeys(TlsCrypto crypto, Optional<PreSharedKeySource> source) {
        this.crypto = crypto;
        this.source = source;
    }

    boolean areEnabled() {
        return source.isPresent();
    }

    /** Whether the handshake of TLS 1.3 rests on one. */
    boolean wasSelected() {
        return selected;
    }

    void selected(boolean isSelected) {
        selected = isSelected;
    }

    // ---- clients ----

    /** What a client offers in TLS 1.3; null for nothing. */
    @Nullable
    Vector<TlsPSKExternal> offered() {
        Answer answer = source.map(
                        asked -> asked.forClient(Optional.empty(), MAXIMUM_IDENTITY_BYTES, MAXIMUM_KEY_BYTES))
                .orElse(Answer.None.INSTANCE);
        refuse(answer);
        if (!(answer instanceof Answer.Given given)) {
            return null;
        }
        return Vectors.of(List.of(external(given.identity().getBytes(StandardCharsets.UTF_8), given.key())));
    }

    /** What a client answers in TLS 1.2, when it is asked. */
    TlsPSKIdentity clientIdentity() {
        return new AskedIdentity();
    }

    // ---- servers ----

    /** What a server of TLS 1.3 accepts of what is offered; null to use its certificate. */
    @Nullable
    TlsPSKExternal chooseFrom(Vector<?> identities, boolean hasCertificate) {
        if (source.isEmpty() || identities.isEmpty()) {
            return null;
        }
        for (Object element : identities.subList(0, Math.min(identities.size(), MAXIMUM_IDENTITIES_ASKED))) {
            byte[] identity = ((PskIdentity) element).getIdentity();
            Optional<byte[]> key = keyOf(identity);
            if (key.isPresent()) {
                selected = true;
                return external(identity, key.get());
            }
        }
        if (hasCertificate) {
            return null;
        }
        selected = true;
        return external(((PskIdentity) identities.get(0)).getIdentity(), madeUpKey());
    }

    /** How a server of TLS 1.2 finds keys. */
    TlsPSKIdentityManager manager(Optional<String> hint) {
        return new TlsPSKIdentityManager() {
            @Override
            public byte @Nullable [] getHint() {
                return hint.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
            }

            @Override
            public byte[] getPSK(byte[] identity) {
                byte[] key = keyOf(identity).orElseGet(PreSharedKeys.this::madeUpKey);
                return key.clone(); // BouncyCastle overwrites it
            }
        };
    }

    private Optional<byte[]> keyOf(byte[] identity) {
        String text = decoded(identity);
        if (text == null) {
            return Optional.empty();
        }
        Optional<byte[]> known = answers.get(text);
        if (known == null) {
            Answer answer = source.map(asked -> asked.forServer(text, MAXIMUM_KEY_BYTES))
                    .orElse(Answer.None.INSTANCE);
            refuse(answer);
            known = answer instanceof Answer.Given given ? Optional.of(kept(given.key())) : Optional.empty();
            answers.put(text, known);
        }
        return known;
    }

    /** An identity as text; null if it cannot be one of ours: empty, over-long, or not UTF-8 (RFC 4279 §5.1). */
    private static @Nullable String decoded(byte[] identity) {
        if (identity.length == 0 || identity.length > MAXIMUM_IDENTITY_BYTES) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(identity))
                    .toString();
        } catch (CharacterCodingException e) {
            return null; // a ticket of another server, for example
        }
    }

    private byte[] madeUpKey() {
        byte[] key = new byte[MADE_UP_KEY_BYTES];
        crypto.getSecureRandom().nextBytes(key);
        return kept(key);
    }

    private static void refuse(Answer answer) {
        if (answer instanceof Answer.Refused refused) {
            throw new PskRefusal(AlertDescription.internal_error, refused.reason());
        }
    }

    /** RFC 8446 §4.2.11: without another agreement the hash of an external key is SHA-256. */
    private TlsPSKExternal external(byte[] identity, byte[] key) {
        TlsSecret secret = crypto.createSecret(key.clone());
        kept(key);
        secrets.add(secret);
        return new BasicTlsPSKExternal(identity, secret, PRFAlgorithm.tls13_hkdf_sha256);
    }

    private byte[] kept(byte[] key) {
        keys.add(key);
        return key;
    }

    /** Overwrites every key that was given. */
    void wipe() {
        secrets.forEach(TlsSecret::destroy);
        secrets.clear();
        keys.forEach(key -> java.util.Arrays.fill(key, (byte) 0));
        keys.clear();
        answers.clear();
    }

    /** Asks when the hint is known: BouncyCastle tells the hint, then wants the identity, then the key. */
    private final class AskedIdentity implements TlsPSKIdentity {
        private Optional<String> hint = Optional.empty();
        private byte @Nullable [] key;

        @Override
        public void skipIdentityHint() {
            hint = Optional.empty();
        }

        @Override
        public void notifyIdentityHint(byte[] psk_identity_hint) {
            hint = Optional.ofNullable(
                    decoded(psk_identity_hint)); // nothing but a help: one that is no text helps nobody
        }

        @Override
        public byte[] getPSKIdentity() {
            Answer answer = source.map(asked -> asked.forClient(hint, MAXIMUM_IDENTITY_BYTES, MAXIMUM_KEY_BYTES))
                    .orElse(Answer.None.INSTANCE);
            refuse(answer);
            if (!(answer instanceof Answer.Given given)) {
                throw new PskRefusal(
                        AlertDescription.handshake_failure, "the server asks for a pre-shared key, and none was given");
            }
            key = kept(given.key());
            return given.identity().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public byte @Nullable [] getPSK() {
            byte[] given = key;
            return given == null ? null : given.clone(); // BouncyCastle overwrites it
        }
    }
}
