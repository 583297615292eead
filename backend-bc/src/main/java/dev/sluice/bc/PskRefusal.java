package dev.sluice.bc;

import java.io.Serial;

/**
 * No key, or none that may be used, inside a call-back of BouncyCastle that can declare no exception. Turned into the alert
 * at the next frame that can.
 */
final class PskRefusal extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final short alert;

    PskRefusal(short alert, String reason) {
        super(reason, null, false, false);
        this.alert = alert;
    }

    short alert() {
        return alert;
    }
}
