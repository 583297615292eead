package dev.sluice.examples.conscrypt;

import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import org.conscrypt.ApplicationProtocolSelector;
import org.jspecify.annotations.Nullable;

/**
 * Chooses a server's application protocol, in the client's order, and notes that there is none in common: Conscrypt (2.9)
 * would go on without any, where RFC 7301 §3.2 wants the handshake to fail.
 */
final class AlpnSelector extends ApplicationProtocolSelector {
    private final List<String> ours;
    private boolean mismatch;

    AlpnSelector(List<String> ours) {
        this.ours = ours;
    }

    /** Whether a client has offered protocols, and none that the server knows. */
    boolean hasMismatch() {
        return mismatch;
    }

    @Override
    public @Nullable String selectApplicationProtocol(SSLEngine engine, List<String> offered) {
        for (String protocol : offered) {
            if (ours.contains(protocol)) {
                return protocol;
            }
        }
        mismatch = true;
        return null;
    }

    @Override
    public @Nullable String selectApplicationProtocol(SSLSocket socket, List<String> offered) {
        throw new IllegalStateException("there is no socket in this backend");
    }
}
