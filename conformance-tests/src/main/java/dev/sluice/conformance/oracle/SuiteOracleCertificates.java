package dev.sluice.conformance.oracle;

import dev.sluice.conformance.certificates.IdentityMaker;
import dev.sluice.x509.SslCertificate;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Certificates from the maker of the suite, each once. Thread-safe. */
final class SuiteOracleCertificates implements OracleCertificates {
    private static final String SELF = "self";

    private final Map<String, dev.sluice.conformance.certificates.Identity> roots = new ConcurrentHashMap<>();
    private final Map<String, Identity> identities = new ConcurrentHashMap<>();

    @Override
    public SslCertificate root(String name) {
        return authority(name).certificate();
    }

    private dev.sluice.conformance.certificates.Identity authority(String name) {
        if (!name.equals("ca") && !name.equals("other")) {
            throw new IllegalArgumentException("no such root: " + name);
        }
        return roots.computeIfAbsent(
                name, key -> IdentityMaker.authority("Oracle " + key).selfSigned());
    }

    @Override
    public Identity identity(String words) {
        return identities.computeIfAbsent(words, key -> make(traits(key)));
    }

    private Identity make(Map<Key, String> traits) {
        IdentityMaker maker = maker(traits);
        switch (traits.getOrDefault(Key.VALID, "now")) {
            case "now" -> {}
            case "past" -> maker.expired();
            case "future" -> maker.notYetValid();
            default -> throw new IllegalArgumentException("valid when? " + traits);
        }
        String issuer = traits.getOrDefault(Key.ISSUER, "ca");
        dev.sluice.conformance.certificates.Identity made =
                issuer.equals(SELF) ? maker.selfSigned() : maker.issuedBy(authority(issuer));
        boolean full = traits.getOrDefault(Key.CHAIN, "full").equals("full");
        return new Identity(
                full ? made.path() : List.of(made.certificate()), made.keys().getPrivate());
    }

    private static IdentityMaker maker(Map<Key, String> traits) {
        String cn = traits.getOrDefault(Key.CN, "localhost");
        boolean isClient = traits.getOrDefault(Key.USE, "server").equals("client");
        IdentityMaker maker = isClient ? IdentityMaker.client(cn) : IdentityMaker.namelessServer(cn);
        String names = traits.getOrDefault(Key.SAN, isClient ? "none" : cn);
        if (!names.equals("none")) {
            for (String name : names.split(",", -1)) {
                boolean isAddress = name.contains(":") || name.matches("[0-9.]+");
                if (isAddress) {
                    maker.ip(name);
                } else {
                    maker.dns(name);
                }
            }
        }
        return maker;
    }

    private static Map<Key, String> traits(String words) {
        EnumMap<Key, String> traits = new EnumMap<>(Key.class);
        for (String word : words.split(" ", -1)) {
            if (!word.isEmpty()) {
                String[] pair = word.split("=", 2);
                // A blank in a name would end the word.
                traits.put(Words.find(Key.values(), pair[0]), pair[1].replace('_', ' '));
            }
        }
        return traits;
    }
}
