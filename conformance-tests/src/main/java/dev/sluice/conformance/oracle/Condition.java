package dev.sluice.conformance.oracle;

import dev.sluice.conformance.oracle.ExpectedSide.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something that a step waits for.
 *
 * @param side whom it is about
 * @param kind what is looked at
 * @param place which event; empty unless it is about one
 * @param number how much; 0 unless it is about bytes
 */
record Condition(String side, Kind kind, Optional<Place> place, int number) {
    /** What a condition can be about. */
    enum Kind implements Word {
        RECEIVED("received N", "at least N bytes were read and counted; plainPeer: have come"),
        AVAILABLE("available N", "at least N bytes can be read"),
        SENT("sent", "all that was written has gone to the transport"),
        CLOSED("closed", "`isOpen()` is false; plainPeer: the TCP connection has ended"),
        CONNECTED("accepted", "plainPeer: there is a TCP connection"),
        EVENT("EVENT", "the event has come, `EVENT#2` twice");

        private final String usage;
        private final String help;

        Kind(String usage, String help) {
            this.usage = usage;
            this.help = help;
        }

        @Override
        public String usage() {
            return usage;
        }

        @Override
        public String help() {
            return help;
        }
    }

    /** Reads conditions that are joined by {@code and}. */
    static List<Condition> parseAll(String text) {
        List<Condition> all = new ArrayList<>();
        for (String one : text.split(" and ", -1)) {
            all.add(parse(one.strip()));
        }
        return all;
    }

    private static Condition parse(String text) {
        String[] words = text.split(" ", 2);
        if (words.length < 2) {
            throw new IllegalArgumentException("a condition is a side and what is waited for: " + text);
        }
        for (Kind kind : Kind.values()) {
            if (kind != Kind.EVENT && words[1].equals(kind.word())) {
                return new Condition(words[0], kind, Optional.empty(), 0);
            }
            if (kind != Kind.EVENT && words[1].startsWith(kind.word() + " ")) {
                int number = Integer.parseInt(
                        words[1].substring(kind.word().length()).strip());
                return new Condition(words[0], kind, Optional.empty(), number);
            }
        }
        return new Condition(words[0], Kind.EVENT, Optional.of(Place.parse(words[1])), 0);
    }

    @Override
    public String toString() {
        return side + " " + place.map(Place::toString).orElse(kind.word() + (number == 0 ? "" : " " + number));
    }
}
