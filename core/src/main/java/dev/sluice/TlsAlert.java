package dev.sluice;

import java.util.Objects;
import java.util.Optional;

/**
 * An alert as it was sent or received: its level and its number (RFC 8446 §6).
 *
 * <p>The number is kept as it stood on the wire, so that an alert which is not in {@link AlertDescription} can be
 * reported too.
 *
 * <p>Immutable, share freely.
 *
 * @param level warning or fatal
 * @param number the number of the description on the wire, 0 to 255
 */
public record TlsAlert(Level level, int number) {
    /** The warning that ends a direction in good order (RFC 8446 §6.1). */
    public static final TlsAlert CLOSE_NOTIFY = new TlsAlert(Level.WARNING, AlertDescription.CLOSE_NOTIFY.number());

    /** How grave an alert is. */
    public enum Level {
        /** The connection may go on. */
        WARNING,
        /** The connection ends with this alert. */
        FATAL
    }

    /**
     * Makes an alert.
     *
     * @param level warning or fatal
     * @param number the number of the description on the wire, 0 to 255
     * @throws IllegalArgumentException if the number does not fit into one byte
     */
    public TlsAlert {
        Objects.requireNonNull(level, "level");
        if (number < 0 || number > 0xff) {
            throw new IllegalArgumentException("alert number is " + number + ", expected 0 to 255");
        }
    }

    /**
     * Makes a fatal alert.
     *
     * @param description what went wrong
     * @return the alert
     */
    public static TlsAlert fatal(AlertDescription description) {
        return new TlsAlert(Level.FATAL, description.number());
    }

    /**
     * Makes a warning alert.
     *
     * @param description what is announced
     * @return the alert
     */
    public static TlsAlert warning(AlertDescription description) {
        return new TlsAlert(Level.WARNING, description.number());
    }

    /**
     * The meaning of the number.
     *
     * @return the description, or empty if the number is not a registered one
     */
    public Optional<AlertDescription> description() {
        return AlertDescription.fromNumber(number);
    }

    @Override
    public String toString() {
        String name = description().map(AlertDescription::standardName).orElse("unknown");
        return (level == Level.FATAL ? "fatal " : "warning ") + name + "(" + number + ")";
    }
}
