package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

class PublicSuffixesProperties {
    /** The algorithm as publicsuffix.org describes it, word for word: no short cuts, no sorting, label lists. */
    private static boolean isPublicSuffixByTheBook(Set<String> written, String name) {
        List<String> labels = labels(name);
        Set<String> rules = new TreeSet<>(written);
        written.stream().filter(rule -> rule.startsWith("*.")).forEach(rule -> rules.add(rule.substring(2)));
        List<String> prevailing = rules.stream()
                .filter(rule -> matches(rule, labels))
                .max(Comparator.comparing((String rule) -> rule.startsWith("!"))
                        .thenComparing(rule -> labels(rule).size()))
                .map(rule -> rule.startsWith("!")
                        ? labels(rule).subList(0, labels(rule).size() - 1)
                        : labels(rule))
                .orElse(List.of("*"));
        return prevailing.size() == labels.size();
    }

    private static boolean matches(String rule, List<String> name) {
        List<String> labels = labels(rule.replace("!", ""));
        for (int i = 0; i < labels.size(); i++) {
            if (i >= name.size() || !(labels.get(i).equals("*") || labels.get(i).equals(name.get(i)))) {
                return false;
            }
        }
        return true;
    }

    /** From the right to the left. */
    private static List<String> labels(String name) {
        List<String> labels = new ArrayList<>(Arrays.asList(name.split("\\.")));
        Collections.reverse(labels);
        return labels;
    }

    @Property
    @StatisticsReport(StatisticsReportMode.OFF)
    void everyListIsReadAsItsRulesSay(
            @ForAll @Size(max = 12) Set<@From("rules") String> rules, @ForAll("names") String name) throws IOException {
        String text = "[icann]\n"
                + new TreeSet<>(rules).stream().map(rule -> rule + "\n").collect(Collectors.joining()) + "[private]\n";
        boolean expected = isPublicSuffixByTheBook(rules, name);
        Statistics.collect(expected);
        Statistics.coverage(coverage -> coverage.check(true).percentage(share -> share > 10));

        assertEquals(expected, PublicSuffixes.of(PublicSuffixes.parse(text)).isPublicSuffix(name));
    }

    @Property
    void everyBundledRuleIsFound(@ForAll("bundledRules") String rule) {
        PublicSuffixes bundled = PublicSuffixes.all();
        if (rule.startsWith("!")) {
            assertFalse(bundled.isPublicSuffix(rule.substring(1)));
        } else if (rule.startsWith("*.")) {
            assertTrue(bundled.isPublicSuffix(rule.substring(2)));
            assertTrue(bundled.isPublicSuffix("no--name" + rule.substring(1)));
            assertFalse(bundled.isPublicSuffix("x.no--name" + rule.substring(1)));
        } else {
            assertTrue(bundled.isPublicSuffix(rule));
            assertFalse(bundled.isPublicSuffix(rule + "-no--name.no--name"));
        }
    }

    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("a", "b", "ab", "c")
                .list()
                .ofMinSize(1)
                .ofMaxSize(4)
                .map(labels -> String.join(".", labels));
    }

    @Provide
    Arbitrary<String> rules() {
        return Arbitraries.oneOf(
                names(),
                names().map(name -> "*." + name),
                // An exception to what has one label only would leave no suffix at all.
                names().filter(name -> name.contains(".")).map(name -> "!" + name));
    }

    @Provide
    Arbitrary<String> bundledRules() throws IOException {
        try (InputStream resource = PublicSuffixes.class.getResourceAsStream("public-suffixes.txt")) {
            List<String> rules = new String(resource.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("["))
                    .toList();
            assertTrue(rules.size() > 9000);
            return Arbitraries.of(rules);
        }
    }
}
