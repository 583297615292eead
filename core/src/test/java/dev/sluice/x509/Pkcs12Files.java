package dev.sluice.x509;

import dev.sluice.testing.TestCertificates.Issued;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PBMAC1Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.PKCS12PfxPdu;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.bc.BcPKCS12PBMac1CalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/** PKCS #12 files of the JDK and of BouncyCastle, all under {@link #PASSWORD}. */
final class Pkcs12Files {
    static final char[] PASSWORD = "päss-€".toCharArray();
    /** The JDK takes nothing but ASCII. */
    static final char[] ASCII_PASSWORD = "password".toCharArray();

    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    private Pkcs12Files() {}

    /** How the maker of a file proves that it is his. */
    enum Integrity {
        MAC_SHA1,
        MAC_SHA256,
        PBMAC1,
        PBMAC1_WITH_SHORT_KEY,
        NONE
    }

    /** A key store of the JDK under {@link #ASCII_PASSWORD} with these keys by alias. */
    static byte[] ofJdk(Map<String, Issued> identities) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (Map.Entry<String, Issued> identity : identities.entrySet()) {
                X509Certificate[] chain = identity.getValue().path().stream()
                        .map(SslCertificate::toX509)
                        .toArray(X509Certificate[]::new);
                store.setKeyEntry(identity.getKey(), identity.getValue().key(), ASCII_PASSWORD, chain);
            }
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            store.store(file, ASCII_PASSWORD);
            return file.toByteArray();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file of BouncyCastle with one encrypted key, its chain and no attributes but, if given, names of keys. */
    static PKCS12PfxPdu ofBouncyCastle(Issued issued, Integrity integrity, String... keyNames) {
        try {
            List<PKCS12SafeBag> certificates = new ArrayList<>();
            for (SslCertificate certificate : issued.path()) {
                certificates.add(new PKCS12SafeBagBuilder(Certificate.getInstance(certificate.toDer())).build());
            }
            PKCS12PfxPduBuilder builder = new PKCS12PfxPduBuilder();
            builder.addEncryptedData(encryptor(), certificates.toArray(PKCS12SafeBag[]::new));
            for (String name : keyNames) {
                PKCS12SafeBagBuilder key = new PKCS12SafeBagBuilder(
                        PrivateKeyInfo.getInstance(issued.key().getEncoded()), encryptor());
                key.addBagAttribute(PKCS12SafeBag.friendlyNameAttribute, new DERBMPString(name));
                builder.addData(key.build());
            }
            return withIntegrity(builder, integrity);
        } catch (IOException | PKCSException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static OutputEncryptor encryptor() throws OperatorCreationException {
        return new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                .setProvider(PROVIDER)
                .setPRF(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE))
                .setIterationCount(1000)
                .build(PASSWORD);
    }

    private static PKCS12PfxPdu withIntegrity(PKCS12PfxPduBuilder builder, Integrity integrity)
            throws PKCSException, IOException {
        return switch (integrity) {
            case MAC_SHA1 -> builder.build(mac(OIWObjectIdentifiers.idSHA1), PASSWORD);
            case MAC_SHA256 -> builder.build(mac(NISTObjectIdentifiers.id_sha256), PASSWORD);
            case PBMAC1 -> builder.build(pbmac1(32), PASSWORD);
            case PBMAC1_WITH_SHORT_KEY -> builder.build(pbmac1(16), PASSWORD);
            case NONE -> builder.build(null, PASSWORD);
        };
    }

    private static JcePKCS12MacCalculatorBuilder mac(ASN1ObjectIdentifier digest) {
        return new JcePKCS12MacCalculatorBuilder(digest).setProvider(PROVIDER).setIterationCount(2000);
    }

    private static PKCS12MacCalculatorBuilder pbmac1(int keyBytes) throws IOException {
        AlgorithmIdentifier hmac = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA512, DERNull.INSTANCE);
        PBKDF2Params derivation = new PBKDF2Params(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}, 2000, keyBytes, hmac);
        return new BcPKCS12PBMac1CalculatorBuilder(
                new PBMAC1Params(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBKDF2, derivation), hmac));
    }
}
