package dev.sluice.conformance.contracts;

import static dev.sluice.conformance.harness.Verdict.check;

import dev.sluice.conformance.certificates.CostlyKey;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.harness.Importers;
import dev.sluice.x509.CertificateFormatException;
import dev.sluice.x509.KeyFormatException;
import dev.sluice.x509.Pkcs12;
import dev.sluice.x509.SslCertificate;
import dev.sluice.x509.SslKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import java.util.Random;

/** The forms in which keys and certificates come. */
public enum Encoding {
    /** A certificate. */
    CERTIFICATE_DER {
        @Override
        byte[] make() {
            return Identities.server().certificate().toDer();
        }

        @Override
        void importFrom(Importers importers, byte[] bytes) throws CertificateFormatException {
            checkComplete(importers.certificate(bytes));
        }
    },
    /** Several certificates as text. */
    CERTIFICATES_PEM {
        @Override
        byte[] make() {
            return text(Identities.server().certificate().toPem()
                    + Identities.root().certificate().toPem());
        }

        @Override
        void importFrom(Importers importers, byte[] bytes) throws CertificateFormatException {
            List<SslCertificate> read = importers.certificates(bytes);
            check(read != null && !read.isEmpty(), "an importer of certificates gave none, and no exception");
            read.forEach(Encoding::checkComplete);
        }
    },
    /** A key. */
    KEY_DER {
        @Override
        byte[] make() {
            return Identities.server().keys().getPrivate().getEncoded();
        }

        @Override
        void importFrom(Importers importers, byte[] bytes) throws KeyFormatException {
            checkComplete(importers.key(bytes));
        }
    },
    /** A key as text. */
    KEY_PEM {
        @Override
        byte[] make() {
            return text(SslKey.of(Identities.server().keys().getPrivate()).toPem());
        }

        @Override
        void importFrom(Importers importers, byte[] bytes) throws KeyFormatException {
            checkComplete(importers.key(bytes, PASSWORD.toCharArray()));
        }
    },
    /** An encrypted key as text. */
    ENCRYPTED_KEY_PEM {
        @Override
        byte[] make() {
            return text(SslKey.of(Identities.server().keys().getPrivate())
                    .toEncryptedPem(PASSWORD.toCharArray(), FEW_ITERATIONS));
        }

        @Override
        void importFrom(Importers importers, byte[] bytes) throws KeyFormatException {
            checkComplete(importers.key(bytes, PASSWORD.toCharArray()));
        }

        @Override
        boolean isSlow() {
            return true;
        }
    },
    /** A key with its chain. */
    PKCS12 {
        @Override
        byte[] make() {
            try {
                KeyStore store = KeyStore.getInstance("PKCS12");
                store.load(null, null);
                store.setKeyEntry(
                        "key",
                        Identities.server().keys().getPrivate(),
                        PASSWORD.toCharArray(),
                        Identities.server().chain().stream()
                                .map(SslCertificate::toX509)
                                .toArray(Certificate[]::new));
                ByteArrayOutputStream file = new ByteArrayOutputStream();
                store.store(file, PASSWORD.toCharArray());
                return file.toByteArray();
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("this Java cannot write a PKCS #12 file", e);
            }
        }

        @Override
        void importFrom(Importers importers, byte[] bytes) throws KeyFormatException {
            Pkcs12 read = importers.pkcs12(bytes, PASSWORD.toCharArray());
            check(read != null, "an importer of PKCS #12 files gave null, expected an object or an exception");
            checkComplete(read.key());
            read.chain().forEach(Encoding::checkComplete);
        }

        @Override
        boolean isSlow() {
            return true;
        }
    };

    private static final String PASSWORD = "a password";
    private static final int FEW_ITERATIONS = 1000;

    @SuppressWarnings("ImmutableEnumChecker") // written once, and nobody else gets it to write
    private byte[] made = {};

    abstract byte[] make();

    /** Imports, and checks that what comes is complete. */
    abstract void importFrom(Importers importers, byte[] bytes) throws CertificateFormatException, KeyFormatException;

    /** A valid one; not to be written to. */
    synchronized byte[] valid() {
        if (made.length == 0) {
            made = make();
        }
        return made;
    }

    /** Whether it takes long to import. */
    boolean isSlow() {
        return false;
    }

    /**
     * Imports bytes.
     *
     * @return true if there is an object, false if the documented exception came
     * @throws AssertionError if neither did
     */
    boolean read(Importers importers, byte[] bytes) {
        try {
            importFrom(importers, bytes);
            return true;
        } catch (CertificateFormatException | KeyFormatException documented) {
            check(
                    documented.getMessage() != null && !documented.getMessage().isBlank(),
                    () -> this + " is refused without a word why");
            return false;
        } catch (RuntimeException | StackOverflowError leaked) {
            throw new AssertionError(
                    bytes.length + " bytes given as " + this + " ended in " + leaked
                            + ", expected a complete object or the documented exception",
                    leaked);
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** How the second of three certificates is broken. */
    enum Breakage {
        /** What it encodes is none. */
        DER {
            @Override
            String breakIt(String pem, Random random) {
                byte[] der = Identities.root().certificate().toDer();
                der[4 + random.nextInt(8)] ^= 0x55; // the outermost structure is at stake here
                return BEGIN + "\n"
                        + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n" + END
                        + "\n";
            }
        },
        /** It has characters that are no Base64. */
        BASE64 {
            @Override
            String breakIt(String pem, Random random) {
                int at = BEGIN.length() + 20 + random.nextInt(100);
                return pem.substring(0, at) + "!" + pem.substring(at + 1);
            }
        },
        /** Its end is missing. */
        WITHOUT_END {
            @Override
            String breakIt(String pem, Random random) {
                return pem.replace(END, "");
            }
        },
        /** It ends in the middle. */
        TORN {
            @Override
            String breakIt(String pem, Random random) {
                return pem.substring(0, pem.length() / 2) + "\n" + END + "\n";
            }
        },
        /** It ends as something else. */
        ANOTHER_END {
            @Override
            String breakIt(String pem, Random random) {
                return pem.replace(END, "-----END X509 CRL-----");
            }
        };

        private static final String BEGIN = "-----BEGIN CERTIFICATE-----";
        private static final String END = "-----END CERTIFICATE-----";

        abstract String breakIt(String pem, Random random);
    }

    static byte[] brokenBetweenGoodOnes(Breakage breakage, Random random) {
        String good = Identities.server().certificate().toPem();
        return text(good + breakage.breakIt(Identities.root().certificate().toPem(), random) + good);
    }

    /** The last of two is broken. */
    static byte[] brokenBehindAGoodOne(Breakage breakage, Random random) {
        return text(Identities.server().certificate().toPem()
                + breakage.breakIt(Identities.root().certificate().toPem(), random));
    }

    /** Structures in structures, deeper than anybody needs: whoever calls himself for each runs out of stack. */
    byte[] nested(int depth) {
        byte[] der = new byte[2 * depth];
        for (int i = 0; i < depth; i++) {
            der[2 * i] = 0x30;
            der[2 * i + 1] = (byte) 0x80; // of a length that is not told
        }
        return switch (this) {
            case CERTIFICATE_DER, KEY_DER, PKCS12 -> der;
            case CERTIFICATES_PEM -> pem("CERTIFICATE", der);
            case KEY_PEM -> pem("PRIVATE KEY", der);
            case ENCRYPTED_KEY_PEM -> pem("ENCRYPTED PRIVATE KEY", der);
        };
    }

    private static byte[] pem(String label, byte[] der) {
        return text("-----BEGIN " + label + "-----\n"
                + java.util.Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n");
    }

    /** A key that says its password is to be hashed two thousand million times. */
    static byte[] hashedForYears() {
        return pem("ENCRYPTED PRIVATE KEY", CostlyKey.toDer(Integer.MAX_VALUE));
    }

    private static void checkComplete(SslCertificate certificate) {
        check(certificate != null, "an importer of certificates gave null, expected an object or an exception");
        check(
                certificate.toDer().length > 0
                        && certificate.publicKey() != null
                        && certificate.subject() != null
                        && certificate.issuer() != null
                        && certificate.serialNumber() != null
                        && !certificate.notAfter().equals(java.time.Instant.MAX)
                        && certificate.subjectAlternativeNames() != null
                        && certificate.extensions() != null
                        && !certificate.toText().isEmpty(),
                "an importer of certificates gave an incomplete one, expected an exception");
    }

    private static void checkComplete(SslKey key) {
        check(key != null, "an importer of keys gave null, expected an object or an exception");
        try (key) {
            check(
                    key.toDer().length > 0 && key.algorithm() != null && key.lengthBits() > 0 && key.type() != null,
                    "an importer of keys gave an incomplete one, expected an exception");
        }
    }
}
