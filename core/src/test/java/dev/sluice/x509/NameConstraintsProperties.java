package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.x509.Subtree.Relation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.statistics.Statistics;

/** What holds for all names and subtrees (RFC 5280 §4.2.1.10). */
class NameConstraintsProperties {
    // ---- wider subtrees hold more

    @Property(tries = 1000)
    void aDnsNameInASubtreeIsInEveryWiderOne(@ForAll("dnsNames") String name, @ForAll("domains") String base) {
        for (String wider = base; !wider.isEmpty(); wider = parent(wider)) {
            if (dns(base, name) == Relation.INSIDE) {
                assertEquals(Relation.INSIDE, dns(wider, name), wider);
            } else if (dns(base, name) == Relation.PARTLY) {
                assertTrue(dns(wider, name) != Relation.OUTSIDE, wider);
            }
        }
        Statistics.collect(dns(base, name));
        Statistics.coverage(coverage -> {
            for (Relation relation : List.of(Relation.INSIDE, Relation.PARTLY, Relation.OUTSIDE)) {
                coverage.check(relation).count(count -> count > 0);
            }
        });
    }

    @Property
    void anAddressInANetworkIsInEveryWiderOne(
            @ForAll @Size(4) byte[] address, @ForAll @Size(4) byte[] network, @ForAll @IntRange(max = 32) int bits) {
        byte[] close = address.clone();
        close[3] = network[3];
        for (byte[] base : List.of(network, close, address)) {
            Relation relation = network(base, bits).relationOf(ConstrainedName.of(new SubjectAltName.Ip(address)));
            for (int fewer = bits; fewer >= 0 && relation == Relation.INSIDE; fewer--) {
                assertEquals(
                        Relation.INSIDE,
                        network(base, fewer).relationOf(ConstrainedName.of(new SubjectAltName.Ip(address))));
            }
            assertEquals(agree(address, base, bits), relation == Relation.INSIDE);
        }
    }

    private static boolean agree(byte[] one, byte[] other, int bits) {
        long mask = bits == 0 ? 0 : -1L << (32 - bits);
        return ((number(one) ^ number(other)) & mask & 0xffffffffL) == 0;
    }

    private static long number(byte[] address) {
        return (address[0] & 0xffL) << 24 | (address[1] & 0xff) << 16 | (address[2] & 0xff) << 8 | (address[3] & 0xff);
    }

    @Property
    void mailboxesOfAHostAreAmongThoseBelowItsDomain(@ForAll("hosts") String host, @ForAll("hosts") String base) {
        Relation ofHost = mail(base, "a@" + host);
        Relation ofMailbox = mail("a@" + base, "a@" + host);

        assertEquals(ofHost, ofMailbox);
        assertEquals(host.equals(base), ofHost == Relation.INSIDE);
        assertEquals(
                ofHost,
                Subtree.UriHosts.of(base).relationOf(ConstrainedName.of(new SubjectAltName.Uri("x://" + host))));
        boolean below = ("." + host).endsWith("." + base) && !host.equals(base);
        assertEquals(below, mail("." + base, "a@" + host) == Relation.INSIDE);
    }

    // ---- excluded beats permitted, and constraints only ever take away

    @Property
    void whatIsExcludedIsNotPermittedByAnything(
            @ForAll("dnsNames") String name,
            @ForAll("domains") String excluded,
            @ForAll @Size(max = 3) List<@From("domains") String> permitted) {
        Relation relation = dns(excluded, name);

        boolean allowed = isAllowed(name, permitted, List.of(excluded));

        assertFalse(allowed && relation != Relation.OUTSIDE);
        assertFalse(isAllowed(name, List.of(excluded), List.of(excluded)));
    }

    @Property
    void oneMoreExcludedSubtreeOrOneLessPermittedAllowsNothingMore(
            @ForAll("dnsNames") String name,
            @ForAll @Size(min = 2, max = 3) List<@From("domains") String> permitted,
            @ForAll @Size(min = 1, max = 3) List<@From("domains") String> excluded) {
        boolean allowed = isAllowed(name, permitted, excluded);

        assertTrue(!allowed || isAllowed(name, permitted, excluded.subList(1, excluded.size())));
        assertTrue(!isAllowed(name, permitted.subList(1, permitted.size()), excluded) || allowed);
    }

    // ---- wildcards

    /** If a wildcard is allowed, so is every name that it matches for the client. */
    @Property(tries = 1000)
    void anAllowedWildcardStandsForAllowedNamesOnly(
            @ForAll("hosts") String parent,
            @ForAll("labels") String label,
            @ForAll @Size(max = 2) List<@From("domains") String> permitted,
            @ForAll @Size(max = 2) List<@From("domains") String> excluded) {
        String wildcard = "*." + parent;
        String name = label + "." + parent;
        boolean allowed = isAllowed(wildcard, permitted, excluded);

        assertTrue(!allowed || isAllowed(name, permitted, excluded));
        Statistics.collect(allowed, permitted.isEmpty() && excluded.isEmpty());
        Statistics.coverage(coverage -> coverage.check(true, false).percentage(share -> share > 5));
    }

    // ---- anything at all

    /** Whatever stands in a name: inside is only what the text, read plainly, is inside of. */
    @Property(tries = 1000)
    void nothingStrangeIsInsideAndNothingThrows(@ForAll("texts") String text) {
        ConstrainedName dns = ConstrainedName.of(new SubjectAltName.Dns(text));
        ConstrainedName mail = ConstrainedName.of(new SubjectAltName.Email(text));
        ConstrainedName uri = ConstrainedName.of(new SubjectAltName.Uri(text));
        String lowerCase = text.toLowerCase(Locale.ROOT);

        boolean inDomain = Subtree.Domain.of("a.b").relationOf(dns) == Relation.INSIDE;
        boolean atHost = Subtree.Mailboxes.of("a.b").relationOf(mail) == Relation.INSIDE;
        boolean ofHost = Subtree.UriHosts.of("a.b").relationOf(uri) == Relation.INSIDE;

        assertTrue(!inDomain || lowerCase.equals("a.b") || lowerCase.endsWith(".a.b"));
        assertTrue(!atHost || (lowerCase.endsWith("@a.b") && text.length() > 4));
        assertTrue(!ofHost || lowerCase.matches("[a-z][a-z0-9+.-]*://([^/?#@]*@)?a\\.b(:[0-9]*)?([/?#].*)?"), text);
        for (Subtree subtree :
                List.of(Subtree.Domain.of(text), Subtree.Mailboxes.of(text), Subtree.UriHosts.of(text))) {
            assertTrue(subtree.isWellFormed() || subtree instanceof Subtree.Malformed);
        }
    }

    // ---- helpers

    @Provide
    Arbitrary<String> labels() {
        return Arbitraries.of("a", "b", "c", "x1");
    }

    @Provide
    Arbitrary<String> hosts() {
        return labels().list().ofMinSize(1).ofMaxSize(4).map(labels -> String.join(".", labels));
    }

    @Provide
    Arbitrary<String> domains() {
        return Arbitraries.frequencyOf(Tuple.of(9, hosts()), Tuple.of(1, Arbitraries.just("")));
    }

    @Provide
    Arbitrary<String> dnsNames() {
        return Combinators.combine(Arbitraries.of("", "", "*."), hosts()).as((wildcard, host) -> wildcard + host);
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(
                "a", "b", ".", "a.b", "@", "://", "http", "/", "?", "#", ":", "80", "*", "*.", "\"", "\\", " ", "\0",
                "é", "%41", "[", "]");
        return pieces.list().ofMaxSize(8).map(list -> String.join("", list));
    }

    private static String parent(String name) {
        return name.indexOf('.') < 0 ? "" : name.substring(name.indexOf('.') + 1);
    }

    private static Relation dns(String base, String name) {
        return Subtree.Domain.of(base).relationOf(ConstrainedName.of(new SubjectAltName.Dns(name)));
    }

    private static Relation mail(String base, String address) {
        return Subtree.Mailboxes.of(base).relationOf(ConstrainedName.of(new SubjectAltName.Email(address)));
    }

    private static Subtree network(byte[] address, int bits) {
        byte[] encoded = Arrays.copyOf(address, 8);
        for (int i = 0; i < bits; i++) {
            encoded[4 + i / 8] |= (byte) (0x80 >> (i % 8));
        }
        return Subtree.Network.of(encoded);
    }

    private static boolean isAllowed(String name, List<String> permitted, List<String> excluded) {
        NameConstraints constraints = new NameConstraints(subtrees(permitted), subtrees(excluded), true);
        List<ConstrainedName> names = Stream.of(name)
                .map(text -> ConstrainedName.of(new SubjectAltName.Dns(text)))
                .toList();
        return NameConstraintsRule.areAllowed(names, constraints, new WorkBudget());
    }

    private static List<Subtree> subtrees(List<String> bases) {
        List<Subtree> subtrees = new ArrayList<>();
        bases.forEach(base -> subtrees.add(Subtree.Domain.of(base)));
        return subtrees;
    }
}
