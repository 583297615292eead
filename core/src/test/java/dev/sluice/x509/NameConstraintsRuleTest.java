package dev.sluice.x509;

import static dev.sluice.SslError.Code.MALFORMED_CERTIFICATE;
import static dev.sluice.SslError.Code.NAME_CONSTRAINT_VIOLATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestCertificates.Maker;
import dev.sluice.x509.Trio.Who;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.DERVisibleString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Within which names the certificates below a CA stay (RFC 5280 §4.2.1.10, §6.1.3 (b) and (c)). */
class NameConstraintsRuleTest {
    private static final String NAME_CONSTRAINTS = "2.5.29.30";

    // ---- the tables: kind of name, subtree, name, how the name lies to the subtree

    @ParameterizedTest
    @CsvSource({
        "host.example, host.example, INSIDE",
        "example, host.example, INSIDE",
        "EXAMPLE, host.example, INSIDE",
        "example, HOST.Example, INSIDE",
        "host.example, example, OUTSIDE",
        "ost.example, host.example, OUTSIDE",
        "ample, host.example, OUTSIDE",
        "host.example, host.example.org, OUTSIDE",
        "'', host.example, INSIDE",
        "'', com, INSIDE",
        // wildcards: inside if all they stand for is, partly if some
        "example, *.example, INSIDE",
        "example, *.host.example, INSIDE",
        "'', *.example, INSIDE",
        "host.example, *.example, PARTLY",
        "host.example, *.host.example, INSIDE",
        "a.host.example, *.example, OUTSIDE",
        "host.example, *.other, OUTSIDE",
        // of no form that a name has
        "example, f*.example, UNKNOWN",
        "example, *.*.example, UNKNOWN",
        "example, *, UNKNOWN",
        "example, *example, UNKNOWN",
        "example, host.example., UNKNOWN",
        "example, .host.example, UNKNOWN",
        "example, host..example, UNKNOWN",
        "example, '', UNKNOWN",
        "example, 'host.example ', UNKNOWN",
        "example, -host.example, UNKNOWN",
        "example, h\u00f6st.example, UNKNOWN",
        "'', h\u00f6st.example, UNKNOWN",
    })
    void dns(String base, String name, Subtree.Relation expected) {
        assertRelation(Subtree.Domain.of(base), new SubjectAltName.Dns(name), expected);
    }

    @Test
    void dnsNamesWithControlCharactersAreUnknown() {
        for (String name : List.of("host\0.example", "evil\0.host.example", "host.example\n", "a b.example")) {
            assertRelation(Subtree.Domain.of("example"), new SubjectAltName.Dns(name), Subtree.Relation.UNKNOWN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "c0000200ffffff00, 192.0.2.7, INSIDE",
        "c0000200ffffff00, 192.0.3.7, OUTSIDE",
        "c0000207ffffff00, 192.0.2.9, INSIDE", // bits of the host in the network's address
        "c0000207ffffffff, 192.0.2.7, INSIDE",
        "c0000207ffffffff, 192.0.2.6, OUTSIDE",
        "0000000000000000, 192.0.2.7, INSIDE",
        "0000000000000000, 2001:db8::1, OUTSIDE",
        "c0000280ffffff80, 192.0.2.127, OUTSIDE",
        "c0000280ffffff80, 192.0.2.128, INSIDE",
        "20010db8000000000000000000000000ffffffff000000000000000000000000, 2001:db8:ffff::1, INSIDE",
        "20010db8000000000000000000000000ffffffff000000000000000000000000, 2001:db9::1, OUTSIDE",
        "0000000000000000000000000000000000000000000000000000000000000000, 192.0.2.7, OUTSIDE",
        "0000000000000000000000000000000000000000000000000000000000000000, ::1, INSIDE",
        // ::ffff:192.0.2.7 is 192.0.2.7 to whoever connects, but not to RFC 5280
        "c0000200ffffff00, ::ffff:192.0.2.7, UNKNOWN",
        "c0000200ffffff00, ::ffff:192.0.3.7, OUTSIDE",
        "c0000200ffffff00, ::192.0.2.7, OUTSIDE",
        "c0000200ffffff00, 2001:db8::c000:207, OUTSIDE",
    })
    void addresses(String network, String address, Subtree.Relation expected) {
        assertRelation(
                Subtree.Network.of(HexFormat.of().parseHex(network)),
                new SubjectAltName.Ip(IpLiteral.parse(address).orElseThrow()),
                expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "c0000200", "c0000200ffffff", "c0000200ff00ff00", "c000020000ffffff", "c0000200ffffff00ff"})
    void networksHaveAPrefixAsMask(String network) {
        Subtree malformed = Subtree.Network.of(HexFormat.of().parseHex(network));

        assertEquals(false, malformed.isWellFormed());
        assertRelation(malformed, new SubjectAltName.Ip(new byte[4]), Subtree.Relation.UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({
        // all mailboxes of a host, and of that host only
        "host.example, a@host.example, INSIDE",
        "host.example, a@HOST.example, INSIDE",
        "host.example, a@sub.host.example, OUTSIDE",
        "host.example, a@example, OUTSIDE",
        // all mailboxes of the hosts below a domain
        ".example, a@host.example, INSIDE",
        ".example, a@sub.host.example, INSIDE",
        ".example, a@example, OUTSIDE",
        // one mailbox: case matters on the left, not on the right (§7.5)
        "root@host.example, root@host.example, INSIDE",
        "root@host.example, root@Host.Example, INSIDE",
        "root@host.example, Root@host.example, OUTSIDE",
        "root@host.example, other@host.example, OUTSIDE",
        "root@host.example, root@sub.host.example, OUTSIDE",
        // quoted, it may be the same mailbox
        "root@host.example, '\"root\"@host.example', UNKNOWN",
        "root@host.example, '\"ro\\ot\"@host.example', UNKNOWN",
        "'\"a b\"@host.example', '\"a b\"@host.example', INSIDE",
        "root@host.example, '\"root\"@other.example', OUTSIDE",
        "host.example, '\"a@b\"@host.example', INSIDE",
        "host.example, '\"a@host.example\"@other.example', OUTSIDE",
        // of no form that a mailbox has
        "host.example, a@evil.example@host.example, UNKNOWN",
        "evil.example, a@evil.example@host.example, UNKNOWN",
        "host.example, host.example, UNKNOWN",
        "host.example, @host.example, UNKNOWN",
        "host.example, a@, UNKNOWN",
        "host.example, '', UNKNOWN",
        "host.example, a@[192.0.2.1], UNKNOWN",
        "host.example, a@192.0.2.1, UNKNOWN",
        "host.example, 'a b@host.example', UNKNOWN",
        "host.example, a\u00e9@host.example, UNKNOWN",
        "host.example, '\"a\"b\"@host.example', UNKNOWN",
    })
    void mailboxes(String base, String address, Subtree.Relation expected) {
        assertRelation(Subtree.Mailboxes.of(base), new SubjectAltName.Email(address), expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", ".", "@host.example", "a@.example", "a@", "a b@host.example", "a@b@host.example", "*.example"
            })
    void constraintsOnMailboxesHaveOneOfThreeForms(String base) {
        assertEquals(new Subtree.Malformed(Subtree.Kind.EMAIL), Subtree.Mailboxes.of(base));
    }

    @ParameterizedTest
    @CsvSource({
        "host.example, http://host.example/path, INSIDE",
        "host.example, https://HOST.example:8443?x#y, INSIDE",
        "host.example, http://user:word@host.example/, INSIDE",
        "host.example, spiffe://host.example/workload, INSIDE",
        "host.example, http://host.example, INSIDE",
        "host.example, http://sub.host.example/, OUTSIDE",
        ".example, http://host.example/, INSIDE",
        ".example, http://a.host.example/, INSIDE",
        ".example, http://example/, OUTSIDE",
        "host.example, http://other.example/http://host.example/, OUTSIDE",
        "host.example, http://other.example?@host.example/, OUTSIDE",
        "host.example, http://other.example#@host.example/, OUTSIDE",
        "host.example, http://host.example@other.example/, OUTSIDE",
        // "a host name specified as an IP address" is rejected, whatever is constrained
        "host.example, http://192.0.2.1/, UNKNOWN",
        "host.example, http://[2001:db8::1]/, UNKNOWN",
        "host.example, http://0x7f.1/, UNKNOWN",
        "host.example, http://3221225985/, UNKNOWN",
        // no authority
        "host.example, urn:example:host.example, UNKNOWN",
        "host.example, mailto:a@host.example, UNKNOWN",
        "host.example, '', UNKNOWN",
        "host.example, ://host.example/, UNKNOWN",
        "host.example, http:/host.example/, UNKNOWN",
        "host.example, http:///host.example/, UNKNOWN",
        "host.example, urn:x://host.example/, UNKNOWN",
        "host.example, 1x://host.example/, UNKNOWN",
        // two programs would find two hosts
        "host.example, http://other.example\\@host.example/, UNKNOWN",
        "host.example, http://a@other.example@host.example/, UNKNOWN",
        "host.example, http://%68ost.example/, UNKNOWN",
        "host.example, 'http://host.example :80/', UNKNOWN",
        "host.example, http://host.example:80x/, UNKNOWN",
    })
    void uris(String base, String uri, Subtree.Relation expected) {
        assertRelation(Subtree.UriHosts.of(base), new SubjectAltName.Uri(uri), expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "192.0.2.1", "http://host.example", "host.example:80", "*.example", "[::1]"})
    void constraintsOnUrisAreHostNames(String base) {
        assertEquals(new Subtree.Malformed(Subtree.Kind.URI), Subtree.UriHosts.of(base));
    }

    private static void assertRelation(Subtree subtree, SubjectAltName name, Subtree.Relation expected) {
        assertEquals(expected, subtree.relationOf(ConstrainedName.of(name)));
    }

    // ---- directory names: §7.1

    @Test
    void directoryNamesLieInTheSubtreeOfTheirBeginning() throws Exception {
        X500Name base = name(organisation(new DERUTF8String("Acme Ltd")));

        assertDirectory(base, name(organisation(new DERUTF8String("Acme Ltd"))), Subtree.Relation.INSIDE);
        assertDirectory(
                base, name(organisation(new DERUTF8String("Acme Ltd")), commonName("x")), Subtree.Relation.INSIDE);
        assertDirectory(
                base, name(commonName("x"), organisation(new DERUTF8String("Acme Ltd"))), Subtree.Relation.OUTSIDE);
        assertDirectory(base, name(commonName("Acme Ltd")), Subtree.Relation.OUTSIDE);
        assertDirectory(base, name(), Subtree.Relation.OUTSIDE);
        assertDirectory(name(), base, Subtree.Relation.INSIDE);
    }

    /** Neither the string type nor case nor the number of blanks makes another name. */
    @Test
    void directoryNamesAreComparedAsText() throws Exception {
        X500Name base = name(organisation(new DERUTF8String("Acme Ltd")));

        for (ASN1Encodable same : List.of(
                new DERPrintableString("Acme Ltd"),
                new DERPrintableString("ACME LTD"),
                new DERPrintableString("  Acme   Ltd "),
                new DERBMPString("acme ltd"),
                new DERT61String("acme ltd"),
                new DERUniversalString("acme ltd".getBytes("UTF-32BE")))) {
            assertDirectory(base, name(organisation(same)), Subtree.Relation.INSIDE);
        }
        assertDirectory(base, name(organisation(new DERUTF8String("Acme  Ltd."))), Subtree.Relation.OUTSIDE);
        assertDirectory(base, name(organisation(new DERUTF8String("AcmeLtd"))), Subtree.Relation.OUTSIDE);
        assertDirectory(
                name(organisation(new DERUTF8String("STRASSE"))),
                name(organisation(new DERUTF8String("Stra\u00dfe"))),
                Subtree.Relation.INSIDE);
        assertDirectory(
                name(organisation(new DERUTF8String("caf\u00e9"))),
                name(organisation(new DERUTF8String("CAFE\u0301"))),
                Subtree.Relation.INSIDE);
    }

    /** RFC 4518 §2.2 drops what cannot be seen: an excluded name must not be had again by adding some of it. */
    @Test
    void directoryNamesThatHideSomethingAreNotOutside() throws Exception {
        X500Name base = name(organisation(new DERUTF8String("Acme Ltd")));

        for (String hidden : List.of(
                "Acme Ltd\0",
                "Acme\u200b Ltd",
                "Ac\u00adme Ltd",
                "Acme\tLtd",
                "\ufeffAcme Ltd",
                "Acme Ltd\ufe0f",
                "\ue000")) {
            assertDirectory(base, name(organisation(new DERUTF8String(hidden))), Subtree.Relation.UNKNOWN);
            assertDirectory(name(organisation(new DERUTF8String(hidden))), base, Subtree.Relation.UNKNOWN);
        }
        assertDirectory(base, name(organisation(new DERVisibleString("Acme Ltd"))), Subtree.Relation.UNKNOWN);
        // What is no text at all is compared octet by octet.
        assertDirectory(base, name(organisation(new DEROctetString(new byte[] {1}))), Subtree.Relation.OUTSIDE);
    }

    /** The set of a relative name has no order. */
    @Test
    void relativeNamesOfSeveralAttributesAreSets() throws Exception {
        X500Name base = new X500NameBuilder()
                .addMultiValuedRDN(new ASN1ObjectIdentifier[] {BCStyle.O, BCStyle.OU}, new String[] {"Acme", "Web"})
                .build();
        X500Name reversed = new X500NameBuilder()
                .addMultiValuedRDN(new ASN1ObjectIdentifier[] {BCStyle.OU, BCStyle.O}, new String[] {"web", "ACME"})
                .build();
        X500Name apart = new X500NameBuilder()
                .addRDN(BCStyle.O, "Acme")
                .addRDN(BCStyle.OU, "Web")
                .build();

        assertDirectory(base, reversed, Subtree.Relation.INSIDE);
        assertDirectory(base, apart, Subtree.Relation.OUTSIDE);
        assertDirectory(name(organisation(new DERUTF8String("Acme"))), base, Subtree.Relation.OUTSIDE);
    }

    private record Attribute(ASN1ObjectIdentifier type, ASN1Encodable value) {}

    private static Attribute organisation(ASN1Encodable value) {
        return new Attribute(BCStyle.O, value);
    }

    private static Attribute commonName(String value) {
        return new Attribute(BCStyle.CN, new DERUTF8String(value));
    }

    private static X500Name name(Attribute... attributes) {
        X500NameBuilder builder = new X500NameBuilder();
        for (Attribute attribute : attributes) {
            builder.addRDN(attribute.type, attribute.value);
        }
        return builder.build();
    }

    private static void assertDirectory(X500Name base, X500Name name, Subtree.Relation expected) throws Exception {
        assertRelation(
                new Subtree.DirectorySubtree(DistinguishedName.parse(base.getEncoded("DER"))),
                new SubjectAltName.Directory(DistinguishedName.parse(name.getEncoded("DER"))),
                expected);
    }

    // ---- whole paths

    private static GeneralSubtree[] subtrees(GeneralName... names) {
        return List.of(names).stream().map(GeneralSubtree::new).toArray(GeneralSubtree[]::new);
    }

    private static Maker permitting(Maker maker, GeneralName... names) {
        return maker.extension(NAME_CONSTRAINTS, true, new NameConstraints(subtrees(names), null));
    }

    private static Maker excluding(Maker maker, GeneralName... names) {
        return maker.extension(NAME_CONSTRAINTS, true, new NameConstraints(null, subtrees(names)));
    }

    private static GeneralName dns(String name) {
        return new GeneralName(GeneralName.dNSName, name);
    }

    private static GeneralName email(String name) {
        return new GeneralName(GeneralName.rfc822Name, name);
    }

    private static GeneralName uri(String name) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, name);
    }

    private static GeneralName directory(String name) {
        return new GeneralName(new X500Name(name));
    }

    @Test
    void constraintsOfEveryCaAboveBind() {
        for (Who ca : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio.of(ca, maker -> permitting(maker, dns("example"))).assertAccepted();
            Trio.of(ca, maker -> permitting(maker, dns("other"))).assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
            Trio.of(ca, maker -> excluding(maker, dns("other"))).assertAccepted();
            Trio.of(ca, maker -> excluding(maker, dns("host.example")))
                    .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
        }
    }

    /** What one permits the other need not permit: permitted is what both permit. */
    @Test
    void permittedIsWhatAllCasPermit() {
        Trio.of(Who.ROOT, maker -> permitting(maker, dns("example")))
                .with(Who.INTERMEDIATE, maker -> permitting(maker, dns("host.example")))
                .assertAccepted();
        Trio.of(Who.ROOT, maker -> permitting(maker, dns("other")))
                .with(Who.INTERMEDIATE, maker -> permitting(maker, dns("host.example")))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
    }

    @Test
    void excludedBeatsPermitted() {
        Trio.of(
                        Who.INTERMEDIATE,
                        maker -> maker.extension(
                                NAME_CONSTRAINTS,
                                true,
                                new NameConstraints(subtrees(dns("host.example")), subtrees(dns("example")))))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
    }

    @Test
    void everyNameIsBoundNotOnlyTheOneAskedFor() {
        Trio.of(Who.ROOT, maker -> permitting(maker, dns("host.example")))
                .with(Who.LEAF, maker -> maker.dns("second.example"))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
    }

    /** Nobody here takes the common name for a host name, so it is bound as part of a directory name only. */
    @Test
    void theCommonNameIsNoHostName() {
        Trio.of(Who.ROOT, maker -> permitting(maker, dns("host.example")))
                .with(Who.LEAF, maker -> maker.subject("CN=elsewhere.example"))
                .assertAccepted();
        Trio.of(Who.ROOT, maker -> excluding(maker, dns("elsewhere.example")))
                .with(Who.LEAF, maker -> maker.subject("CN=elsewhere.example"))
                .assertAccepted();
    }

    /** A kind that is not constrained is free, unless all of its names are excluded. */
    @Test
    void kindsAreConstrainedOneApartFromTheOther() {
        Trio.of(Who.ROOT, maker -> permitting(maker, email("mail.example"))).assertAccepted();
        Trio.of(Who.ROOT, maker -> permitting(maker, dns("example")))
                .with(Who.LEAF, maker -> maker.ip("192.0.2.1"))
                .assertAccepted();
        Trio.of(
                        Who.ROOT,
                        maker -> permitting(
                                maker,
                                dns("example"),
                                new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[8]))))
                .with(Who.LEAF, maker -> maker.ip("192.0.2.1"))
                .assertAccepted();
        Trio.of(
                        Who.ROOT,
                        maker -> excluding(
                                maker, new GeneralName(GeneralName.iPAddress, new DEROctetString(new byte[8]))))
                .with(Who.LEAF, maker -> maker.ip("192.0.2.1"))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
    }

    @Test
    void namesOfEveryKindAreBound() {
        assertBound(email("host.example"), email("a@host.example"), email("a@other.example"));
        assertBound(uri("host.example"), uri("http://host.example/"), uri("http://other.example/"));
        assertBound(directory("O=Acme"), directory("O=Acme,CN=x"), directory("O=Other"));
        assertBound(
                new GeneralName(GeneralName.iPAddress, "192.0.2.0/24"),
                new GeneralName(GeneralName.iPAddress, "192.0.2.1"),
                new GeneralName(GeneralName.iPAddress, "192.0.3.1"));
    }

    /** The subject is put into the subtree as well, where that matters. */
    private static void assertBound(GeneralName subtree, GeneralName inside, GeneralName outside) {
        X500Name subject = new X500Name("O=Acme,CN=host.example");
        Trio.of(Who.ROOT, maker -> permitting(maker, subtree))
                .with(Who.INTERMEDIATE, maker -> maker.subject("O=Acme,CN=CA"))
                .with(Who.LEAF, maker -> maker.subject(subject).name(inside))
                .assertAccepted();
        Trio.of(Who.ROOT, maker -> permitting(maker, subtree))
                .with(Who.INTERMEDIATE, maker -> maker.subject("O=Acme,CN=CA"))
                .with(Who.LEAF, maker -> maker.subject(subject).name(outside))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
        Trio.of(Who.ROOT, maker -> excluding(maker, subtree))
                .with(Who.LEAF, maker -> maker.name(inside))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
        Trio.of(Who.ROOT, maker -> excluding(maker, subtree))
                .with(Who.LEAF, maker -> maker.name(outside))
                .assertAccepted();
    }

    /** §4.2.1.10: "must be applied to the subject field in the certificate (when [it] includes a non-empty subject)". */
    @Test
    void theSubjectIsADirectoryName() {
        Trio.of(Who.ROOT, maker -> permitting(maker, directory("O=Acme")))
                .with(Who.INTERMEDIATE, maker -> maker.subject("O=Acme,CN=CA"))
                .with(Who.LEAF, maker -> maker.subject("O=Other"))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
        Trio.of(Who.ROOT, maker -> permitting(maker, directory("O=Acme")))
                .with(Who.INTERMEDIATE, maker -> maker.subject("O=Acme,CN=CA"))
                .with(Who.LEAF, maker -> maker.subject("").criticalNames())
                .assertAccepted();
        Trio.of(Who.ROOT, maker -> excluding(maker, directory("CN=host.example")))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
    }

    /** §4.2.1.10: "the constraint MUST be applied to the attribute of type emailAddress in the subject". */
    @Test
    void mailAddressesInTheSubjectAreBound() {
        for (boolean withNames : new boolean[] {true, false}) {
            Trio trio = Trio.of(Who.ROOT, maker -> permitting(maker, email("host.example")))
                    .with(Who.LEAF, maker -> maker.subject("CN=x,E=a@other.example"))
                    .asClient();
            trio.with(
                            Who.LEAF,
                            maker -> withNames
                                    ? maker.extendedKeyUsage()
                                    : maker.extendedKeyUsage().withoutNames())
                    .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
        }
        Trio.of(Who.ROOT, maker -> permitting(maker, email("host.example")))
                .with(Who.LEAF, maker -> maker.subject("CN=x,E=a@host.example"))
                .assertAccepted();
        Trio.of(Who.ROOT, maker -> excluding(maker, email("host.example")))
                .with(
                        Who.LEAF,
                        maker -> maker.subject(new X500NameBuilder()
                                .addRDN(BCStyle.EmailAddress, new DERIA5String("a@host.example"))
                                .addRDN(BCStyle.EmailAddress, new DERIA5String("a@other.example"))
                                .build()))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
    }

    @Test
    void casAreBoundLikeTheLeaf() {
        Trio.of(Who.ROOT, maker -> permitting(maker, dns("example")))
                .with(Who.INTERMEDIATE, maker -> maker.dns("ca.other"))
                .assertRefused(Who.INTERMEDIATE, NAME_CONSTRAINT_VIOLATION);
        Trio.of(Who.ROOT, maker -> excluding(maker, directory("CN=Intermediate")))
                .assertRefused(Who.INTERMEDIATE, NAME_CONSTRAINT_VIOLATION);
    }

    /** A CA does not bind itself, only what is below. */
    @Test
    void theOwnNamesOfACaAreNotBoundByItsOwnConstraints() {
        Trio.of(Who.ROOT, maker -> permitting(maker, dns("example")).dns("root.other"))
                .assertAccepted();
        Trio.of(Who.INTERMEDIATE, maker -> permitting(maker, dns("example")).dns("ca.other"))
                .assertAccepted();
    }

    /** §6.1.3 (b): "If certificate i is self-issued and it is not the final certificate in the path, skip this step". */
    @Test
    void selfIssuedCasAreNotBoundButWhatIsBelowThemIs() {
        Issued root = permitting(TestCertificates.ca("Root"), dns("example")).selfSigned();
        Issued newKey = TestCertificates.ca("Root").dns("root.other").freshKey().issuedBy(root);

        assertEquals(List.of(), codes(TestCertificates.server(Trio.HOST).issuedBy(newKey)));
        assertEquals(
                List.of(NAME_CONSTRAINT_VIOLATION),
                codes(TestCertificates.server(Trio.HOST).dns("elsewhere").issuedBy(newKey)));
    }

    @Test
    void aSelfIssuedLeafIsBound() {
        Issued root = excluding(TestCertificates.ca("Root"), dns("other")).selfSigned();
        Issued leaf =
                TestCertificates.leaf("Root").dns(Trio.HOST).dns("a.other").issuedBy(root);

        assertEquals(List.of(NAME_CONSTRAINT_VIOLATION), codes(leaf));
    }

    private static List<SslError.Code> codes(Issued leaf) {
        return CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(leaf.chain(), List.of(leaf.root()), Trio.HOST, Trio.NOW))
                .errors()
                .stream()
                .map(SslError::code)
                .toList();
    }

    /** §4.2.1.10: what is constrained and not understood is refused, but only if there is such a name. */
    @Test
    void kindsThatNobodyHereUnderstandsAreRefusedIfTheyOccur() {
        GeneralName registered = new GeneralName(GeneralName.registeredID, "1.2.3");
        GeneralName other = new GeneralName(GeneralName.registeredID, "1.2.4");

        Trio.of(Who.ROOT, maker -> excluding(maker, registered)).assertAccepted();
        Trio.of(Who.ROOT, maker -> permitting(maker, registered)).assertAccepted();
        Trio.of(Who.ROOT, maker -> excluding(maker, registered))
                .with(Who.LEAF, maker -> maker.name(other))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
        Trio.of(Who.ROOT, maker -> permitting(maker, registered))
                .with(Who.LEAF, maker -> maker.name(registered))
                .assertRefused(Who.LEAF, NAME_CONSTRAINT_VIOLATION);
        Trio.unchanged().with(Who.LEAF, maker -> maker.name(other)).assertAccepted();
    }

    /** §4.2.1.10: "minimum MUST be zero, and maximum MUST be absent". */
    @ParameterizedTest
    @CsvSource({
        "300da00b300982076578616d706c65, true",
        "3010a00e300c82076578616d706c65800100, true",
        "3010a00e300c82076578616d706c65800101, false",
        "3010a00e300c82076578616d706c65810100, false",
        "3013a011300f82076578616d706c65800100810105, false",
        "300ea00c300a82082e6578616d706c65, false", // .example
        "300fa00d300b82092a2e6578616d706c65, false", // *.example
        "300ea00c300a82086578616d706c652e, false", // example.
    })
    void subtreesHaveOneFormOnly(String extension, boolean accepted) {
        for (Who ca : List.of(Who.ROOT, Who.INTERMEDIATE)) {
            Trio trio = Trio.of(
                    ca,
                    maker -> maker.extension(
                            NAME_CONSTRAINTS, true, HexFormat.of().parseHex(extension)));
            if (accepted) {
                trio.assertAccepted();
            } else {
                trio.assertRefusedAmongOthers(ca, MALFORMED_CERTIFICATE);
            }
        }
    }

    // ---- bounded work

    /** Thousands of names under thousands of constraints, all of them right: given up, never accepted half-way. */
    @Test
    void namesAndConstraintsWithoutNumberAreGivenUp() {
        List<GeneralName> excluded = new ArrayList<>();
        Maker leaf = TestCertificates.server(Trio.HOST);
        String longest = "a.".repeat(110);
        for (int i = 0; i < 1000; i++) {
            excluded.add(dns("x" + i + ".other"));
            leaf.dns(longest + i + ".example");
        }
        Issued root = excluding(TestCertificates.ca("Root"), excluded.toArray(GeneralName[]::new))
                .selfSigned();
        Issued server = leaf.issuedBy(root);

        List<SslError.Code> codes = codes(server);

        assertTrue(codes.contains(SslError.Code.PATH_TOO_COMPLEX), codes::toString);
    }
}
