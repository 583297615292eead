package dev.sluice;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * Asks the user for a pre-shared key (as QSslPreSharedKeyAuthenticator).
 *
 * <p>An engine makes one for each time it needs a key, a listener fills it in, the engine takes the key out and wipes what
 * is left. A client gives identity and key; a server is told the identity and gives the key. Who gives nothing refuses.
 *
 * <p>Valid during the event only, one thread at a time.
 */
public final class SslPreSharedKeyAuthenticator {
    private static final byte[] NOTHING = {};

    private final Optional<String> identityHint;
    private final int maximumIdentityLength;
    private final int maximumPreSharedKeyLength;
    private final boolean identityIsGiven;
    private String identity;
    private byte[] preSharedKey = NOTHING;

    private SslPreSharedKeyAuthenticator(
            Optional<String> identityHint,
            String givenIdentity,
            int maximumIdentityLength,
            int maximumPreSharedKeyLength) {
        this.identityHint = Objects.requireNonNull(identityHint, "identityHint");
        this.identity = givenIdentity;
        this.identityIsGiven = !givenIdentity.isEmpty();
        this.maximumIdentityLength = maximumIdentityLength;
        this.maximumPreSharedKeyLength = requirePositive(maximumPreSharedKeyLength, "pre-shared key");
    }

    private static int requirePositive(int maximum, String what) {
        if (maximum < 1) {
            throw new IllegalArgumentException(
                    "maximum length of the " + what + " is " + maximum + ", expected 1 byte or more");
        }
        return maximum;
    }

    /**
     * Makes the question of a client: which identity, and which key. For engines.
     *
     * @param identityHint the hint that the server sent; empty if there was none, as always in TLS 1.3
     * @param maximumIdentityLength the longest identity that the engine takes, in bytes of UTF-8
     * @param maximumPreSharedKeyLength the longest key that the engine takes, in bytes
     * @return a new authenticator without identity and key
     * @throws IllegalArgumentException if a maximum is below 1
     */
    public static SslPreSharedKeyAuthenticator forClient(
            Optional<String> identityHint, int maximumIdentityLength, int maximumPreSharedKeyLength) {
        return new SslPreSharedKeyAuthenticator(
                identityHint, "", requirePositive(maximumIdentityLength, "identity"), maximumPreSharedKeyLength);
    }

    /**
     * Makes the question of a server: which key belongs to the identity that the client gave. For engines.
     *
     * @param identityHint the hint that the server's configuration has; empty if it has none
     * @param identity the identity that the client gave; not empty
     * @param maximumPreSharedKeyLength the longest key that the engine takes, in bytes
     * @return a new authenticator without key
     * @throws IllegalArgumentException if the identity is empty or the maximum is below 1
     */
    public static SslPreSharedKeyAuthenticator forServer(
            Optional<String> identityHint, String identity, int maximumPreSharedKeyLength) {
        if (identity.isEmpty()) {
            throw new IllegalArgumentException("identity that the client gave is empty, expected 1 byte or more");
        }
        WireText.utf8Length(identity, "identity"); // refuses what is no Unicode
        return new SslPreSharedKeyAuthenticator(identityHint, identity, 0, maximumPreSharedKeyLength);
    }

    /**
     * What the server says to help the client choose an identity (RFC 4279 §2).
     *
     * @return the hint that the server sent, on servers their own; empty if there is none
     */
    public Optional<String> identityHint() {
        return identityHint;
    }

    /**
     * The longest identity that can be set.
     *
     * @return the limit in bytes of UTF-8; 0 on servers, where the client has given it
     */
    public int maximumIdentityLength() {
        return maximumIdentityLength;
    }

    /**
     * The longest key that can be used.
     *
     * @return the limit in bytes
     */
    public int maximumPreSharedKeyLength() {
        return maximumPreSharedKeyLength;
    }

    /**
     * The identity: given by the client's listener, or on servers by the client.
     *
     * @return the identity; empty if none was set
     */
    public String identity() {
        return identity;
    }

    /**
     * Sets the identity by which the server finds the key, on clients. Never truncated.
     *
     * @param identity the identity; not empty, at most {@link #maximumIdentityLength()} bytes of UTF-8
     * @throws IllegalArgumentException if it is empty, too long, or no valid Unicode; nothing has changed then
     * @throws IllegalStateException on servers, where the client has given it
     */
    public void setIdentity(String identity) {
        if (identityIsGiven) {
            throw new IllegalStateException("the identity was given by the client, a server cannot set it");
        }
        int length = WireText.utf8Length(identity, "identity");
        if (length < 1 || length > maximumIdentityLength) {
            throw new IllegalArgumentException(
                    "identity has " + length + " bytes of UTF-8, expected 1 to " + maximumIdentityLength);
        }
        this.identity = identity;
    }

    /**
     * Sets the key. Whether it is strong enough is decided by the configuration's {@link PskPolicy} after the event.
     *
     * @param preSharedKey the key, copied; not empty, at most {@link #maximumPreSharedKeyLength()} bytes. The caller
     *     overwrites its own array
     * @throws IllegalArgumentException if it is empty or too long; nothing has changed then
     */
    public void setPreSharedKey(byte[] preSharedKey) {
        if (preSharedKey.length < 1 || preSharedKey.length > maximumPreSharedKeyLength) {
            throw new IllegalArgumentException(
                    "pre-shared key has " + preSharedKey.length + " bytes, expected 1 to " + maximumPreSharedKeyLength);
        }
        wipe();
        this.preSharedKey = preSharedKey.clone();
    }

    /**
     * Says whether there is a key now.
     *
     * @return true between {@link #setPreSharedKey} and {@link #takePreSharedKey} or {@link #wipe}
     */
    public boolean hasPreSharedKey() {
        return preSharedKey.length > 0;
    }

    /**
     * Judges the key without giving it out.
     *
     * @param policy the policy to judge by
     * @return why the key is refused, without telling the key; empty if it is good. A missing key is refused
     */
    public Optional<String> refusal(PskPolicy policy) {
        return policy.refusal(preSharedKey);
    }

    /**
     * Hands over the key. For engines: this object forgets it, and the caller overwrites the array after use.
     *
     * @return the key, given to the caller; of length 0 if there is none
     */
    public byte[] takePreSharedKey() {
        byte[] taken = preSharedKey;
        preSharedKey = NOTHING;
        return taken;
    }

    /** Overwrites the key, if it is still here. */
    public void wipe() {
        Arrays.fill(preSharedKey, (byte) 0);
        preSharedKey = NOTHING;
    }

    /** Tells the identity and whether there is a key, never the key. */
    @Override
    public String toString() {
        return "SslPreSharedKeyAuthenticator[identity " + (identity.isEmpty() ? "not set" : "\"" + identity + "\"")
                + ", key " + (hasPreSharedKey() ? "set" : "not set") + "]";
    }
}
