package dev.sluice;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The protocol versions that a configuration allows: all from {@code min} to {@code max}, both included.
 *
 * <p>A range cannot be empty and cannot reach below TLS 1.2 (RFC 8996, RFC 9325 §3.1.1): such a range cannot be made.
 * Whether an engine supports it is checked when a configuration is made for that engine.
 *
 * <p>Immutable, share freely.
 *
 * @param min the lowest version allowed, TLS 1.2 or later
 * @param max the highest version allowed, not below {@code min}
 */
public record ProtocolRange(SslProtocol min, SslProtocol max) {
    /** First of all: the constants below are made by the constructor that looks at it. */
    private static final SslProtocol FLOOR = SslProtocol.TLS_1_2;

    /** TLS 1.2 and nothing else. */
    public static final ProtocolRange TLS_1_2 = new ProtocolRange(SslProtocol.TLS_1_2, SslProtocol.TLS_1_2);
    /** TLS 1.3 and nothing else. */
    public static final ProtocolRange TLS_1_3 = new ProtocolRange(SslProtocol.TLS_1_3, SslProtocol.TLS_1_3);
    /** TLS 1.2 and every later version that is known here. */
    public static final ProtocolRange TLS_1_2_OR_LATER = new ProtocolRange(SslProtocol.TLS_1_2, SslProtocol.TLS_1_3);
    /** TLS 1.3 and every later version that is known here. */
    public static final ProtocolRange TLS_1_3_OR_LATER = new ProtocolRange(SslProtocol.TLS_1_3, SslProtocol.TLS_1_3);
    /** The versions regarded as secure, the default. */
    public static final ProtocolRange SECURE = TLS_1_2_OR_LATER;

    /**
     * Makes a range.
     *
     * @param min the lowest version allowed, TLS 1.2 or later
     * @param max the highest version allowed, not below {@code min}
     * @throws IllegalArgumentException if the range is empty or reaches below TLS 1.2
     */
    public ProtocolRange {
        Objects.requireNonNull(min, "min");
        Objects.requireNonNull(max, "max");
        if (min.wireVersion() < FLOOR.wireVersion()) {
            throw new IllegalArgumentException("protocol range starts at " + min.standardName() + ", expected "
                    + FLOOR.standardName() + " or later (RFC 8996)");
        }
        if (min.wireVersion() > max.wireVersion()) {
            throw new IllegalArgumentException(
                    "protocol range from " + min.standardName() + " to " + max.standardName() + " is empty");
        }
    }

    /**
     * Says whether a version lies within this range.
     *
     * @param protocol the version to judge, by its number on the wire
     * @return true if it is neither below {@code min} nor above {@code max}
     */
    public boolean contains(SslProtocol protocol) {
        return protocol.wireVersion() >= min.wireVersion() && protocol.wireVersion() <= max.wireVersion();
    }

    /**
     * Lists the versions of this range.
     *
     * @return the versions, the lowest first; never empty
     */
    public List<SslProtocol> protocols() {
        return Stream.of(SslProtocol.values()).filter(this::contains).toList();
    }

    @Override
    public String toString() {
        return min == max ? min.standardName() : min.standardName() + ".." + max.standardName();
    }
}
