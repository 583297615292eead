package dev.sluice.conformance.oracle;

import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * What the getters of a socket said inside an event.
 *
 * @param values one for each field; {@code *} where it is not compared
 */
record Snapshot(Map<Field, String> values) {
    /** Where a value is not compared. */
    static final String ANY = "*";

    /** The getters of the tuple, in the order of the traces. */
    enum Field {
        STATE("state"),
        MODE("mode"),
        IS_ENCRYPTED("isEncrypted"),
        BYTES_AVAILABLE("bytesAvailable"),
        ERROR("error"),
        IS_OPEN("isOpen");

        private final String word;

        Field(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        static Field parse(String word) {
            for (Field field : values()) {
                if (field.word.equals(word)) {
                    return field;
                }
            }
            throw new IllegalArgumentException("no such field of the state tuple: " + word);
        }
    }

    /** A socket that was never used. */
    static final Snapshot FRESH = of("Unconnected", "Unencrypted", "false", "0", "UnknownSocketError", "false");

    /** For events without a state tuple. */
    static final Snapshot UNKNOWN = of(ANY, ANY, ANY, ANY, ANY, ANY);

    Snapshot {
        values = Map.copyOf(values);
    }

    static Snapshot of(String... values) {
        Field[] fields = Field.values();
        if (values.length != fields.length) {
            throw new IllegalArgumentException("a state tuple of " + values.length + " values");
        }
        EnumMap<Field, String> map = new EnumMap<>(Field.class);
        for (int i = 0; i < fields.length; i++) {
            map.put(fields[i], values[i]);
        }
        return new Snapshot(map);
    }

    String get(Field field) {
        return values.getOrDefault(field, ANY);
    }

    Snapshot with(Map<Field, String> changes) {
        EnumMap<Field, String> map = new EnumMap<>(values);
        map.putAll(changes);
        return new Snapshot(map);
    }

    Snapshot with(Field field, String value) {
        return with(Map.of(field, value));
    }

    /** Equal, but for what is not compared on either side. */
    boolean equalsExpected(Snapshot expected) {
        for (Field field : Field.values()) {
            String wanted = expected.get(field);
            String got = get(field);
            if (!wanted.equals(ANY) && !got.equals(ANY) && !wanted.equals(got)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (Field field : Field.values()) {
            text.add(get(field));
        }
        return text.toString();
    }
}
