package dev.sluice.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Fails a test with the tag {@value PeerProgram#TAG} that skips itself, if the system property
 * {@code sluice.peers.required} is {@code true}, as it is in CI: nobody reads a list of skips.
 *
 * <p>JUnit finds this class with its service loader, so that no test has to ask for it.
 */
public final class RequiredPeers implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw failureInsteadOfSkip(context, thrown);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw failureInsteadOfSkip(context, thrown);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        throw failureInsteadOfSkip(context, thrown);
    }

    private static Throwable failureInsteadOfSkip(ExtensionContext context, Throwable thrown) {
        boolean skipsPeer =
                thrown instanceof TestAbortedException && context.getTags().contains(PeerProgram.TAG);
        return skipsPeer && Boolean.getBoolean("sluice.peers.required")
                ? new AssertionError("skipped although sluice.peers.required is true: " + thrown.getMessage(), thrown)
                : thrown;
    }
}
