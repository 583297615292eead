package dev.sluice.x509;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.testing.TestCertificates.Maker;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * A few certificates that may make a path, made at random: up to four CAs and a server, some with a {@link Trait}, and what
 * a network of authorities has beside a plain chain: namesakes, cross certificates, new keys, gaps.
 */
final class PkixCase {
    static final String HOST = "host.example";
    private static final List<KeyPair> KEYS = keys();
    private static final KeyPair FORGER = KeyKind.EC_P256.generate();
    private static final int MAXIMUM_INTERMEDIATES = 3;

    /** Which part a certificate plays. */
    enum Role {
        ROOT,
        CA,
        LEAF
    }

    /**
     * A certificate with what was done to it.
     *
     * @param issued the certificate
     * @param role its part
     * @param traits what is special
     */
    record Made(Issued issued, Role role, Set<Trait> traits) {
        SslCertificate certificate() {
            return issued.certificate();
        }
    }

    private final long seed;
    private final Random random;
    private final Map<SslCertificate, Made> all = new LinkedHashMap<>();
    private final List<SslCertificate> chain = new ArrayList<>();
    private final Set<SslCertificate> anchors = new LinkedHashSet<>();
    private final Set<String> structure = new LinkedHashSet<>();
    private final Set<Trait> keyTraits = EnumSet.noneOf(Trait.class);
    private int nextKey;
    private int nextName;

    PkixCase(long seed) {
        this.seed = seed;
        // Neighbouring seeds give neighbouring first numbers.
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        make();
    }

    private static List<KeyPair> keys() {
        List<KeyPair> keys = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            keys.add(KeyKind.EC_P256.generate());
        }
        return keys;
    }

    private void make() {
        int intermediates = random.nextInt(MAXIMUM_INTERMEDIATES + 1);
        List<Set<Trait>> traits = randomTraits(intermediates + 2);
        Made root = add(
                Role.ROOT, traits.get(0), made(Role.ROOT, "Root", traits.get(0)).selfSigned());
        anchors.add(root.certificate());
        Made top = root;
        for (int i = 0; i < intermediates; i++) {
            top = addIntermediate(top, traits.get(i + 1));
        }
        if (chance(12) && intermediates > 0) {
            structure.add("the last intermediate is the anchor");
            anchors.clear();
            anchors.add(top.certificate());
        }
        if (chance(10)) {
            crossSign(root);
        }
        Set<Trait> leafTraits = traits.get(intermediates + 1);
        Made leaf = add(Role.LEAF, leafTraits, signed(made(Role.LEAF, HOST, leafTraits), leafTraits, top.issued()));
        order(leaf.certificate());
    }

    private Made addIntermediate(Made issuer, Set<Trait> traits) {
        boolean rollOver = chance(8) && !traits.contains(Trait.EMPTY_SUBJECT);
        String subject = rollOver ? issuer.certificate().subjectDisplayName() : "CA " + nextName++;
        if (rollOver) {
            structure.add("new key of " + subject);
        }
        KeyPair pair = nextKeys();
        Made made = add(Role.CA, traits, signed(made(Role.CA, subject, traits, pair), traits, issuer.issued()));
        if (chance(8)) {
            structure.add("second certificate of " + subject);
            Set<Trait> others = EnumSet.noneOf(Trait.class);
            addTrait(others, Role.CA);
            add(Role.CA, others, signed(made(Role.CA, subject, others, pair), others, issuer.issued()));
        }
        return made;
    }

    /** The root is not trusted itself, but certified by one that is. */
    private void crossSign(Made root) {
        structure.add("cross-signed root");
        Made other = add(
                Role.ROOT,
                Set.of(),
                TestCertificates.ca("Other Root").keys(nextKeys()).selfSigned());
        String name = root.certificate().subjectDisplayName();
        Set<Trait> key = EnumSet.noneOf(Trait.class);
        root.traits().stream().filter(trait -> trait.group() == Trait.Group.KEY).forEach(key::add);
        add(
                Role.CA,
                key,
                TestCertificates.ca(name)
                        .keyKind(root.issued().kind())
                        .keys(root.issued().keys())
                        .issuedBy(other.issued()));
        if (random.nextBoolean()) {
            anchors.clear();
        }
        anchors.add(other.certificate());
    }

    private void order(SslCertificate leaf) {
        List<SslCertificate> others = new ArrayList<>(all.keySet());
        others.remove(leaf);
        if (chance(15) && !others.isEmpty()) {
            structure.add("one is missing");
            SslCertificate missing = others.remove(random.nextInt(others.size()));
            anchors.remove(missing);
        }
        if (chance(15)) {
            structure.add("namesake of the root with another key");
            SslCertificate namesake =
                    TestCertificates.ca("Root").keys(nextKeys()).selfSigned().certificate();
            others.add(namesake);
            anchors.add(namesake);
            all.put(namesake, new Made(TestCertificates.localhost(), Role.ROOT, Set.of()));
        }
        Collections.shuffle(others, random);
        chain.add(leaf);
        chain.addAll(others);
    }

    private List<Set<Trait>> randomTraits(int certificates) {
        List<Set<Trait>> traits = new ArrayList<>();
        for (int i = 0; i < certificates; i++) {
            traits.add(EnumSet.noneOf(Trait.class));
        }
        if (chance(20) && certificates > 2) {
            // Two at random hardly ever have to do with one another.
            Trait.Duet duet = Trait.DUETS.get(random.nextInt(Trait.DUETS.size()));
            int below = duet.ofOther().fits(Role.LEAF) ? certificates - 1 : 2;
            if (duet.ofOther().fits(below < certificates - 1 ? Role.CA : Role.LEAF)) {
                traits.get(1).add(duet.ofCa());
                traits.get(below).add(duet.ofOther());
            }
        }
        for (int i = random.nextInt(4); i > 0; i--) {
            int index = random.nextInt(certificates);
            addTrait(traits.get(index), index == 0 ? Role.ROOT : index == certificates - 1 ? Role.LEAF : Role.CA);
        }
        return traits;
    }

    /** No two of a group: they would write the same extension twice. Of the rare kinds of key there is one of each. */
    private void addTrait(Set<Trait> traits, Role role) {
        Trait trait = Trait.values()[random.nextInt(Trait.values().length)];
        boolean key = trait.group() == Trait.Group.KEY;
        if (trait.fits(role)
                && traits.stream().noneMatch(other -> other.group() == trait.group())
                && !(key && !keyTraits.add(trait))) {
            traits.add(trait);
        }
        boolean unreadable = traits.contains(Trait.VERSION_1) || traits.contains(Trait.ADDRESS_OF_5_OCTETS);
        if (unreadable && traits.contains(Trait.EMPTY_SUBJECT)) {
            // Neither subject nor alternative names, or critical names with a broken one: the JDK does not read it.
            traits.remove(trait);
        }
    }

    private Maker made(Role role, String name, Set<Trait> traits) {
        return made(role, name, traits, nextKeys());
    }

    private static Maker made(Role role, String name, Set<Trait> traits, KeyPair pair) {
        Maker maker = role == Role.LEAF ? TestCertificates.server(name) : TestCertificates.ca(name);
        maker.keys(pair);
        traits.forEach(trait -> trait.change(maker));
        return maker;
    }

    private static Issued signed(Maker maker, Set<Trait> traits, Issued issuer) {
        if (traits.contains(Trait.FORGED) && issuer.kind() == KeyKind.EC_P256) {
            maker.forgedBy(FORGER);
        }
        return maker.issuedBy(issuer);
    }

    private KeyPair nextKeys() {
        return KEYS.get(nextKey++ % KEYS.size());
    }

    private Made add(Role role, Set<Trait> traits, Issued issued) {
        Made made = new Made(issued, role, traits);
        all.put(made.certificate(), made);
        return made;
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /** What a peer would send: the server first, all others in any order. */
    List<SslCertificate> chain() {
        return chain;
    }

    List<SslCertificate> anchors() {
        return List.copyOf(anchors);
    }

    Set<Trait> traitsOf(SslCertificate certificate) {
        return all.get(certificate).traits();
    }

    Role roleOf(SslCertificate certificate) {
        return all.get(certificate).role();
    }

    @Override
    public String toString() {
        Map<SslCertificate, String> texts = new HashMap<>();
        all.forEach((certificate, made) -> texts.put(
                certificate,
                made.role() + " " + certificate.subject() + " by " + certificate.issuer() + " " + made.traits()
                        + (anchors.contains(certificate) ? " ANCHOR" : "")));
        return "seed " + seed + ", " + structure + "\n  "
                + String.join("\n  ", chain.stream().map(texts::get).toList());
    }
}
