package dev.sluice.jsse;

import dev.sluice.AlertDescription;
import dev.sluice.TlsAlert;
import java.security.cert.CertificateException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the alert behind an engine's exception.
 *
 * <p>Quirk of all JSSE providers: the interface has no place for an alert, its number is in the text of an exception
 * alone. This is the one place that reads such texts; a text that is not known gives nothing, never a guess. To be
 * deleted for a provider once it has an interface for alerts.
 */
final class AlertTexts {
    /** SunJSSE, JDK 17 to 25. From about JDK 21 on the text starts with the name in parentheses as well. */
    private static final Pattern SUN_RECEIVED = Pattern.compile("^(?:\\(\\w+\\) )?Received fatal alert: (\\w+)$");

    /** SunJSSE, JDK 17 to 25, for a number that is not in its table. */
    private static final Pattern SUN_RECEIVED_UNKNOWN =
            Pattern.compile("^(?:\\(\\w+\\) )?Unknown alert description \\((-?\\d+)\\)$");

    /** SunJSSE from about JDK 21 on: "(certificate_expired) PKIX path validation failed". */
    private static final Pattern SUN_SENT = Pattern.compile("^\\((\\w+)\\) ");

    /** BoringSSL's error code; library 16 is SSL, its reasons from 1000 on are 1000 + the number of the alert. */
    private static final Pattern BORINGSSL_ERROR = Pattern.compile("error:10000([0-9a-fA-F]{3}):");

    private static final int BORINGSSL_ALERT_BASE = 1000;

    /** BouncyCastle: "handshake_failure(40)", perhaps with a detail behind it. */
    private static final Pattern BOUNCY_CASTLE_ALERT = Pattern.compile("^\\w+\\((\\d{1,3})\\)");

    private static final int MAX_CAUSES = 16;

    private AlertTexts() {}

    /** The fatal alert of the peer that made the engine fail; empty if it was not one or it cannot be told. */
    static Optional<TlsAlert> received(JsseProvider.Kind provider, Throwable failure) {
        if (isRefusal(failure)) {
            return Optional.empty(); // we have refused the peer; the text may hold names that the peer has chosen
        }
        return switch (provider) {
            case SUN -> {
                Optional<TlsAlert> known = inChain(failure, SUN_RECEIVED).flatMap(AlertTexts::fatalByName);
                yield known.isPresent()
                        ? known
                        : inChain(failure, SUN_RECEIVED_UNKNOWN)
                                .flatMap(number -> fatal(Integer.parseInt(number) & 0xff));
            }
            case CONSCRYPT ->
                inChain(failure, BORINGSSL_ERROR)
                        .flatMap(reason -> fatal(Integer.parseInt(reason, 16) - BORINGSSL_ALERT_BASE));
            case BOUNCY_CASTLE -> ofBouncyCastle(failure, "TlsFatalAlertReceived");
            case OTHER -> Optional.empty();
        };
    }

    /** The fatal alert with which the engine answers its failure; empty if it sends none or it cannot be told. */
    static Optional<TlsAlert> sent(JsseProvider.Kind provider, Throwable failure) {
        if (received(provider, failure).isPresent()) {
            return Optional.empty(); // an alert is not answered with an alert
        }
        return switch (provider) {
            case SUN ->
                Optional.ofNullable(find(SUN_SENT, failure.getMessage())).flatMap(AlertTexts::fatalByName);
            case BOUNCY_CASTLE -> ofBouncyCastle(failure, "TlsFatalAlert");
            case CONSCRYPT, OTHER -> Optional.empty();
        };
    }

    private static boolean isRefusal(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause instanceof CertificateException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static Optional<TlsAlert> ofBouncyCastle(Throwable failure, String simpleClassName) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            if (cause.getClass().getSimpleName().equals(simpleClassName)) {
                return Optional.ofNullable(find(BOUNCY_CASTLE_ALERT, cause.getMessage()))
                        .flatMap(number -> fatal(Integer.parseInt(number)));
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static Optional<String> inChain(Throwable failure, Pattern pattern) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
            String found = find(pattern, cause.getMessage());
            if (found != null) {
                return Optional.of(found);
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    private static @Nullable String find(Pattern pattern, @Nullable String message) {
        if (message == null) {
            return null;
        }
        Matcher matcher = pattern.matcher(message);
        return matcher.find() ? matcher.group(1) : null;
    }

    private static Optional<TlsAlert> fatalByName(String name) {
        return AlertDescription.fromStandardName(name).map(TlsAlert::fatal);
    }

    private static Optional<TlsAlert> fatal(int number) {
        return number < 0 || number > 0xff ? Optional.empty() : Optional.of(new TlsAlert(TlsAlert.Level.FATAL, number));
    }
}
