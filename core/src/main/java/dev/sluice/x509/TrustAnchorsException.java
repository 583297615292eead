package dev.sluice.x509;

import java.io.IOException;
import java.io.Serial;

/** Thrown when trust anchors that a user named cannot be read. Nothing half-read is left behind. */
public final class TrustAnchorsException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    TrustAnchorsException(String message) {
        super(message);
    }

    TrustAnchorsException(String message, Throwable cause) {
        super(message, cause);
    }
}
