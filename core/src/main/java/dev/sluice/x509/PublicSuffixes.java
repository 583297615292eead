package dev.sluice.x509;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * The names below which everybody can get a name of their own, so that nobody can own all of them: {@code com},
 * {@code co.uk}, and {@code github.io} as well. By the rules of the Public Suffix List:
 *
 * <ul>
 *   <li>A rule matches the names that end with it; {@code *} at its front matches one label.
 *   <li>The rule with the most labels prevails, an exception ({@code !}) over all others. What it matches is the public
 *       suffix of the name; an exception without its first label.
 *   <li>A rule {@code *.kobe.jp} implies the rule {@code kobe.jp}, which is how browsers read the list: nobody owns all
 *       of what lies below it.
 *   <li>If no rule matches, {@code *} prevails: what is not known is a public suffix.
 * </ul>
 *
 * <p>The bundled list is a resource with one rule a line. It is read at the first question, in some milliseconds, and kept as
 * one text with the places where its lines begin, which is a quarter of what a set of strings takes; a question is a few
 * binary searches. How to renew it is written in {@code docs/dependencies.md}.
 *
 * <p>Immutable, share freely.
 */
final class PublicSuffixes {
    private static final System.Logger LOGGER = System.getLogger(PublicSuffixes.class.getName());

    private static final String RESOURCE = "public-suffixes.txt";
    private static final int MAXIMUM_BYTES = 4 * 1024 * 1024;
    private static final String ICANN_SECTION = "[icann]\n";
    private static final String PRIVATE_SECTION = "[private]\n";

    /** Invariant: empty if and only if no list could be read. */
    private final List<Rules> sections;

    private PublicSuffixes(List<Rules> sections) {
        this.sections = sections;
    }

    /** The suffixes of registries only, the list's ICANN section. */
    static PublicSuffixes ofRegistries() {
        return Bundled.REGISTRIES;
    }

    /** All of them: those of registries, and those below which a company gives names to its customers. */
    static PublicSuffixes all() {
        return Bundled.ALL;
    }

    /**
     * Whether a name is a public suffix.
     *
     * @param name its labels with dots between them: A-labels, lower case
     */
    boolean isPublicSuffix(String name) {
        int dot = name.indexOf('.');
        // One label is one whatever the list says, by the rule "*" if by no other. And without a list everything is
        // one: that fails closed.
        if (dot < 0 || sections.isEmpty()) {
            return true;
        }
        return !isException(name) && (hasRule(name) || hasRule("*." + name) || hasRule("*" + name.substring(dot)));
    }

    /** Whether an exception prevails. It does over longer rules too, so the parents count as well. */
    private boolean isException(String name) {
        return Stream.iterate(name, part -> part.indexOf('.') >= 0, part -> part.substring(part.indexOf('.') + 1))
                .anyMatch(part -> hasRule("!" + part));
    }

    private boolean hasRule(String rule) {
        return sections.stream().anyMatch(rules -> rules.contains(rule));
    }

    /** Reads the form that the resource has. */
    static List<Rules> parse(String text) throws IOException {
        int icann = text.indexOf(ICANN_SECTION);
        int others = text.indexOf(PRIVATE_SECTION);
        if (icann < 0 || others < icann || !text.endsWith("\n")) {
            throw new IOException("the public suffix list is not complete");
        }
        return List.of(
                Rules.of(text.substring(icann + ICANN_SECTION.length(), others)),
                Rules.of(text.substring(others + PRIVATE_SECTION.length())));
    }

    static PublicSuffixes of(List<Rules> sections) {
        return new PublicSuffixes(List.copyOf(sections));
    }

    /** Sorted lines, each of which ends with a newline. */
    static final class Rules {
        private final String text;
        private final int[] starts;

        private Rules(String text, int[] starts) {
            this.text = text;
            this.starts = starts;
        }

        private static Rules of(String text) throws IOException {
            int[] starts = new int[(int) text.chars().filter(c -> c == '\n').count()];
            int next = 0;
            for (int i = 0; i < starts.length; i++) {
                starts[i] = next;
                next = text.indexOf('\n', next) + 1;
            }
            Rules rules = new Rules(text, starts);
            for (int i = 1; i < starts.length; i++) {
                if (rules.compare(rules.line(i - 1), i) >= 0) {
                    throw new IOException("the public suffix list is not sorted at " + rules.line(i));
                }
            }
            return rules;
        }

        boolean contains(String rule) {
            int low = 0;
            int high = starts.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = compare(rule, middle);
                if (order == 0) {
                    return true;
                }
                if (order < 0) {
                    high = middle - 1;
                } else {
                    low = middle + 1;
                }
            }
            return false;
        }

        private String line(int index) {
            return text.substring(starts[index], text.indexOf('\n', starts[index]));
        }

        /** As {@code rule.compareTo(line(index))}, without making the line. */
        private int compare(String rule, int index) {
            int start = starts[index];
            for (int i = 0; i < rule.length(); i++) {
                // The newline is less than all characters of a rule, so the shorter one comes first.
                int order = rule.charAt(i) - text.charAt(start + i);
                if (order != 0) {
                    return order;
                }
            }
            return text.charAt(start + rule.length()) == '\n' ? 0 : -1;
        }
    }

    /** Read once, by the first thread that asks. */
    private static final class Bundled {
        private static final List<Rules> SECTIONS = load();
        static final PublicSuffixes ALL = of(SECTIONS);
        static final PublicSuffixes REGISTRIES = of(SECTIONS.stream().limit(1).toList());

        private Bundled() {}

        private static List<Rules> load() {
            try (InputStream resource = PublicSuffixes.class.getResourceAsStream(RESOURCE)) {
                if (resource == null) {
                    throw new FileNotFoundException(RESOURCE);
                }
                byte[] bytes = resource.readNBytes(MAXIMUM_BYTES);
                return parse(new String(bytes, StandardCharsets.US_ASCII));
            } catch (IOException e) {
                LOGGER.log(Level.ERROR, "the public suffix list cannot be read: no wildcard will match", e);
                return List.of();
            }
        }
    }
}
