package dev.sluice.x509;

import dev.sluice.testing.TestCertificates.KeyKind;
import dev.sluice.testing.TestCertificates.Maker;
import dev.sluice.x509.PkixCase.Role;
import java.math.BigInteger;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERGeneralizedTime;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTCTime;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;

/** What may be special about a certificate, right or wrong. Of each {@link Group} a certificate has one at most. */
@SuppressWarnings("ImmutableEnumChecker")
enum Trait {
    EXPIRED(Group.TIME, Maker::expired),
    NOT_YET_VALID(Group.TIME, Maker::notYetValid),
    NEEDLESSLY_GENERALIZED_TIME(
            Group.FIELDS,
            maker -> maker.fields(fields -> {
                ASN1Encodable[] all = fields.toArray();
                all[4] = new DERSequence(
                        new ASN1Encodable[] {new DERUTCTime("200101000000Z"), new DERGeneralizedTime("20490101000000Z")
                        });
                return new DERSequence(all);
            })),
    VERSION_1(
            Group.FIELDS,
            maker -> maker.fields(fields -> {
                ASN1Encodable[] all = fields.toArray();
                return new DERSequence(Arrays.copyOfRange(all, 1, 7));
            })),
    UNIQUE_IDENTIFIER(Group.FIELDS, maker -> maker.fields(WebPkiRuleTest::withUniqueIdentifier)),
    SERIAL_NUMBER_ZERO(Group.SERIAL, maker -> maker.serialNumber(BigInteger.ZERO)),
    SERIAL_NUMBER_TOO_LONG(Group.SERIAL, maker -> maker.serialNumber(BigInteger.ONE.shiftLeft(180))),
    EMPTY_SUBJECT(Group.SUBJECT, maker -> maker.subject("").criticalNames(), Role.LEAF),
    SUBJECT_OF_ACME(Group.SUBJECT, maker -> maker.subject("O=Acme,CN=x"), Role.LEAF),
    MAIL_IN_SUBJECT(Group.SUBJECT, maker -> maker.subject("CN=x,E=a@mail.other"), Role.LEAF),
    HOST_IN_SUBJECT(Group.SUBJECT, maker -> maker.subject("CN=elsewhere.other"), Role.LEAF),
    FORGED(Group.SIGNATURE, maker -> {}, Role.CA, Role.LEAF),

    NO_BASIC_CONSTRAINTS(Group.BASIC_CONSTRAINTS, Maker::withoutBasicConstraints),
    NO_CA(Group.BASIC_CONSTRAINTS, maker -> maker.basicConstraints(false, null), Role.ROOT, Role.CA),
    CA_AS_LEAF(Group.BASIC_CONSTRAINTS, maker -> maker.basicConstraints(true, null), Role.LEAF),
    BASIC_CONSTRAINTS_NOT_CRITICAL(Group.BASIC_CONSTRAINTS, Maker::nonCriticalBasicConstraints),
    PATH_LENGTH_0(Group.BASIC_CONSTRAINTS, maker -> maker.basicConstraints(true, 0), Role.ROOT, Role.CA),
    PATH_LENGTH_1(Group.BASIC_CONSTRAINTS, maker -> maker.basicConstraints(true, 1), Role.ROOT, Role.CA),

    NO_KEY_USAGE(Group.KEY_USAGE, maker -> maker.keyUsage(0)),
    KEY_USAGE_LISTS_ONLY(Group.KEY_USAGE, maker -> maker.keyUsage(KeyUsage.cRLSign)),
    KEY_USAGE_CERTIFICATES_TOO(
            Group.KEY_USAGE, maker -> maker.keyUsage(KeyUsage.keyCertSign | KeyUsage.digitalSignature)),

    NO_PURPOSE(Group.PURPOSE, maker -> maker.extendedKeyUsage()),
    PURPOSE_SERVER(Group.PURPOSE, maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_serverAuth)),
    PURPOSE_CLIENT(Group.PURPOSE, maker -> maker.extendedKeyUsage(KeyPurposeId.id_kp_clientAuth)),
    PURPOSE_ANY(Group.PURPOSE, maker -> maker.extendedKeyUsage(KeyPurposeId.anyExtendedKeyUsage)),

    NO_KEY_IDENTIFIERS(Group.KEY_IDENTIFIERS, Maker::withoutKeyIdentifiers),
    WRONG_SUBJECT_KEY(
            Group.KEY_IDENTIFIERS,
            maker -> maker.withoutKeyIdentifiers()
                    .extension("2.5.29.14", false, new SubjectKeyIdentifier(new byte[] {7})),
            Role.ROOT,
            Role.CA),
    WRONG_AUTHORITY_KEY(
            Group.KEY_IDENTIFIERS,
            maker -> maker.withoutKeyIdentifiers()
                    .extension("2.5.29.35", false, new AuthorityKeyIdentifier(new byte[] {8})),
            Role.LEAF),

    RSA_1024(Group.KEY, maker -> strange(maker, KeyKind.RSA_1024)),
    RSA_2048(Group.KEY, maker -> strange(maker, KeyKind.RSA_2048)),
    ED25519(Group.KEY, maker -> strange(maker, KeyKind.ED25519)),
    DSA_2048(Group.KEY, maker -> strange(maker, KeyKind.DSA_2048), Role.LEAF),

    UNKNOWN_CRITICAL(Group.UNKNOWN, maker -> maker.extension("1.3.6.1.4.1.99999.1", true, DERNull.INSTANCE)),
    UNKNOWN(Group.UNKNOWN, maker -> maker.extension("1.3.6.1.4.1.99999.1", false, DERNull.INSTANCE)),

    WILDCARD(Group.NAMES, maker -> maker.dns("*.sub.example"), Role.LEAF),
    HALF_WILDCARD(Group.NAMES, maker -> maker.dns("f*.example"), Role.LEAF),
    NAME_ELSEWHERE(Group.NAMES, maker -> maker.dns("elsewhere.other"), Role.CA, Role.LEAF),
    ADDRESS(Group.NAMES, maker -> maker.ip("192.0.2.7"), Role.CA, Role.LEAF),
    MAPPED_ADDRESS(Group.NAMES, maker -> maker.ip("::ffff:192.0.2.7"), Role.LEAF),
    ADDRESS_OF_5_OCTETS(
            Group.NAMES, maker -> maker.name(new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[5])))),
    MAIL(Group.NAMES, maker -> maker.name(new GeneralName(GeneralName.rfc822Name, "a@mail.example"))),
    URI(Group.NAMES, maker -> maker.name(uri("http://uri.example/path"))),
    URI_WITH_ADDRESS(Group.NAMES, maker -> maker.name(uri("http://192.0.2.7/path")), Role.LEAF),
    URI_WITHOUT_HOST(Group.NAMES, maker -> maker.name(uri("urn:example:animal")), Role.LEAF),
    DIRECTORY(Group.NAMES, maker -> maker.name(new GeneralName(new X500Name("O=Acme,CN=y")))),
    REGISTERED_ID(Group.NAMES, maker -> maker.name(new GeneralName(GeneralName.registeredID, "1.2.3"))),

    PERMITS_DNS(Group.CONSTRAINTS, maker -> permits(maker, dns("example"))),
    PERMITS_DNS_ELSEWHERE(Group.CONSTRAINTS, maker -> permits(maker, dns("other")), Role.ROOT, Role.CA),
    PERMITS_SUBDOMAIN(
            Group.CONSTRAINTS, maker -> permits(maker, dns("host.example"), dns("a.sub.example")), Role.ROOT, Role.CA),
    EXCLUDES_DNS(Group.CONSTRAINTS, maker -> excludes(maker, dns("host.example")), Role.ROOT, Role.CA),
    EXCLUDES_BELOW_WILDCARD(Group.CONSTRAINTS, maker -> excludes(maker, dns("a.sub.example")), Role.ROOT, Role.CA),
    EXCLUDES_DNS_ELSEWHERE(Group.CONSTRAINTS, maker -> excludes(maker, dns("other")), Role.ROOT, Role.CA),
    PERMITS_LEADING_DOT(Group.CONSTRAINTS, maker -> permits(maker, dns(".example")), Role.ROOT, Role.CA),
    PERMITS_ADDRESS(Group.CONSTRAINTS, maker -> permits(maker, ip("c0000200ffffff00")), Role.ROOT, Role.CA),
    EXCLUDES_ADDRESS(Group.CONSTRAINTS, maker -> excludes(maker, ip("c0000200ffffff00")), Role.ROOT, Role.CA),
    EXCLUDES_ALL_IPV6(Group.CONSTRAINTS, maker -> excludes(maker, ip("00".repeat(32))), Role.ROOT, Role.CA),
    MASK_WITH_HOLES(Group.CONSTRAINTS, maker -> excludes(maker, ip("c0000200ff00ff00")), Role.ROOT, Role.CA),
    PERMITS_MAIL(Group.CONSTRAINTS, maker -> permits(maker, mail("mail.example")), Role.ROOT, Role.CA),
    PERMITS_MAILBOX(Group.CONSTRAINTS, maker -> permits(maker, mail("b@mail.example")), Role.ROOT, Role.CA),
    EXCLUDES_MAIL(Group.CONSTRAINTS, maker -> excludes(maker, mail(".example")), Role.ROOT, Role.CA),
    EXCLUDES_MAIL_ELSEWHERE(Group.CONSTRAINTS, maker -> excludes(maker, mail("mail.other")), Role.ROOT, Role.CA),
    PERMITS_URI(Group.CONSTRAINTS, maker -> permits(maker, uri("uri.example")), Role.ROOT, Role.CA),
    EXCLUDES_URI(Group.CONSTRAINTS, maker -> excludes(maker, uri(".example")), Role.ROOT, Role.CA),
    PERMITS_DIRECTORY(
            Group.CONSTRAINTS, maker -> permits(maker, new GeneralName(new X500Name("O=Acme"))), Role.ROOT, Role.CA),
    EXCLUDES_DIRECTORY(
            Group.CONSTRAINTS, maker -> excludes(maker, new GeneralName(new X500Name("O=ACME"))), Role.ROOT, Role.CA),
    EXCLUDES_REGISTERED_ID(
            Group.CONSTRAINTS,
            maker -> excludes(maker, new GeneralName(GeneralName.registeredID, "1.2.4")),
            Role.ROOT,
            Role.CA),
    CONSTRAINTS_NOT_CRITICAL(
            Group.CONSTRAINTS,
            maker -> maker.extension("2.5.29.30", false, new NameConstraints(subtrees(dns("example")), null)),
            Role.ROOT,
            Role.CA),
    CONSTRAINTS_WITH_MAXIMUM(
            Group.CONSTRAINTS,
            maker -> maker.extension("2.5.29.30", true, hex("3010a00e300c82076578616d706c65810105")),
            Role.ROOT,
            Role.CA),
    CONSTRAINTS_EMPTY(Group.CONSTRAINTS, maker -> maker.extension("2.5.29.30", true, hex("3000")), Role.ROOT, Role.CA),

    POLICY_1(Group.POLICIES, maker -> policies(maker, "1.2.1")),
    POLICY_2(Group.POLICIES, maker -> policies(maker, "1.2.2")),
    POLICY_ANY(Group.POLICIES, maker -> policies(maker, "2.5.29.32.0")),
    POLICY_TWICE(Group.POLICIES, maker -> policies(maker, "1.2.1", "1.2.1")),
    MAPPING(Group.MAPPING, maker -> maker.extension("2.5.29.33", true, mapping("1.2.1", "1.2.2")), Role.ROOT, Role.CA),
    MAPPING_OF_ANY(
            Group.MAPPING,
            maker -> maker.extension("2.5.29.33", true, mapping("2.5.29.32.0", "1.2.2")),
            Role.ROOT,
            Role.CA),
    EXPLICIT_POLICY_0(
            Group.POLICY_CONSTRAINTS,
            maker -> maker.extension("2.5.29.36", true, hex("3003800100")),
            Role.ROOT,
            Role.CA),
    EXPLICIT_POLICY_1(
            Group.POLICY_CONSTRAINTS,
            maker -> maker.extension("2.5.29.36", true, hex("3003800101")),
            Role.ROOT,
            Role.CA),
    NO_MAPPING_0(
            Group.POLICY_CONSTRAINTS,
            maker -> maker.extension("2.5.29.36", true, hex("3006800100810100")),
            Role.ROOT,
            Role.CA),
    POLICY_CONSTRAINTS_NOT_CRITICAL(
            Group.POLICY_CONSTRAINTS,
            maker -> maker.extension("2.5.29.36", false, hex("3003800105")),
            Role.ROOT,
            Role.CA),
    NO_ANY_POLICY_0(
            Group.ANY_POLICY, maker -> maker.extension("2.5.29.54", true, new ASN1Integer(0)), Role.ROOT, Role.CA);

    /**
     * Two traits that have to do with one another.
     *
     * @param ofCa of the CA below the root
     * @param ofOther of the leaf, or of the next CA if it is for CAs only
     */
    record Duet(Trait ofCa, Trait ofOther) {}

    static final List<Duet> DUETS = List.of(
            new Duet(PERMITS_MAIL, MAIL_IN_SUBJECT),
            new Duet(PERMITS_MAIL, MAIL),
            new Duet(PERMITS_MAILBOX, MAIL),
            new Duet(EXCLUDES_MAIL, MAIL),
            new Duet(EXCLUDES_REGISTERED_ID, REGISTERED_ID),
            new Duet(EXCLUDES_URI, URI_WITH_ADDRESS),
            new Duet(EXCLUDES_URI, URI_WITHOUT_HOST),
            new Duet(PERMITS_URI, URI),
            new Duet(EXCLUDES_ADDRESS, MAPPED_ADDRESS),
            new Duet(PERMITS_ADDRESS, MAPPED_ADDRESS),
            new Duet(EXCLUDES_ALL_IPV6, ADDRESS),
            new Duet(EXCLUDES_BELOW_WILDCARD, WILDCARD),
            new Duet(PERMITS_SUBDOMAIN, WILDCARD),
            new Duet(PERMITS_DNS, HALF_WILDCARD),
            new Duet(EXCLUDES_DNS_ELSEWHERE, HALF_WILDCARD),
            new Duet(EXCLUDES_DNS_ELSEWHERE, HOST_IN_SUBJECT),
            new Duet(PERMITS_DIRECTORY, SUBJECT_OF_ACME),
            new Duet(EXCLUDES_DIRECTORY, DIRECTORY),
            new Duet(EXCLUDES_DNS_ELSEWHERE, PERMITS_DNS_ELSEWHERE),
            new Duet(EXCLUDES_DIRECTORY, PERMITS_DIRECTORY),
            new Duet(PERMITS_DNS, PERMITS_SUBDOMAIN),
            new Duet(EXPLICIT_POLICY_0, POLICY_1),
            new Duet(EXPLICIT_POLICY_1, POLICY_1));

    /** What a certificate has once at most. */
    enum Group {
        TIME,
        FIELDS,
        SERIAL,
        SUBJECT,
        SIGNATURE,
        BASIC_CONSTRAINTS,
        KEY_USAGE,
        PURPOSE,
        KEY_IDENTIFIERS,
        KEY,
        UNKNOWN,
        NAMES,
        CONSTRAINTS,
        POLICIES,
        MAPPING,
        POLICY_CONSTRAINTS,
        ANY_POLICY
    }

    private final Group group;
    private final Consumer<Maker> change;
    private final Set<Role> roles;

    Trait(Group group, Consumer<Maker> change, Role... roles) {
        this.group = group;
        this.change = change;
        this.roles = roles.length == 0 ? EnumSet.allOf(Role.class) : Set.of(roles);
    }

    Group group() {
        return group;
    }

    boolean fits(Role role) {
        return roles.contains(role);
    }

    void change(Maker maker) {
        change.accept(maker);
    }

    private static void strange(Maker maker, KeyKind kind) {
        maker.keyKind(kind).keys(StrangeKeys.of(kind));
    }

    /** Making RSA keys takes time. */
    private static final class StrangeKeys {
        private static final Map<KeyKind, KeyPair> KEYS = new ConcurrentHashMap<>();

        static KeyPair of(KeyKind kind) {
            return KEYS.computeIfAbsent(kind, KeyKind::generate);
        }
    }

    private static void permits(Maker maker, GeneralName... names) {
        maker.extension("2.5.29.30", true, new NameConstraints(subtrees(names), null));
    }

    private static void excludes(Maker maker, GeneralName... names) {
        maker.extension("2.5.29.30", true, new NameConstraints(null, subtrees(names)));
    }

    private static GeneralSubtree[] subtrees(GeneralName... names) {
        return Arrays.stream(names).map(GeneralSubtree::new).toArray(GeneralSubtree[]::new);
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    private static GeneralName mail(String name) {
        return new GeneralName(GeneralName.rfc822Name, name);
    }

    private static GeneralName uri(String name) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, name);
    }

    private static GeneralName ip(String hexadecimal) {
        return new GeneralName(GeneralName.iPAddress, new DEROctetString(hex(hexadecimal)));
    }

    private static void policies(Maker maker, String... oids) {
        PolicyInformation[] policies = Arrays.stream(oids)
                .map(oid -> new PolicyInformation(new ASN1ObjectIdentifier(oid)))
                .toArray(PolicyInformation[]::new);
        maker.extension("2.5.29.32", false, new CertificatePolicies(policies));
    }

    private static DERSequence mapping(String issuerDomainPolicy, String subjectDomainPolicy) {
        return new DERSequence(new DERSequence(new ASN1Encodable[] {
            new ASN1ObjectIdentifier(issuerDomainPolicy), new ASN1ObjectIdentifier(subjectDomainPolicy)
        }));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
