package dev.sluice.x509;

import java.io.IOException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes the resource of {@link PublicSuffixes} out of a Public Suffix List as it is published. Needs nothing but a JDK:
 *
 * <pre>
 * java core/src/test/java/dev/sluice/x509/PublicSuffixListConverter.java public_suffix_list.dat "what the file is" \
 *     &gt; core/src/main/resources/dev/sluice/x509/public-suffixes.txt
 * </pre>
 *
 * <p>The result has one rule a line in A-labels and lower case, sorted within its section, so that a renewal shows as a
 * readable difference. A rule that it does not understand ends the conversion: no rule is dropped.
 */
final class PublicSuffixListConverter {
    private static final String NOTICE = """
            # The rules of the Public Suffix List (https://publicsuffix.org), in A-labels and sorted.
            # This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL
            # was not distributed with this file, You can obtain one at https://mozilla.org/MPL/2.0/.
            # Made by PublicSuffixListConverter from: %s
            """;

    private PublicSuffixListConverter() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("expected the file of the list and a text that says what it is");
        }
        List<String> lines = Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8);
        System.out.print(convert(lines, arguments[1]));
    }

    static String convert(List<String> lines, String origin) {
        SortedSet<String> icann = section(lines, "ICANN");
        SortedSet<String> others = section(lines, "PRIVATE");
        others.removeAll(icann);
        withoutImplied(icann);
        withoutImplied(others);
        return NOTICE.formatted(origin)
                + Stream.of(Stream.of("[icann]"), icann.stream(), Stream.of("[private]"), others.stream())
                        .flatMap(part -> part)
                        .collect(Collectors.joining("\n", "", "\n"));
    }

    /** {@code *.kobe.jp} implies {@code kobe.jp}; some editions of the list have both. */
    private static void withoutImplied(SortedSet<String> rules) {
        rules.removeIf(rule -> rules.contains("*." + rule));
    }

    private static SortedSet<String> section(List<String> lines, String name) {
        int begin = indexOf(lines, "// ===BEGIN " + name + " DOMAINS===");
        int end = indexOf(lines, "// ===END " + name + " DOMAINS===");
        return lines.subList(begin, end).stream()
                // The list's own rule: a line ends at the first blank.
                .map(line -> line.strip().split("\\s", 2)[0])
                .filter(rule -> !rule.isEmpty() && !rule.startsWith("//"))
                .map(PublicSuffixListConverter::toAscii)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static int indexOf(List<String> lines, String marker) {
        int index = lines.indexOf(marker);
        if (index < 0) {
            throw new IllegalArgumentException("the list has no line " + marker);
        }
        return index;
    }

    private static String toAscii(String rule) {
        String prefix = rule.startsWith("!") ? "!" : rule.startsWith("*.") ? "*." : "";
        String ascii = Stream.of(rule.substring(prefix.length()).split("\\.", -1))
                .map(label -> IDN.toASCII(label, IDN.ALLOW_UNASSIGNED | IDN.USE_STD3_ASCII_RULES)
                        .toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("."));
        // ß, ς and joiners: java.net.IDN would make other names of them than the registries have.
        boolean deviates = rule.chars().anyMatch(c -> "\u00df\u03c2\u200c\u200d".indexOf(c) >= 0);
        if (deviates || !ascii.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*")) {
            throw new IllegalArgumentException("no rule that can be converted: " + rule);
        }
        return prefix + ascii;
    }
}
