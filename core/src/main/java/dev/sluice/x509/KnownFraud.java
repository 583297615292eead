package dev.sluice.x509;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The certificates of the built-in {@link BlockList}. Serial numbers and names are those that Qt has in its
 * {@code qsslcertificate.cpp} (read in the sources of 5.x), which took them from the reports of the incidents.
 */
final class KnownFraud {
    private static final List<Entry> ENTRIES = List.of(
            // The Comodo reseller break-in of March 2011: certificates for sites of others.
            new Entry("047ecbe9fca55f7bd09eae36e10cae1e", "mail.google.com"),
            new Entry("f5c86af36162f13a64f54f6dc9587c06", "www.google.com"),
            new Entry("d7558fdaf5f1105bb213282b707729a3", "login.yahoo.com"),
            new Entry("392a434f0e07df1f8aa305de34e0c229", "login.yahoo.com"),
            new Entry("3e75ced46b693021218830ae86a82a71", "login.yahoo.com"),
            new Entry("e9028b9578e415dc1a710a2b88154447", "login.skype.com"),
            new Entry("9239d5348f40d1695a745470e1f23f43", "addons.mozilla.org"),
            new Entry("b0b7133ed096f9b56fae91c874bd3ac0", "login.live.com"),
            new Entry("d8f35f4eb7872b2dab0692e315382fb0", "global trustee"),
            new Entry("72032105c50c08573d8ea5304efee8b0", "UTN-USERFirst-Hardware"),
            // The DigiNotar break-in of 2011: a certificate of the intruders, and the CAs of the company, cross-signed
            // ones too.
            new Entry("05e2e6a4cd09ea54d665b075fe22a256", "*.google.com"),
            new Entry("0c76da9c910c4e2c9efe15d058933c4c", "DigiNotar Root CA"),
            new Entry("f14a13f4872b56dc39df84ca7aa10649", "DigiNotar Services CA"),
            new Entry("3616715543421b9de6cba36441df2438", "DigiNotar Services 1024 CA"),
            new Entry("0a82bd1e144e8814d75b1a5527bebf3e", "DigiNotar Root CA G2"),
            new Entry("a4b6cee32ed33546263cb3553aa89221", "CertiID Enterprise Certificate Authority"),
            new Entry("5bd5609c641768cf210e35fdfb05ad41", "DigiNotar Qualified CA"),
            new Entry("469c2cb0", "DigiNotar Services 1024 CA"),
            new Entry("0727100d", "DigiNotar Cyber CA"),
            new Entry("07270ff9", "DigiNotar Cyber CA"),
            new Entry("07271003", "DigiNotar Cyber CA"),
            new Entry("013169b0", "DigiNotar PKIoverheid CA Overheid en Bedrijven"),
            new Entry("013134bf", "DigiNotar PKIoverheid CA Organisatie - G2"),
            new Entry("d6d02977f149fd1a83f2b9ea948c5cb4", "DigiNotar Extended Validation CA"),
            new Entry("1e7d7a533d45304196400f71481f4504", "DigiNotar Public CA 2025"),
            new Entry("469c2caf", "DigiNotar Root CA"),
            new Entry("469c3cc9", "DigiNotar Root CA"),
            // DigiCert of Malaysia, November 2011: an intermediate CA that issued weak keys, signed by Verizon and by
            // Entrust.
            new Entry("072714a9", "Digisign Server ID (Enrich)"),
            new Entry("4c0e636a", "Digisign Server ID - (Enrich)"),
            // The CA that was made in 2008 by a collision of MD5.
            new Entry("41", "MD5 Collisions Inc. (http://www.phreedom.org/md5)"),
            // TURKTRUST, 2011 to 2013: CA certificates issued to customers by mistake.
            new Entry("0827", "*.EGO.GOV.TR"),
            new Entry("0864", "e-islem.kktcmerkezbankasi.org"),
            // ANSSI, December 2013: an intermediate CA that was used to look into traffic.
            new Entry("031da7", "AC DG Tr\u00e9sor SSL"),
            // India's CCA, July 2014: the intermediate CAs of the National Informatics Centre.
            new Entry("2783", "NIC Certifying Authority"),
            new Entry("2792", "NIC CA 2011"),
            new Entry("27b1", "NIC CA 2014"));

    static final Map<BigInteger, Set<String>> COMMON_NAMES_BY_SERIAL_NUMBER = ENTRIES.stream()
            .collect(Collectors.groupingBy(
                    entry -> new BigInteger(entry.serialNumber(), 16),
                    Collectors.mapping(Entry::commonName, Collectors.toUnmodifiableSet())));

    private KnownFraud() {}

    /**
     * A certificate.
     *
     * @param serialNumber hexadecimal; positive
     * @param commonName of its subject, or of its issuer
     */
    private record Entry(String serialNumber, String commonName) {}
}
