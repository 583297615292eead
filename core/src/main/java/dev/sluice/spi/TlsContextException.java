package dev.sluice.spi;

import java.io.Serial;
import org.jspecify.annotations.Nullable;

/** A TLS library refuses to make a context or an engine. The message says which setting, what was expected and got. */
public final class TlsContextException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /**
     * Makes the exception.
     *
     * @param message what was refused; holds no secret
     * @param cause what the library raised, or null
     */
    public TlsContextException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
