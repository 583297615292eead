package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.conformance.report.Catalogue;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The catalogue is complete, well-formed, and its ids are proven by tests of sockets. */
class WeaknessTest {
    private static final Pattern ID = Pattern.compile("(?:^|_)w(\\d\\d)(?=_)");

    @Test
    void idsAreStableAndWithoutGaps() {
        Weakness[] all = Weakness.values();
        assertEquals(44, all.length);
        Set<String> sentences = new HashSet<>();
        for (int i = 0; i < all.length; i++) {
            assertEquals(String.format(Locale.ROOT, "W%02d", i + 1), all[i].id());
            assertFalse(all[i].cwes().isEmpty(), all[i]::id);
            assertTrue(all[i].must().endsWith("."), all[i]::id);
            assertTrue(sentences.add(all[i].must()), () -> "the sentence of another weakness");
            assertTrue(all[i].toString().startsWith(all[i].id() + ": "));
        }
    }

    @Test
    void weaknessesAreFoundById() {
        assertEquals(Optional.of(Weakness.W07), Weakness.find("w07"));
        assertEquals(Optional.of(Weakness.W44), Weakness.find("W44"));
        assertEquals(Optional.empty(), Weakness.find("W45"));
        assertEquals(Weakness.Source.SECOND_OPINION, Weakness.W16.source());
    }

    /** What users of sockets can see is proven here; the others belong to the tests of core and of the backends. */
    @Test
    void everyWeaknessThatSocketsCanShowHasATestNamedAfterIt() {
        Set<String> proven = new TreeSet<>();
        Stream.of(
                        BadPeerTest.class,
                        ContextSharingTest.class,
                        DataTransferProperties.class,
                        EventOrderTest.class,
                        FullDuplexTest.class,
                        LifecycleTest.class,
                        ListenerActionsTest.class,
                        NegotiationTest.class,
                        ResumptionTest.class,
                        ServerTest.class,
                        StartTlsTest.class,
                        TransportKillTest.class)
                .flatMap(test -> Stream.of(test.getDeclaredMethods()))
                .map(Method::getName)
                .forEach(name -> {
                    Matcher ids = ID.matcher(name);
                    while (ids.find()) {
                        proven.add("W" + ids.group(1));
                    }
                });
        Set<String> expected = new TreeSet<>(Set.of(
                "W01", "W02", "W03", "W05", "W06", "W07", "W08", "W09", "W10", "W11", "W12", "W13", "W14", "W16", "W18",
                "W19", "W20", "W21", "W22", "W23", "W25", "W27", "W30", "W31", "W32", "W34", "W35", "W36", "W37", "W38",
                "W39", "W40", "W41", "W42", "W43", "W44"));
        expected.removeAll(proven);
        assertEquals(Set.of(), expected, "without a test here");
    }

    /** Whoever changes the catalogue, a property or a saboteur writes the page anew; the page says how. */
    @Test
    void thePageIsMadeFromTheCode() throws IOException {
        Path page = Path.of("..", "docs", "weaknesses.md");
        assertEquals(Catalogue.page(), Files.readString(page));
    }
}
