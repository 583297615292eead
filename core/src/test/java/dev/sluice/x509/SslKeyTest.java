package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.KeyFormatException.Reason;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X962Parameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SslKeyTest {

    @ParameterizedTest
    @EnumSource
    void tellsWhatItIs(KeySample sample) {
        SslKey privateKey = sample.privateKey();
        SslKey publicKey = sample.publicKey();

        assertEquals(KeyType.PRIVATE, privateKey.type());
        assertEquals(KeyType.PUBLIC, publicKey.type());
        for (SslKey key : List.of(privateKey, publicKey)) {
            assertEquals(sample.algorithm, key.algorithm());
            assertEquals(sample.bits, key.lengthBits());
            assertFalse(key.isOpaque());
            assertFalse(key.isClosed());
        }
    }

    @ParameterizedTest
    @EnumSource
    void comesBackFromTheJdkAsTheSameKey(KeySample sample) {
        assertArrayEquals(
                sample.keys().getPrivate().getEncoded(),
                sample.privateKey().toPrivateKey().getEncoded());
        assertEquals(sample.keys().getPublic(), sample.publicKey().toPublicKey());
    }

    @ParameterizedTest
    @EnumSource
    void comesBackFromItsStandardForms(KeySample sample) throws KeyFormatException {
        for (SslKey key : List.of(sample.privateKey(), sample.publicKey())) {
            assertEquals(key, SslKey.fromDer(key.toDer()));
            assertEquals(key, SslKey.fromPem(key.toPem()));
            assertTrue(key.toPem().startsWith("-----BEGIN " + key.type() + " KEY-----\n"), key.toString());
            assertTrue(key.toPem().lines().allMatch(line -> line.length() <= 64));
        }
    }

    @ParameterizedTest
    @EnumSource
    void comesBackFromItsTraditionalFormIfThereIsOne(KeySample sample) throws KeyFormatException {
        SslKey key = sample.privateKey();
        if (sample.hasTraditionalForm()) {
            assertEquals(key, SslKey.fromDer(key.toDer(KeyForm.TRADITIONAL)));
            assertEquals(key, SslKey.fromPem(key.toPem(KeyForm.TRADITIONAL)));
            assertTrue(key.toPem(KeyForm.TRADITIONAL)
                    .startsWith("-----BEGIN " + sample.algorithm + " PRIVATE KEY-----\n"));
            assertFalse(Arrays.equals(key.toDer(), key.toDer(KeyForm.TRADITIONAL)));
        } else {
            assertThrows(UnsupportedOperationException.class, () -> key.toDer(KeyForm.TRADITIONAL));
            assertThrows(UnsupportedOperationException.class, () -> key.toPem(KeyForm.TRADITIONAL));
        }
    }

    @Test
    void ofPublicKeysRsaAloneHasATraditionalForm() throws KeyFormatException {
        SslKey rsa = KeySample.RSA.publicKey();

        assertEquals(rsa, SslKey.fromDer(rsa.toDer(KeyForm.TRADITIONAL)));
        assertEquals(rsa, SslKey.fromPem(rsa.toPem(KeyForm.TRADITIONAL)));
        assertTrue(rsa.toPem(KeyForm.TRADITIONAL).startsWith("-----BEGIN RSA PUBLIC KEY-----\n"));
        assertThrows(
                UnsupportedOperationException.class,
                () -> KeySample.P256.publicKey().toDer(KeyForm.TRADITIONAL));
    }

    @ParameterizedTest
    @EnumSource
    void comesBackFromItsEncryptedForm(KeySample sample) throws KeyFormatException {
        SslKey key = sample.privateKey();
        char[] password = "påss wörd €".toCharArray();

        assertEquals(key, SslKey.fromDer(key.toEncryptedDer(password, 1000), password));
        assertEquals(key, SslKey.fromPem(key.toEncryptedPem(password, 1000), password));
        assertEquals("påss wörd €", new String(password), "borrowed, not changed");
    }

    @Test
    void encryptsWithManyIterationsAndANewSaltEachTime() throws KeyFormatException {
        SslKey key = KeySample.P256.privateKey();
        char[] password = "password".toCharArray();
        byte[] once = key.toEncryptedDer(password);
        byte[] again = key.toEncryptedDer(password);

        assertFalse(Arrays.equals(once, again));
        assertEquals(key, SslKey.fromDer(once, password));
        // 600000 as an INTEGER.
        assertTrue(contains(once, new byte[] {2, 3, 0x09, 0x27, (byte) 0xc0}));
        assertThrows(IllegalArgumentException.class, () -> key.toEncryptedDer(password, 999));
        assertThrows(IllegalArgumentException.class, () -> key.toEncryptedDer(password, 10_000_001));
    }

    @Test
    void aWrongPasswordIsOneAndNoPasswordAnother() {
        byte[] encrypted = KeySample.P256.privateKey().toEncryptedDer("right".toCharArray(), 1000);
        String pem = KeySample.P256.privateKey().toEncryptedPem("right".toCharArray(), 1000);

        // One wrong password in 256 gives padding that looks right.
        for (int i = 0; i < 600; i++) {
            char[] wrong = ("wrong" + i).toCharArray();
            assertRefused(Reason.WRONG_PASSWORD, () -> SslKey.fromDer(encrypted, wrong));
        }
        assertRefused(Reason.PASSWORD_REQUIRED, () -> SslKey.fromDer(encrypted));
        assertRefused(Reason.PASSWORD_REQUIRED, () -> SslKey.fromPem(pem));
        assertRefused(Reason.PASSWORD_REQUIRED, () -> SslKey.fromPem(pem.getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aPasswordThatIsNotNeededIsNotLookedAt() throws KeyFormatException {
        SslKey key = KeySample.P256.privateKey();

        assertEquals(key, SslKey.fromPem(key.toPem(), "any".toCharArray()));
        assertEquals(key, SslKey.fromDer(key.toDer(), new char[0]));
    }

    @Test
    void anEmptyPasswordIsAPassword() throws KeyFormatException {
        byte[] encrypted = KeySample.P256.privateKey().toEncryptedDer(new char[0], 1000);

        assertEquals(KeySample.P256.privateKey(), SslKey.fromDer(encrypted, new char[0]));
        assertRefused(Reason.WRONG_PASSWORD, () -> SslKey.fromDer(encrypted, new char[] {'\0', 'x'}));
    }

    @Test
    void keysOfOtherPairsAreNotEqual() {
        for (KeySample sample : List.of(KeySample.RSA, KeySample.P256, KeySample.ED25519)) {
            assertNotEquals(sample.privateKey(), SslKey.of(sample.generate().getPrivate()));
            assertNotEquals(sample.publicKey(), SslKey.of(sample.generate().getPublic()));
        }
        assertNotEquals(KeySample.P256.privateKey(), KeySample.P256.publicKey());
        assertNotEquals(KeySample.P256.privateKey(), KeySample.P384.privateKey());
        assertEquals(
                KeySample.RSA.privateKey().hashCode(),
                KeySample.RSA.privateKey().hashCode());
    }

    /** RFC 5958 §2: version 2, attributes and the public key; what belongs to the key alone is kept. */
    @Test
    void asymmetricKeyPackagesAreTheSameKeyAsPlainOnes() throws Exception {
        SslKey key = KeySample.ED25519.privateKey();
        PrivateKeyInfo plain = PrivateKeyInfo.getInstance(key.toDer());
        DERSet attributes = new DERSet(
                new Attribute(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, new DERSet(new DERPrintableString("x"))));
        byte[] publicKey = SubjectPublicKeyInfo.getInstance(
                        KeySample.ED25519.publicKey().toDer())
                .getPublicKeyData()
                .getOctets();

        byte[] withAttributes =
                new PrivateKeyInfo(plain.getPrivateKeyAlgorithm(), plain.parsePrivateKey(), attributes).getEncoded();
        byte[] withAll = new PrivateKeyInfo(
                        plain.getPrivateKeyAlgorithm(), plain.parsePrivateKey(), attributes, publicKey)
                .getEncoded();

        assertEquals(key, SslKey.fromDer(withAttributes));
        assertEquals(key, SslKey.fromDer(withAll));
        assertArrayEquals(key.toDer(), SslKey.fromDer(withAll).toDer());
    }

    /** The curve may stand in either place, the public key may be there or not, and zeros in front were dropped by some. */
    @Test
    void allWaysToWriteAnEcKeyAreTheSameKey() throws Exception {
        SslKey key = KeySample.P521.privateKey();
        BigInteger number = ((java.security.interfaces.ECPrivateKey) key.toPrivateKey()).getS();
        var curve = ECNamedCurveTable.getOID("secp521r1");
        DERBitString point = new DERBitString(
                SubjectPublicKeyInfo.getInstance(KeySample.P521.publicKey().toDer())
                        .getPublicKeyData()
                        .getOctets());
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve);
        byte[] sec1 = new ECPrivateKey(521, number, point, curve).getEncoded();
        byte[] withoutCurve = new ECPrivateKey(521, number, point, null).getEncoded();
        byte[] shortNumber = new DERSequence(new ASN1EncodableVector() {
                    {
                        add(new ASN1Integer(1));
                        add(new DEROctetString(number.toByteArray()));
                        add(new DERTaggedObject(true, 0, curve));
                    }
                })
                .getEncoded();
        String block = Base64.getEncoder().encodeToString(withoutCurve);
        String parameters = Base64.getEncoder().encodeToString(curve.getEncoded());

        assertEquals(key, SslKey.fromDer(sec1));
        assertEquals(key, SslKey.fromDer(shortNumber));
        assertEquals(
                key, SslKey.fromDer(new PrivateKeyInfo(algorithm, ASN1Primitive.fromByteArray(sec1)).getEncoded()));
        assertEquals(
                key,
                SslKey.fromPem("-----BEGIN EC PARAMETERS-----\n" + parameters + "\n-----END EC PARAMETERS-----\n"
                        + "-----BEGIN EC PRIVATE KEY-----\n" + block + "\n-----END EC PRIVATE KEY-----\n"));
        assertArrayEquals(sec1, SslKey.fromDer(sec1).toDer(KeyForm.TRADITIONAL));
        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(withoutCurve));
        // In the range of both curves, so that nothing else speaks against it.
        var inside = new ECPrivateKey(256, BigInteger.TEN, ECNamedCurveTable.getOID("secp256r1"));
        byte[] twoCurves = new PrivateKeyInfo(
                        new AlgorithmIdentifier(
                                X9ObjectIdentifiers.id_ecPublicKey, ECNamedCurveTable.getOID("secp384r1")),
                        inside)
                .getEncoded();
        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(twoCurves));
    }

    @Test
    void explicitCurveParametersAreRefused() throws Exception {
        var curve = ECNamedCurveTable.getByName("secp256r1");
        AlgorithmIdentifier explicit =
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, new X962Parameters(curve));
        byte[] point = SubjectPublicKeyInfo.getInstance(
                        KeySample.P256.publicKey().toDer())
                .getPublicKeyData()
                .getOctets();
        byte[] publicKey = new SubjectPublicKeyInfo(explicit, point).getEncoded();
        byte[] sec1 = new ECPrivateKey(256, BigInteger.TEN, new X962Parameters(curve)).getEncoded();

        assertRefused(Reason.UNSUPPORTED, () -> SslKey.fromDer(publicKey));
        assertRefused(Reason.UNSUPPORTED, () -> SslKey.fromDer(sec1));
    }

    @Test
    void numbersOutOfRangeMakeNoKey() throws Exception {
        var curve = ECNamedCurveTable.getOID("secp256r1");
        BigInteger order = ECNamedCurveTable.getByName("secp256r1").getN();
        byte[] zero = new ECPrivateKey(256, BigInteger.ZERO, curve).getEncoded();
        byte[] tooGreat = new ECPrivateKey(256, order, curve).getEncoded();
        byte[] greatest = new ECPrivateKey(256, order.subtract(BigInteger.ONE), curve).getEncoded();
        byte[] offCurve = KeySample.P256.publicKey().toDer();
        offCurve[offCurve.length - 1] ^= 1;

        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(zero));
        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(tooGreat));
        assertEquals(256, SslKey.fromDer(greatest).lengthBits());
        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(offCurve));
    }

    /** One signature with a damaged prime or exponent may give the key away. */
    @Test
    void anRsaKeyWithAnyDamagedNumberIsNone() throws Exception {
        ASN1Sequence numbers =
                ASN1Sequence.getInstance(KeySample.RSA.privateKey().toDer(KeyForm.TRADITIONAL));
        for (int i = 1; i < numbers.size(); i++) {
            ASN1EncodableVector damaged = new ASN1EncodableVector();
            for (int j = 0; j < numbers.size(); j++) {
                BigInteger number =
                        ASN1Integer.getInstance(numbers.getObjectAt(j)).getValue();
                damaged.add(new ASN1Integer(i == j ? number.add(BigInteger.TWO) : number));
            }
            byte[] der = new DERSequence(damaged).getEncoded();
            assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(der));
        }
    }

    @Test
    void aDsaKeyWithAnotherPublicNumberIsNone() throws Exception {
        ASN1Sequence numbers =
                ASN1Sequence.getInstance(KeySample.DSA.privateKey().toDer(KeyForm.TRADITIONAL));
        ASN1EncodableVector damaged = new ASN1EncodableVector();
        for (int j = 0; j < numbers.size(); j++) {
            BigInteger number = ASN1Integer.getInstance(numbers.getObjectAt(j)).getValue();
            damaged.add(new ASN1Integer(j == 4 ? number.add(BigInteger.ONE) : number));
        }
        byte[] der = new DERSequence(damaged).getEncoded();

        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(der));
    }

    @Test
    void anRsaAlgorithmWithoutParametersIsTheSame() throws Exception {
        PrivateKeyInfo plain =
                PrivateKeyInfo.getInstance(KeySample.RSA.privateKey().toDer());
        byte[] withoutNull = new PrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption), plain.parsePrivateKey())
                .getEncoded();

        assertEquals(DERNull.INSTANCE, plain.getPrivateKeyAlgorithm().getParameters());
        assertArrayEquals(
                KeySample.RSA.privateKey().toDer(), SslKey.fromDer(withoutNull).toDer());
    }

    @Test
    void pemMayHaveTextAroundCrLfAndNoFinalNewline() throws KeyFormatException {
        SslKey key = KeySample.P256.privateKey();
        String text = "Bag Attributes\n    friendlyName: ü\nKey Attributes: <No Attributes>\n"
                + TestCertificates.localhost().certificate().toPem()
                + key.toPem()
                        .replace("\n", "\r\n")
                        .replace("\r\n-----END", "  \t\r\n\r\n-----END")
                        .strip();

        assertEquals(key, SslKey.fromPem(text));
        assertEquals(key, SslKey.fromPem(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aTextWithoutAKeyAndOneWithSeveralAreRefused() {
        String pem = KeySample.P256.privateKey().toPem();

        assertRefused(Reason.NO_KEY, () -> SslKey.fromPem(""));
        assertRefused(
                Reason.NO_KEY,
                () -> SslKey.fromPem(TestCertificates.localhost().certificate().toPem()));
        assertRefused(
                Reason.SEVERAL_KEYS,
                () -> SslKey.fromPem(pem + KeySample.P256.publicKey().toPem()));
    }

    @Test
    void damagedPemIsRefused() {
        String pem = KeySample.P256.privateKey().toPem();

        for (String damaged : List.of(
                pem.replace("-----END PRIVATE KEY-----", ""),
                pem.replace("-----END PRIVATE KEY-----", "-----END PUBLIC KEY-----"),
                pem.replace("-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nComment: hello\n\n"),
                pem.replace("-----END", pem + "-----END"),
                pem.replace("PRIVATE KEY", "RSA PRIVATE KEY"),
                pem.replace("PRIVATE KEY", "EC PRIVATE KEY"),
                pem.replace("PRIVATE KEY", "PUBLIC KEY"),
                pem.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
                pem.replaceFirst("\nM", "\n%"),
                pem.replaceFirst("\nM", "\nMA"))) {
            assertRefused(Reason.MALFORMED, () -> SslKey.fromPem(damaged));
        }
        assertRefused(Reason.UNSUPPORTED, () -> SslKey.fromPem(pem.replace("PRIVATE KEY", "OPENSSH PRIVATE KEY")));
    }

    @Test
    void bytesAroundAKeyAreRefused() {
        for (SslKey key : List.of(KeySample.RSA.privateKey(), KeySample.P256.publicKey(), KeySample.DSA.privateKey())) {
            byte[] der = key.toDer();
            assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(Arrays.copyOf(der, der.length + 1)));
            assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(Arrays.copyOf(der, der.length - 1)));
        }
        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(new byte[0]));
        assertRefused(Reason.MALFORMED, () -> SslKey.fromDer(new byte[1024 * 1024]));
    }

    @Test
    void anUnknownAlgorithmIsRefusedByItsIdentifier() throws Exception {
        byte[] der = new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3.4")), new byte[] {1})
                .getEncoded();

        KeyFormatException thrown = assertRefused(Reason.UNSUPPORTED, () -> SslKey.fromDer(der));
        assertTrue(thrown.getMessage().contains("1.2.3.4"), thrown.getMessage());
    }

    @Test
    void aClosedKeyIsWipedAndRefusesEveryUse() throws KeyFormatException {
        byte[] pkcs8 = KeySample.P256.privateKey().toDer();
        ParsedKey parsed = PrivateKeyEncodingAccess.read(pkcs8);
        SslKey key = SslKey.of(parsed, KeyCodecs.NONE);
        PrivateKey forJdk = key.toPrivateKey();

        key.close();
        key.close();

        assertArrayEquals(new byte[pkcs8.length], parsed.der(), "the array of the key itself");
        assertTrue(key.isClosed());
        assertEquals("SslKey[closed]", key.toString());
        List<Consumer<SslKey>> uses = List.of(
                SslKey::type,
                SslKey::algorithm,
                SslKey::lengthBits,
                SslKey::isOpaque,
                SslKey::toPrivateKey,
                SslKey::toPublicKey,
                SslKey::toDer,
                closed -> closed.toDer(KeyForm.TRADITIONAL),
                SslKey::toPem,
                closed -> closed.toPem(KeyForm.TRADITIONAL),
                closed -> closed.toEncryptedDer(new char[1]),
                closed -> closed.toEncryptedDer(new char[1], 1000),
                closed -> closed.toEncryptedPem(new char[1]),
                closed -> closed.toEncryptedPem(new char[1], 1000));
        uses.forEach(use -> assertThrows(IllegalStateException.class, () -> use.accept(key)));
        assertThrows(IllegalStateException.class, () -> key.dangerouslyToTraditionalEncryptedPem(new char[1]));
        assertEquals(key, key);
        assertNotEquals(key, KeySample.P256.privateKey());
        assertArrayEquals(pkcs8, forJdk.getEncoded(), "what was handed out stays");
    }

    /** Reads a key and gives the object that holds its array. */
    private static final class PrivateKeyEncodingAccess {
        static ParsedKey read(byte[] pkcs8) throws KeyFormatException {
            try {
                return PrivateKeyEncoding.readPkcs8(pkcs8).confirmed(KeyCodecs.NONE);
            } catch (CertificateFormatException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void twoClosedKeysAreNotEqual() {
        SslKey one = KeySample.P256.privateKey();
        SslKey other = KeySample.P256.privateKey();
        one.close();
        other.close();

        assertNotEquals(one, other);
    }

    @Test
    void theCallersBytesAreCopied() throws KeyFormatException {
        SslKey key = KeySample.P256.privateKey();
        byte[] der = key.toDer();
        SslKey read = SslKey.fromDer(der);

        Arrays.fill(der, (byte) 0);
        Arrays.fill(read.toDer(), (byte) 0);

        assertEquals(key, read);
    }

    @Test
    void theHalvesAreNotMistakenForEachOther() {
        assertThrows(
                IllegalStateException.class, () -> KeySample.P256.privateKey().toPublicKey());
        assertThrows(
                IllegalStateException.class, () -> KeySample.P256.publicKey().toPrivateKey());
        assertThrows(
                IllegalStateException.class, () -> KeySample.P256.publicKey().toEncryptedDer(new char[1]));
    }

    @ParameterizedTest
    @EnumSource
    void anOpaqueKeyCanBeUsedButNotWritten(KeySample sample) {
        PrivateKey inHardware = sample.keys().getPrivate();
        SslKey key = SslKey.opaque(inHardware);

        assertTrue(key.isOpaque());
        assertEquals(sample.algorithm, key.algorithm());
        assertEquals(sample.bits, key.lengthBits());
        assertSame(inHardware, key.toPrivateKey());
        assertThrows(UnsupportedOperationException.class, key::toDer);
        assertThrows(UnsupportedOperationException.class, key::toPem);
        assertThrows(UnsupportedOperationException.class, () -> key.toEncryptedPem(new char[1]));
        assertEquals(key, SslKey.opaque(inHardware));
        assertNotEquals(key, sample.privateKey());
        assertTrue(key.toString().contains("opaque"), key.toString());
        key.close();
        assertThrows(IllegalStateException.class, key::toPrivateKey);
    }

    @Test
    void anOpaqueKeyMayShowNothing() {
        SslKey key = SslKey.opaque(new SilentKey("SomethingNew"));

        assertEquals(KeyAlgorithm.OTHER, key.algorithm());
        assertEquals(0, key.lengthBits());
        assertThrows(IllegalArgumentException.class, () -> SslKey.of(new SilentKey("RSA")));
    }

    /** A key without an encoding, as those of hardware modules. */
    private record SilentKey(String algorithm) implements PrivateKey {
        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return null;
        }

        @Override
        public byte[] getEncoded() {
            return null;
        }
    }

    /** It has no primes, so that nothing in it can be checked; it may be used as an opaque key. */
    @Test
    void anRsaKeyWithoutPrimesIsRefused() throws GeneralSecurityException {
        RSAPrivateCrtKey key = (RSAPrivateCrtKey) KeySample.RSA.keys().getPrivate();
        PrivateKey withoutPrimes = KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateKeySpec(key.getModulus(), key.getPrivateExponent()));

        assertThrows(IllegalArgumentException.class, () -> SslKey.of(withoutPrimes));
        assertEquals(2048, SslKey.opaque(withoutPrimes).lengthBits());
    }

    @Test
    void everyObjectForTheJdkIsANewOne() {
        SslKey key = KeySample.P256.privateKey();

        assertNotSame(key.toPrivateKey(), key.toPrivateKey());
    }

    static KeyFormatException assertRefused(Reason reason, Executable reading) {
        KeyFormatException thrown = assertThrows(KeyFormatException.class, reading);
        assertEquals(reason, thrown.reason(), thrown.getMessage());
        return thrown;
    }

    private static boolean contains(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return true;
            }
        }
        return false;
    }
}
