package dev.sluice.examples.conscrypt;

import dev.sluice.TlsAlert;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Finds the alert that the peer has sent behind an exception of Conscrypt (2.9), which has no other place for it: the text
 * holds BoringSSL's error code. A text that is not known gives nothing, never a guess. To be deleted once there is an
 * interface for alerts.
 */
final class AlertTexts {
    /** Library 16 is SSL; its reasons from 1000 on are 1000 + the number of the alert received. */
    private static final Pattern BORINGSSL_ERROR = Pattern.compile("error:10000([0-9a-fA-F]{3}):");

    private static final int FIRST_ALERT = 1000;
    private static final int MAXIMUM_CAUSES = 8;

    private AlertTexts() {}

    static Optional<TlsAlert> received(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause instanceof SSLException && depth < MAXIMUM_CAUSES; depth++) {
            Matcher error = BORINGSSL_ERROR.matcher(String.valueOf(cause.getMessage()));
            if (error.find()) {
                int number = Integer.parseInt(error.group(1), 16) - FIRST_ALERT;
                return number < 0 || number > 0xff
                        ? Optional.empty()
                        : Optional.of(new TlsAlert(TlsAlert.Level.FATAL, number));
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
