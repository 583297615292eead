package dev.sluice.x509;

import dev.sluice.x509.KeyFormatException.Reason;
import dev.sluice.x509.Pkcs12Contents.Bag;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A private key with its certificates from a PKCS #12 file (RFC 7292), often called {@code .p12} or {@code .pfx}.
 *
 * <p>The file must be protected by a password: it needs a MAC, the classic one or PBMAC1 (RFC 9579), and the MAC is checked
 * before anything else is looked at. Its contents may be encrypted as those of {@link SslKey}: PBES2 is read here; the older
 * schemes, which were common until about 2020 ({@code openssl pkcs12 -legacy} still makes them), need a {@linkplain
 * dev.sluice.spi.KeyCodec key codec}. Files are read whether they are in DER or BER.
 *
 * <p>Reading is all or nothing: after an exception no key is left behind. All iteration counts of a file together may not
 * exceed 10 million, so that no file takes longer than some seconds.
 *
 * <p>Thread-safe.
 */
public final class Pkcs12 implements AutoCloseable {
    private static final int MAXIMUM_NAMES_IN_MESSAGE = 8;
    private static final int MAXIMUM_NAME_IN_MESSAGE = 64;

    private final String name;
    private final SslKey key;
    private final List<SslCertificate> chain;
    private final List<SslCertificate> otherCertificates;

    Pkcs12(String name, SslKey key, List<SslCertificate> chain, List<SslCertificate> otherCertificates) {
        this.name = name;
        this.key = key;
        this.chain = List.copyOf(chain);
        this.otherCertificates = List.copyOf(otherCertificates);
    }

    /**
     * Reads a file with one key.
     *
     * @param file the file, at most 16 MiB; borrowed
     * @param password the password, borrowed; may be empty
     * @return the key and its certificates; the caller closes it
     * @throws KeyFormatException if the password is wrong ({@link Reason#WRONG_PASSWORD}), there is no key ({@link
     *     Reason#NO_KEY}) or there are several ({@link Reason#SEVERAL_KEYS}; the message has their names, and {@link
     *     #read(byte[], char[], String)} chooses one), there is no MAC ({@link Reason#MAC_MISSING}), or it cannot be read for
     *     any other reason
     */
    public static Pkcs12 read(byte[] file, char[] password) throws KeyFormatException {
        return read(file, password, KeyCodecs.installed());
    }

    static Pkcs12 read(byte[] file, char[] password, KeyCodecs codecs) throws KeyFormatException {
        return new Pkcs12Reader(codecs, password).read(file, keys -> theOnly(keys, "PKCS #12 file"));
    }

    /**
     * Reads the key of a name from a file with any number of keys. The other keys are not decrypted.
     *
     * @param file the file, at most 16 MiB; borrowed
     * @param password the password, borrowed; may be empty
     * @param name the name of the key (its {@code friendlyName}, an alias to Java programs), as it stands in the file; case
     *     matters
     * @return the key and its certificates; the caller closes it
     * @throws KeyFormatException as for {@link #read(byte[], char[])}, of the keys with this name
     */
    public static Pkcs12 read(byte[] file, char[] password, String name) throws KeyFormatException {
        Objects.requireNonNull(name, "name");
        return new Pkcs12Reader(KeyCodecs.installed(), password)
                .read(
                        file,
                        keys -> theOnly(
                                keys.stream()
                                        .filter(key -> key.name().equals(name))
                                        .toList(),
                                "PKCS #12 file, under the name that was asked for,"));
    }

    private static Bag theOnly(List<Bag> keys, String where) throws KeyFormatException {
        if (keys.isEmpty()) {
            throw new KeyFormatException(Reason.NO_KEY, where + " has no private key");
        }
        if (keys.size() > 1) {
            List<String> names = keys.stream()
                    .limit(MAXIMUM_NAMES_IN_MESSAGE)
                    .map(key -> '"' + printable(key.name()) + '"')
                    .toList();
            throw new KeyFormatException(
                    Reason.SEVERAL_KEYS,
                    where + " has " + keys.size() + " private keys, expected 1; choose one by its name: "
                            + String.join(", ", names)
                            + (keys.size() > names.size() ? ", ..." : ""));
        }
        return keys.get(0);
    }

    private static String printable(String name) {
        String text = name.replaceAll("\\P{Print}", "?");
        return text.length() <= MAXIMUM_NAME_IN_MESSAGE ? text : text.substring(0, MAXIMUM_NAME_IN_MESSAGE) + "...";
    }

    /**
     * Lists the names of the keys in a file, to choose one. No key is decrypted.
     *
     * @param file the file, at most 16 MiB; borrowed
     * @param password the password, borrowed; may be empty
     * @return the names in the order of the file, as many as there are keys: empty texts for keys without a name, and some
     *     may be alike; empty if there is no key
     * @throws KeyFormatException if the password is wrong, there is no MAC, or the file cannot be read
     */
    public static List<String> names(byte[] file, char[] password) throws KeyFormatException {
        return new Pkcs12Reader(KeyCodecs.installed(), password).names(file);
    }

    /**
     * The name of the key in the file ({@code friendlyName}).
     *
     * @return the name; empty if it has none
     */
    public String name() {
        return name;
    }

    /**
     * The private key.
     *
     * @return the key; owned by this object and closed with it
     */
    public SslKey key() {
        return key;
    }

    /**
     * The certificate of the key: the one that the file connects with it ({@code localKeyId}); where it connects none and has
     * one key, the one certificate that has issued no other. Whether it really certifies the key is checked when both are
     * used.
     *
     * @return the certificate; empty if there is none
     */
    public Optional<SslCertificate> certificate() {
        return chain.stream().findFirst();
    }

    /**
     * The certificate of the key, the one of its issuer, and so on, as far as the file has them, the self-signed one included.
     * Not verified.
     *
     * @return the chain, in the order in which TLS sends it; empty if {@link #certificate()} is
     */
    public List<SslCertificate> chain() {
        return chain;
    }

    /**
     * The certificates of the file that are not in the chain.
     *
     * @return the certificates, in the order of the file
     */
    public List<SslCertificate> otherCertificates() {
        return otherCertificates;
    }

    /** Closes the key. The certificates stay usable. Closing twice does nothing. */
    @Override
    public void close() {
        key.close();
    }

    /**
     * What this is, without anything of the key.
     *
     * @return a short text
     */
    @Override
    public String toString() {
        return "Pkcs12[" + key + ", chain of " + chain.size() + ", " + otherCertificates.size()
                + " other certificates]";
    }
}
