package dev.sluice.x509;

import dev.sluice.SpkiPin;
import java.math.BigInteger;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Certificates that are not to be trusted, whoever vouches for them. A certificate can be named in two ways:
 *
 * <ul>
 *   <li>By serial number and common name, as {@code QSslCertificate::isBlacklisted} does it: the serial number is equal, and one
 *       of the common names of the subject <em>or of the issuer</em> is equal to the text, character by character.
 *       {@code *.google.com} is such a text, no pattern. The issuer counts because of some frauds only the issuer's name
 *       was published.
 *   <li>By its public key: all certificates with this key, renewed ones included.
 * </ul>
 *
 * <p>A list only helps against what is known; it does not stand in for revocation. Immutable, share freely.
 */
public final class BlockList {
    private static final BlockList EMPTY = new BlockList(Map.of(), Set.of());
    private static final BlockList BUILT_IN = new BlockList(KnownFraud.COMMON_NAMES_BY_SERIAL_NUMBER, Set.of());

    private final Map<BigInteger, Set<String>> commonNames;
    private final Set<SpkiPin> keys;

    private BlockList(Map<BigInteger, Set<String>> commonNames, Set<SpkiPin> keys) {
        this.commonNames = Map.copyOf(commonNames);
        this.keys = Set.copyOf(keys);
    }

    /**
     * A list that blocks nothing.
     *
     * @return the same list at each call
     */
    public static BlockList empty() {
        return EMPTY;
    }

    /**
     * The list that comes with the library: certificates that were fraudulently issued and became known between 2008 and
     * 2014, and the CAs that issued them. It has the entries of {@code QSslCertificate}.
     *
     * @return the same list at each call
     */
    public static BlockList builtIn() {
        return BUILT_IN;
    }

    /**
     * This list and one certificate more.
     *
     * @param serialNumber its serial number
     * @param commonName a common name of its subject or issuer, to be compared character by character
     * @return the new list
     */
    public BlockList withCertificate(BigInteger serialNumber, String commonName) {
        Objects.requireNonNull(commonName, "commonName");
        Map<BigInteger, Set<String>> more = new TreeMap<>(commonNames);
        more.merge(
                Objects.requireNonNull(serialNumber, "serialNumber"),
                Set.of(commonName),
                (known, added) ->
                        Stream.concat(known.stream(), added.stream()).collect(Collectors.toUnmodifiableSet()));
        return new BlockList(more, keys);
    }

    /**
     * This list and one public key more.
     *
     * @param key the digest of the key
     * @return the new list
     */
    public BlockList withKey(SpkiPin key) {
        return withKeys(List.of(key));
    }

    /**
     * This list and more public keys.
     *
     * @param more the digests of the keys
     * @return the new list
     */
    public BlockList withKeys(Collection<SpkiPin> more) {
        Set<SpkiPin> all = new HashSet<>(keys);
        all.addAll(more);
        return new BlockList(commonNames, all);
    }

    /**
     * Says whether a certificate is blocked. This is about the certificate alone: those above it in its path have to be asked
     * about one by one.
     *
     * @param certificate the certificate
     * @return true if the list names it
     */
    public boolean blocks(SslCertificate certificate) {
        return isNamed(certificate) || (!keys.isEmpty() && hasBlockedKey(certificate));
    }

    private boolean isNamed(SslCertificate certificate) {
        Set<String> blocked = commonNames.get(certificate.serialNumber());
        return blocked != null
                && (hasCommonName(certificate.tbs().subject(), blocked)
                        || hasCommonName(certificate.tbs().issuer(), blocked));
    }

    private static boolean hasCommonName(DistinguishedName name, Set<String> blocked) {
        return name.values(DistinguishedName.COMMON_NAME).stream().anyMatch(blocked::contains);
    }

    private boolean hasBlockedKey(SslCertificate certificate) {
        try {
            return keys.contains(SpkiPin.of(certificate));
        } catch (IllegalArgumentException e) {
            // A key that cannot be compared might be any of them.
            return true;
        }
    }

    /**
     * Two lists are equal if they name the same certificates and keys.
     *
     * @param other another object
     * @return true if so
     */
    @Override
    public boolean equals(Object other) {
        return other instanceof BlockList list && commonNames.equals(list.commonNames) && keys.equals(list.keys);
    }

    @Override
    public int hashCode() {
        return Objects.hash(commonNames, keys);
    }

    /** How much is on the list. */
    @Override
    public String toString() {
        int certificates = commonNames.values().stream().mapToInt(Set::size).sum();
        return "BlockList[" + certificates + " certificates, " + keys.size() + " keys]";
    }
}
