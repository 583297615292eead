package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublicSuffixesTest {
    /** The names of the test vectors that come with the list, each with the suffix that they imply. */
    @ParameterizedTest
    @CsvSource({
        // an unlisted top-level domain
        "example, true",
        "example.example, false",
        "b.example.example, false",
        // one rule
        "biz, true",
        "domain.biz, false",
        "b.domain.biz, false",
        // several rules
        "com, true",
        "example.com, false",
        "uk.com, true",
        "example.uk.com, false",
        // wildcard rules only below the top-level domain
        "mm, true",
        "c.mm, true",
        "b.c.mm, false",
        // rules of three levels
        "jp, true",
        "test.jp, false",
        "ac.jp, true",
        "test.ac.jp, false",
        "kyoto.jp, true",
        "ide.kyoto.jp, true",
        "b.ide.kyoto.jp, false",
        "c.kobe.jp, true",
        "b.c.kobe.jp, false",
        "city.kobe.jp, false",
        "www.city.kobe.jp, false",
        // wildcards and an exception
        "ck, true",
        "test.ck, true",
        "b.test.ck, false",
        "www.ck, false",
        "www.www.ck, false",
        // United States, K-12
        "us, true",
        "test.us, false",
        "ak.us, true",
        "test.ak.us, false",
        "k12.ak.us, true",
        "test.k12.ak.us, false",
        // international names
        "xn--55qx5d.cn, true",
        "xn--85x722f.xn--55qx5d.cn, false",
        "xn--fiqs8s, true",
        "xn--85x722f.xn--fiqs8s, false",
        "xn--j1amh, true",
        // the United Kingdom
        "uk, true",
        "co.uk, true",
        "example.co.uk, false"
    })
    void theSuffixesOfRegistries(String name, boolean expected) {
        // uk.com is a company's.
        assertEquals(
                expected && !name.equals("uk.com"),
                PublicSuffixes.ofRegistries().isPublicSuffix(name));
        assertEquals(expected, PublicSuffixes.all().isPublicSuffix(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3.amazonaws.com", "github.io", "uk.com", "herokuapp.com", "compute-1.amazonaws.com.cn"})
    void theSuffixesOfCompanies(String name) {
        assertEquals(!name.endsWith(".cn"), PublicSuffixes.all().isPublicSuffix(name));
        assertFalse(PublicSuffixes.ofRegistries().isPublicSuffix(name));
        assertFalse(PublicSuffixes.all().isPublicSuffix("example." + name));
    }

    @Test
    void anExceptionPrevailsOverALongerRule() throws IOException {
        PublicSuffixes list = PublicSuffixes.of(PublicSuffixes.parse("[icann]\n!b.c\n*.c\na.b.c\nc\n[private]\n"));

        assertTrue(list.isPublicSuffix("x.c"));
        assertFalse(list.isPublicSuffix("b.c"));
        assertFalse(list.isPublicSuffix("a.b.c"));
    }

    @Test
    void withoutAListEverythingIsAPublicSuffix() {
        PublicSuffixes none = PublicSuffixes.of(List.of());

        assertTrue(none.isPublicSuffix("com"));
        assertTrue(none.isPublicSuffix("www.example.com"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[icann]\ncom\n",
                "[private]\ngithub.io\n[icann]\ncom\n",
                "[icann]\ncom\n[private]\ngithub.io",
                "[icann]\norg\ncom\n[private]\n",
                "[icann]\ncom\ncom\n[private]\n",
                "[icann]\ncom\ncoma\ncom\n[private]\n"
            })
    void aListThatIsIncompleteOrNotSortedIsRefused(String text) {
        assertThrows(IOException.class, () -> PublicSuffixes.parse(text));
    }

    @Test
    void thePublishedFormIsConverted() throws IOException {
        List<String> published = List.of(
                "// VERSION: none",
                "// ===BEGIN ICANN DOMAINS===",
                "// cn : a registry",
                "公司.cn",
                "cn trailing words",
                "",
                "*.ck",
                "ck",
                "!www.ck",
                "// ===END ICANN DOMAINS===",
                "// ===BEGIN PRIVATE DOMAINS===",
                "Example.CN",
                "cn",
                "// ===END PRIVATE DOMAINS===");

        String converted = PublicSuffixListConverter.convert(published, "a test");

        assertTrue(
                converted.contains("from: a test\n[icann]\n!www.ck\n*.ck\ncn\nxn--55qx5d.cn\n[private]\nexample.cn\n"));
        assertTrue(PublicSuffixes.of(PublicSuffixes.parse(converted)).isPublicSuffix("xn--55qx5d.cn"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"straße.de", "a.*.b", "*", "a..b", "!*.x", "a_b"})
    void aRuleThatCannotBeConvertedEndsTheConversion(String rule) {
        List<String> published = List.of(
                "// ===BEGIN ICANN DOMAINS===",
                rule,
                "// ===END ICANN DOMAINS===",
                "// ===BEGIN PRIVATE DOMAINS===",
                "// ===END PRIVATE DOMAINS===");

        assertThrows(IllegalArgumentException.class, () -> PublicSuffixListConverter.convert(published, "a test"));
    }
}
