package dev.sluice.conformance.oracle;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A recorded trace: what the real QSslSocket did in one scenario.
 *
 * @param scenario its name
 * @param sides the events, answers and last values of each side, by its name
 * @param notes values that only this scenario has
 */
record OracleTrace(String scenario, Map<String, ExpectedSide> sides, Map<String, String> notes) {
    static OracleTrace parse(String json) {
        JsonObject root = JsonParser.parseString(json).getAsJsonObject();
        Map<String, ExpectedSide> sides = new LinkedHashMap<>();
        JsonObject finals = root.getAsJsonObject("final");
        for (Map.Entry<String, JsonElement> side : root.getAsJsonObject("trace").entrySet()) {
            ExpectedSide known = new SideReader().read(side.getValue().getAsJsonArray());
            if (side.getKey().equals(PlainPeer.NAME)) {
                known.dropErrors(); // of a peer that is none of ours only the end is compared
            }
            sides.put(side.getKey(), known);
        }
        for (Map.Entry<String, JsonElement> side : finals.entrySet()) {
            ExpectedSide known = sides.computeIfAbsent(side.getKey(), name -> new ExpectedSide());
            side.getValue()
                    .getAsJsonObject()
                    .entrySet()
                    .forEach(getter -> known.finals().put(getter.getKey(), text(getter.getValue())));
        }
        Map<String, String> notes = new TreeMap<>();
        root.getAsJsonObject("notes").entrySet().forEach(note -> notes.put(note.getKey(), text(note.getValue())));
        return new OracleTrace(root.get("scenario").getAsString(), sides, notes);
    }

    /** As the player writes values of its own: lists in square brackets, everything else as it is. */
    private static String text(JsonElement value) {
        if (!value.isJsonArray()) {
            return value.getAsString();
        }
        List<String> texts = new ArrayList<>();
        value.getAsJsonArray().forEach(element -> texts.add(text(element)));
        return texts.toString();
    }

    /** Reads one side, dropping what is about the recording and not about the socket. */
    private static final class SideReader {
        /** Such events can come in the middle of a read: with a buffer lent out that is counted as received. */
        private static final int LENT_BYTES = 4096;

        private final ExpectedSide side = new ExpectedSide();
        private Snapshot last = Snapshot.FRESH;
        private long unread;
        private boolean unconnected;

        ExpectedSide read(JsonArray items) {
            for (JsonElement item : items) {
                JsonObject object = item.getAsJsonObject();
                if (object.has("repeat")) {
                    readRepeat(object.getAsJsonArray("repeat"));
                } else {
                    read(object);
                }
            }
            return side;
        }

        /** Many byte counts in a row: that they were there is known, not how much each was. */
        private void readRepeat(JsonArray names) {
            for (JsonElement name : names) {
                Snapshot now = last.with(Snapshot.Field.BYTES_AVAILABLE, Snapshot.ANY);
                side.add(OracleEvent.of(name.getAsString(), Snapshot.ANY), last, Optional.of(now));
                last = now;
            }
        }

        private void read(JsonObject item) {
            String name = item.get("e").getAsString();
            List<String> args = new ArrayList<>();
            if (item.has("a")) {
                item.getAsJsonArray("a").forEach(arg -> args.add(arg.getAsString()));
            }
            if (name.startsWith(">")) {
                return; // the call's own effects follow as events
            }
            if (name.startsWith("<")) {
                if (!args.isEmpty()) {
                    side.answers().add(new Answer(name.substring(1), String.join(" ", args)));
                }
                return;
            }
            if (name.equals("read")) {
                unread -= Long.parseLong(args.get(0));
                side.addRead(unread);
                last = last.with(Snapshot.Field.BYTES_AVAILABLE, Long.toString(unread));
                return;
            }
            if (!OracleEvent.SIGNALS.contains(name)) {
                if (!args.isEmpty()) {
                    side.answers().add(new Answer(name, String.join(" ", args)));
                }
                return;
            }
            addSignal(name, args, item);
        }

        private void addSignal(String name, List<String> args, JsonObject item) {
            if (name.equals("stateChanged")) {
                unconnected = args.get(0).equals("Unconnected");
            }
            if (name.equals("alertSent") && unconnected) {
                return; // queued when the connection had ended already: never on the wire
            }
            if (name.equals("readyRead")) {
                long available = Long.parseLong(args.get(0));
                args.set(0, Long.toString(available - unread));
                unread = available;
            }
            OracleEvent event = OracleEvent.recorded(name, args);
            if (!item.has("s")) {
                side.add(event, last, Optional.empty());
                return;
            }
            List<String> tuple = new ArrayList<>();
            item.getAsJsonArray("s").forEach(value -> tuple.add(value.getAsString()));
            Snapshot now = Snapshot.of(tuple.toArray(String[]::new));
            long available = Long.parseLong(now.get(Snapshot.Field.BYTES_AVAILABLE));
            if (event.isAlertOrTicket() && available != unread && available >= LENT_BYTES) {
                available -= LENT_BYTES;
                now = now.with(Snapshot.Field.BYTES_AVAILABLE, Long.toString(available));
            }
            unread = available;
            side.add(event, last, Optional.of(now));
            last = now;
        }
    }
}
