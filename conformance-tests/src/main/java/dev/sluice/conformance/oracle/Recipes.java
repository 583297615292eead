package dev.sluice.conformance.oracle;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists of edits that belong together, so that a script can name in one line what happens to a whole shape: how a refused
 * peer ends, for example. A script still says for which side it holds, and each edit still has to apply.
 */
final class Recipes {
    private final Map<String, List<String>> byName = new LinkedHashMap<>();

    static Recipes parse(String text) {
        Recipes recipes = new Recipes();
        List<String> current = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String stripped = line.strip();
            if (stripped.isEmpty() || stripped.startsWith("#")) {
                continue;
            }
            if (stripped.startsWith("recipe ")) {
                current = new ArrayList<>();
                if (recipes.byName.put(stripped.substring("recipe ".length()).strip(), current) != null) {
                    throw new IllegalArgumentException("two recipes of one name: " + stripped);
                }
            } else {
                current.add(stripped);
            }
        }
        return recipes;
    }

    /** The edits of a recipe, with the arguments in the places of {@code $1}, {@code $2} and so on. */
    List<Edit> edits(String side, String name, List<String> args) {
        List<String> lines = byName.get(name);
        if (lines == null) {
            throw new IllegalArgumentException("no such recipe: " + name + "; known: " + byName.keySet());
        }
        List<Edit> edits = new ArrayList<>();
        for (String line : lines) {
            String filled = line;
            for (int i = args.size(); i > 0; i--) {
                filled = filled.replace("$" + i, args.get(i - 1));
            }
            if (filled.contains("$")) {
                throw new IllegalArgumentException("recipe " + name + " wants more arguments: " + line);
            }
            if (filled.startsWith("use ")) {
                List<String> words = Words.split(filled.substring("use ".length()));
                edits.addAll(edits(side, words.get(0), words.subList(1, words.size())));
                continue;
            }
            int colon = filled.indexOf(": ");
            edits.add(edit(
                    side,
                    filled.substring(0, colon).strip(),
                    filled.substring(colon + 2).strip()));
        }
        return edits;
    }

    static Edit edit(String side, String deviation, String text) {
        return new Edit(side, deviation, side.equals("note") ? "final " + text : text);
    }

    Map<String, List<String>> all() {
        return byName;
    }
}
