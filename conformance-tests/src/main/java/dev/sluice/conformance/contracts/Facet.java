package dev.sluice.conformance.contracts;

import dev.sluice.SslCipher;
import dev.sluice.SslSocket;
import dev.sluice.conformance.harness.Version;
import java.util.Optional;

/** What a socket tells of its session, and only of its own. */
enum Facet {
    /** The cipher suite. */
    CIPHER("session cipher") {
        @Override
        Optional<?> ask(SslSocket socket) {
            return socket.sessionCipher();
        }

        @Override
        boolean isRight(SslSocket socket, Version version) {
            Optional<SslCipher> cipher = socket.sessionCipher();
            return cipher.isPresent() && cipher.get().protocols().contains(version.protocol());
        }
    },
    /** The protocol version. */
    PROTOCOL("session protocol") {
        @Override
        Optional<?> ask(SslSocket socket) {
            return socket.sessionProtocol();
        }

        @Override
        boolean isRight(SslSocket socket, Version version) {
            return socket.sessionProtocol().equals(Optional.of(version.protocol()));
        }
    };

    private final String text;

    Facet(String text) {
        this.text = text;
    }

    /** What the socket says. */
    abstract Optional<?> ask(SslSocket socket);

    /** Whether it says something that can be true of a session of a version. */
    abstract boolean isRight(SslSocket socket, Version version);

    @Override
    public String toString() {
        return text;
    }
}
