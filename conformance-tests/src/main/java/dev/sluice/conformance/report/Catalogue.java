package dev.sluice.conformance.report;

import dev.sluice.conformance.Proves;
import dev.sluice.conformance.Suite;
import dev.sluice.conformance.Weakness;
import dev.sluice.conformance.saboteurs.Saboteur;
import dev.sluice.conformance.saboteurs.Saboteurs;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The catalogue as a document: made from the code, so that it cannot say anything else. */
public final class Catalogue {
    private Catalogue() {}

    /**
     * The document.
     *
     * @return Markdown
     */
    public static String page() {
        StringBuilder page = new StringBuilder("""
                # The catalogue of weaknesses

                What no backend and no part of the library may have. Ids are stable and never reused. Made from the code by
                `./sluice conformance --catalogue docs/weaknesses.md`; the [conformance suite](conformance.md) proves the absence of each.

                """);
        for (Weakness weakness : Weakness.values()) {
            page.append(entry(weakness));
        }
        return page.toString();
    }

    private static String entry(Weakness weakness) {
        String cwes = weakness.cwes().stream().map(cwe -> "CWE-" + cwe).collect(Collectors.joining(", "));
        return """
                ## %s

                **%s**

                %s

                - %s; source: %s
                - properties: %s
                - saboteurs: %s

                """.formatted(
                        weakness.id(),
                        weakness.must(),
                        weakness.intent(),
                        cwes,
                        weakness.source().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        properties(weakness),
                        saboteurs(weakness));
    }

    private static String properties(Weakness weakness) {
        List<String> names = Suite.properties().stream()
                .filter(property -> proves(property, weakness))
                .map(property -> "`" + Suite.nameOf(property) + "`")
                .toList();
        return names.isEmpty()
                ? "none: it is about this library's own code, see [mutation.md](mutation.md)"
                : String.join(", ", names);
    }

    private static boolean proves(Method property, Weakness weakness) {
        return Arrays.asList(property.getAnnotation(Proves.class).value()).contains(weakness);
    }

    private static String saboteurs(Weakness weakness) {
        List<String> names = Saboteurs.all().stream()
                .filter(saboteur -> saboteur.breaks() == weakness)
                .map(Catalogue::saboteur)
                .toList();
        return names.isEmpty() ? "the mutants" : String.join(", ", names);
    }

    private static String saboteur(Saboteur saboteur) {
        String also = saboteur.alsoBlamed().stream().sorted().map(Weakness::id).collect(Collectors.joining(", "));
        return "`" + saboteur.name() + "`"
                + (also.isEmpty() ? "" : " (also shows " + also + ": " + saboteur.whyAlso() + ")");
    }
}
