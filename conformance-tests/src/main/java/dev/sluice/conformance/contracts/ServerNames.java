package dev.sluice.conformance.contracts;

import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.certificates.Identity;
import dev.sluice.conformance.certificates.IdentityMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What a made-up certificate says of its server, with a small table of RFC 9525 of our own.
 *
 * <p>Immutable, share freely.
 */
record ServerNames(String commonName, List<String> hosts, List<String> addresses) {
    private static final List<String> HOSTS = List.of(
            "example.com",
            "a.example.com",
            "b.example.com",
            "x.a.example.com",
            "*.example.com",
            "*.a.example.com",
            "a*.example.com",
            "*a.example.com",
            "a.*.example.com",
            "*.*.example.com",
            "*.com",
            "*",
            "EXAMPLE.com",
            "A.Example.COM",
            "10.0.0.1",
            "10.0.0.2",
            "*.0.0.1",
            "::1",
            "xn--bcher-kva.example");

    /** Names to ask for. */
    static final List<String> WANTED = List.of(
            "example.com",
            "a.example.com",
            "b.example.com",
            "ab.example.com",
            "x.a.example.com",
            "y.x.a.example.com",
            "A.EXAMPLE.com",
            "a.example.com.",
            "a.badexample.com",
            "other.test",
            "com",
            "*.example.com",
            "10.0.0.1",
            "10.0.0.2",
            "::1",
            "0:0:0:0:0:0:0:1",
            "xn--bcher-kva.example",
            "");

    private static final List<String> ADDRESSES = List.of("10.0.0.1", "10.0.0.2", "::1");

    static ServerNames random(Random random) {
        return new ServerNames(
                WANTED.get(random.nextInt(WANTED.size() - 1)),
                some(HOSTS, random),
                random.nextBoolean() ? List.of() : some(ADDRESSES, random));
    }

    /** Each entry alone, and a common name beside entries of the other kind. */
    static List<ServerNames> each() {
        List<ServerNames> each = new ArrayList<>();
        HOSTS.forEach(host -> each.add(new ServerNames("nobody", List.of(host), List.of())));
        ADDRESSES.forEach(address -> each.add(new ServerNames("nobody", List.of(), List.of(address))));
        each.add(new ServerNames("a.example.com", List.of(), List.of("10.0.0.2")));
        each.add(new ServerNames("10.0.0.1", List.of("example.com"), List.of()));
        return each;
    }

    private static List<String> some(List<String> all, Random random) {
        List<String> chosen = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            chosen.add(all.get(random.nextInt(all.size())));
        }
        return chosen;
    }

    Identity identity() {
        IdentityMaker maker = IdentityMaker.namelessServer(commonName);
        hosts.forEach(maker::dns);
        addresses.forEach(maker::ip);
        return maker.issuedBy(Identities.root());
    }

    /** The table: an address needs an equal address, a host an equal name or one wildcard for its first label. */
    boolean areGoodFor(String wanted) {
        if (isAddress(wanted)) {
            return addresses.stream().anyMatch(entry -> spelledOut(entry).equals(spelledOut(wanted)));
        }
        String host = lower(wanted.endsWith(".") ? wanted.substring(0, wanted.length() - 1) : wanted);
        if (host.isEmpty() || host.indexOf('*') >= 0) {
            return false;
        }
        return hosts.stream().map(ServerNames::lower).anyMatch(entry -> isGoodFor(entry, host));
    }

    private static boolean isGoodFor(String entry, String host) {
        if (!entry.startsWith("*.")) {
            return entry.equals(host);
        }
        String parent = entry.substring(2);
        int dot = host.indexOf('.');
        return parent.indexOf('*') < 0
                && parent.indexOf('.') > 0
                && dot > 0
                && host.substring(dot + 1).equals(parent);
    }

    private static boolean isAddress(String text) {
        return text.indexOf(':') >= 0
                || (!text.isEmpty() && text.chars().allMatch(c -> c == '.' || Character.isDigit(c)));
    }

    private static String spelledOut(String address) {
        return address.equals("::1") ? "0:0:0:0:0:0:0:1" : address;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return "is called " + commonName + " and has the names " + hosts + " and the addresses " + addresses;
    }
}
