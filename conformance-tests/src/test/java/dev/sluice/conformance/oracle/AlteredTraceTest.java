package dev.sluice.conformance.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import dev.sluice.SslBackends;
import dev.sluice.conformance.oracle.OraclePlayer.Driving;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The player sees differences: a sample of scenarios is played once each, and compared with its trace after every single
 * change that one can think of. Each has to be found, and told with scenario, side, position, what was expected and what
 * came.
 */
class AlteredTraceTest {
    private static final OracleFiles FILES = OracleFiles.ofSuite();

    /** What a side is not told apart by; see the notes of the traces. */
    private static final Set<String> NOT_COMPARED = Set.of("encryptedBytesWritten");

    private static final List<String> TUPLE_WITHOUT_BYTES = List.of("0", "1", "2", "4", "5");

    /** A trace whose changes can be compared with one observation. */
    private static final class Sample {
        private final OraclePlayer player = new OraclePlayer(SslBackends.active());
        private final String scenario;
        private final Script script;
        private final Outcome outcome;
        private final List<String> unnoticed = new ArrayList<>();
        private int changes;

        Sample(String scenario) throws Exception {
            this.scenario = scenario;
            script = FILES.script(scenario);
            OracleTrace trace = FILES.trace(scenario);
            outcome = player.observe(script, Driving.CALLER, player.comparison(trace, script));
            assertEquals(List.of(), differences(json()), "as it is");
        }

        JsonObject json() {
            return JsonParser.parseString(OracleFiles.resource("traces/" + scenario + ".json"))
                    .getAsJsonObject();
        }

        List<String> differences(JsonObject altered) {
            return player.comparison(OracleTrace.parse(altered.toString()), script)
                    .differences(outcome);
        }

        /** A changed trace must be found different, in words that say where. */
        void mustBeNoticed(String side, String what, Set<String> names, JsonObject altered) {
            changes++;
            List<String> differences = differences(altered);
            String place = "scenario " + scenario + ", side " + side;
            boolean saysWhere = differences.stream()
                            .anyMatch(difference -> difference
                                    .lines()
                                    .findFirst()
                                    .orElseThrow()
                                    .matches(java.util.regex.Pattern.quote(place)
                                            + ", (event \\d+|at the end): expected .*, got .*"))
                    || differences.stream()
                            .anyMatch(difference -> difference.startsWith(place + ": does not apply any more")
                                    || difference.startsWith(place + ": not needed"));
            if (!saysWhere && names.stream().noneMatch(name -> isEdited(side, name))) {
                unnoticed.add(side + ": " + what + " gives " + differences);
            }
        }

        /** Where an edit has taken an event out, the trace says nothing any more. */
        private boolean isEdited(String side, String name) {
            return script.edits().stream()
                    .filter(edit -> edit.side().equals(side))
                    .anyMatch(edit -> edit.text().matches("(drop|disregard|replace|move) " + name + "\\b.*"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "happy_tls13",
                "happy_server_closes_tls12",
                "untrusted_selfsigned",
                "client_cert_missing_fatal_tls12",
                "proto_client12_server13",
                "truncation_after_data",
                "several_errors",
                "interrupt_continue",
                "starttls_happy",
                "inslot_encrypted_disconnectFromHost",
                "qsslserver_happy",
                "wait_encrypted_ok"
            })
    void everyAlterationIsFound(String scenario) throws Exception {
        Sample sample = new Sample(scenario);
        for (Map.Entry<String, JsonElement> side :
                sample.json().getAsJsonObject("trace").entrySet()) {
            if (sample.script.withoutSides().containsKey(side.getKey())) {
                continue;
            }
            List<Integer> compared = compared(side.getValue().getAsJsonArray());
            for (int i = 0; i < compared.size(); i++) {
                drop(sample, side.getKey(), compared.get(i));
                changeArgument(sample, side.getKey(), compared.get(i));
                changeTuple(sample, side.getKey(), compared.get(i));
                if (i + 1 < compared.size()) {
                    swap(sample, side.getKey(), compared.get(i), compared.get(i + 1));
                }
            }
        }
        for (String side : sample.json().getAsJsonObject("final").keySet()) {
            changeFinals(sample, side);
        }
        assertEquals(List.of(), sample.unnoticed);
        assertTrue(sample.changes > 20, () -> "only " + sample.changes + " changes were tried");
    }

    /** The positions of the events that are compared at all. */
    private static List<Integer> compared(JsonArray items) {
        List<Integer> positions = new ArrayList<>();
        boolean unconnected = false;
        for (int i = 0; i < items.size(); i++) {
            JsonObject item = items.get(i).getAsJsonObject();
            String name = item.has("e") ? item.get("e").getAsString() : "";
            if (name.equals("stateChanged")) {
                unconnected = item.getAsJsonArray("a").get(0).getAsString().equals("Unconnected");
            }
            boolean lateAlert = unconnected && name.equals("alertSent");
            if (OracleEvent.SIGNALS.contains(name) && !NOT_COMPARED.contains(name) && !lateAlert) {
                positions.add(i);
            }
        }
        return positions;
    }

    private static JsonArray items(JsonObject trace, String side) {
        return trace.getAsJsonObject("trace").getAsJsonArray(side);
    }

    private static String name(JsonObject item) {
        return item.get("e").getAsString();
    }

    private static void drop(Sample sample, String side, int position) {
        JsonObject altered = sample.json();
        JsonObject dropped = items(altered, side).remove(position).getAsJsonObject();
        sample.mustBeNoticed(side, "dropping " + dropped, Set.of(), altered);
    }

    private static void swap(Sample sample, String side, int one, int other) {
        JsonObject altered = sample.json();
        JsonArray items = items(altered, side);
        JsonObject first = items.get(one).getAsJsonObject();
        JsonObject second = items.get(other).getAsJsonObject();
        if (name(first).equals(name(second))
                && String.valueOf(first.get("a")).equals(String.valueOf(second.get("a")))) {
            return;
        }
        items.set(one, second);
        items.set(other, first);
        sample.mustBeNoticed(
                side,
                "swapping " + first + " and " + second,
                new TreeSet<>(List.of(name(first), name(second))),
                altered);
    }

    /** Another state, code or alert number. Counts of bytes are compared as sums, texts for people not at all. */
    private static void changeArgument(Sample sample, String side, int position) {
        JsonObject altered = sample.json();
        JsonObject item = items(altered, side).get(position).getAsJsonObject();
        JsonArray args = item.has("a") ? item.getAsJsonArray("a") : new JsonArray();
        int compared = switch (name(item)) {
            case "encrypted", "errorOccurred" -> 1;
            case "alertSent", "alertReceived" -> 2;
            default -> args.size();
        };
        for (int i = 0; i < compared; i++) {
            JsonElement before = args.get(i);
            boolean isNumber = before.getAsJsonPrimitive().isNumber();
            args.set(i, isNumber ? new JsonPrimitive(before.getAsInt() + 1) : new JsonPrimitive("Altered"));
            sample.mustBeNoticed(side, "another argument in " + item, Set.of(name(item)), altered);
            args.set(i, before);
        }
    }

    private static void changeTuple(Sample sample, String side, int position) {
        JsonObject altered = sample.json();
        JsonObject item = items(altered, side).get(position).getAsJsonObject();
        if (!item.has("s")) {
            return;
        }
        JsonArray tuple = item.getAsJsonArray("s");
        for (String field : TUPLE_WITHOUT_BYTES) {
            int index = Integer.parseInt(field);
            JsonElement before = tuple.get(index);
            JsonPrimitive after = before.getAsJsonPrimitive().isBoolean()
                    ? new JsonPrimitive(!before.getAsBoolean())
                    : new JsonPrimitive("Altered");
            tuple.set(index, after);
            sample.mustBeNoticed(side, "another tuple in " + item, Set.of(name(item)), altered);
            tuple.set(index, before);
        }
    }

    private static void changeFinals(Sample sample, String side) {
        for (String getter :
                sample.json().getAsJsonObject("final").getAsJsonObject(side).keySet()) {
            boolean ofClientsOnly = getter.equals(Getter.EPHEMERAL_KEY.word()) && !side.startsWith("client");
            boolean isEdited = sample.script.edits().stream()
                    .anyMatch(edit -> edit.side().equals(side) && edit.text().startsWith("final " + getter + "="));
            if (Getter.ofFinal(getter).isPresent()
                    && !ofClientsOnly
                    && !isEdited
                    && !sample.script.withoutSides().containsKey(side)) {
                JsonObject altered = sample.json();
                JsonObject finals = altered.getAsJsonObject("final").getAsJsonObject(side);
                boolean wasEmpty = finals.get(getter).toString().equals("\"\"");
                finals.addProperty(getter, getter.equals(Getter.SESSION_CIPHER.word()) && !wasEmpty ? "" : "Altered");
                sample.mustBeNoticed(side, "another " + getter, Set.of(), altered);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"happy_tls13"})
    void aDifferenceSaysWhereAndWhat(String scenario) throws Exception {
        Sample sample = new Sample(scenario);
        JsonObject altered = sample.json();
        JsonArray items = items(altered, "server");
        for (JsonElement item : items) {
            if (name(item.getAsJsonObject()).equals("alertReceived")) {
                item.getAsJsonObject().getAsJsonArray("a").set(1, new JsonPrimitive(90));
            }
        }
        List<String> differences = sample.differences(altered);
        assertTrue(
                differences.stream()
                        .anyMatch(
                                difference -> difference.startsWith(
                                        "scenario happy_tls13, side server: does not apply any more, no event alertReceived(Warning, 0)")),
                differences::toString);
        JsonObject other = sample.json();
        items(other, "client").get(1).getAsJsonObject().getAsJsonArray("a").set(0, new JsonPrimitive("Bound"));
        List<String> found = sample.differences(other);
        assertEquals(1, found.size(), found::toString);
        assertEquals(
                "scenario happy_tls13, side client, event 1: expected stateChanged(Bound) [HostLookup, Unencrypted, false, 0,"
                        + " UnknownSocketError, true], got stateChanged(HostLookup) [HostLookup, Unencrypted, false, 0,"
                        + " UnknownSocketError, true]",
                found.get(0).lines().findFirst().orElseThrow());
        assertFalse(found.get(0).contains("does not apply"));
    }
}
