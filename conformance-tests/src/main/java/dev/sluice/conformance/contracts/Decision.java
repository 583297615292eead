package dev.sluice.conformance.contracts;

import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Side;
import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.harness.World;
import dev.sluice.spi.BackendCapabilities;

/** Who is asked for a decision without which the handshake fails. */
enum Decision {
    /** The client's listener, about errors of the server. */
    LISTENER_ABOUT_ERRORS,
    /** The client's handler of errors. */
    HANDLER_OF_ERRORS,
    /** The client, for a key that both know. */
    CLIENT_FOR_A_KEY,
    /** The server, for the key of an identity. */
    SERVER_FOR_A_KEY;

    boolean isPossible(BackendCapabilities capabilities, Version version) {
        return switch (this) {
            case LISTENER_ABOUT_ERRORS, HANDLER_OF_ERRORS -> true;
            case CLIENT_FOR_A_KEY, SERVER_FOR_A_KEY -> capabilities.has(version.preSharedKeys());
        };
    }

    /** Puts what is done in place of an answer where the question comes. */
    void prepare(World world, Runnable inPlaceOfAnAnswer) {
        switch (this) {
            case LISTENER_ABOUT_ERRORS ->
                world.identity(Identities.wrongHost())
                        .client()
                        .trace()
                        .on("sslErrors", socket -> inPlaceOfAnAnswer.run());
            case HANDLER_OF_ERRORS ->
                world.identity(Identities.wrongHost())
                        .client()
                        .socket()
                        .setErrorHandler((door, errors) -> inPlaceOfAnAnswer.run());
            case CLIENT_FOR_A_KEY -> keyed(world, world.client(), inPlaceOfAnAnswer);
            case SERVER_FOR_A_KEY -> keyed(world, world.server(), inPlaceOfAnAnswer);
        }
    }

    private static void keyed(World world, Side asked, Runnable inPlaceOfAnAnswer) {
        SuiteNeeds.SHARED_KEY.provide(world);
        asked.trace().keys(question -> inPlaceOfAnAnswer.run());
    }
}
