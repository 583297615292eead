package dev.sluice.x509;

import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.Key;
import java.security.KeyStoreSpi;
import java.security.Provider;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;

/** Stands for the providers of key stores that only the JDKs for Windows and macOS have. */
final class FakeSystemKeyStores extends Provider {
    private static final long serialVersionUID = 1L;

    FakeSystemKeyStores() {
        super("SluiceFakeSystemKeyStores", "1", "stands for SunMSCAPI and Apple");
    }

    /** Adds a store that has this trusted certificate, entries of other kinds, and some that cannot be read. */
    void add(String type, SslCertificate trusted) {
        addStore(type, new Store(trusted));
    }

    /** Adds a store that cannot be loaded. */
    void addUnreadable(String type) {
        addStore(type, new Store(TestRoots.ONE) {
            @Override
            public void engineLoad(InputStream stream, char[] password) throws IOException {
                throw new IOException("access denied");
            }
        });
    }

    /** Adds a store that fails in a way that the interface does not provide for. */
    void addFailing(String type) {
        addStore(type, new Store(TestRoots.ONE) {
            @Override
            public Enumeration<String> engineAliases() {
                throw new IllegalStateException("native error");
            }
        });
    }

    private void addStore(String type, KeyStoreSpi store) {
        putService(new Service(this, "KeyStore", type, Store.class.getName(), List.of(), Map.of()) {
            @Override
            public Object newInstance(Object parameter) {
                return store;
            }
        });
    }

    private static class Store extends KeyStoreSpi {
        private final SslCertificate trusted;

        Store(SslCertificate trusted) {
            this.trusted = trusted;
        }

        @Override
        public void engineLoad(InputStream stream, char[] password) throws IOException {
            if (stream != null) {
                throw new IOException("not based on a file");
            }
        }

        @Override
        public Enumeration<String> engineAliases() {
            return Collections.enumeration(List.of("failing", "missing", "key", "trusted", "again"));
        }

        @Override
        public boolean engineIsCertificateEntry(String alias) {
            return !alias.equals("key");
        }

        @Override
        public Certificate engineGetCertificate(String alias) {
            return switch (alias) {
                case "failing" -> throw new IllegalStateException("native error");
                case "missing" -> null;
                case "key" -> TestRoots.THREE.toX509();
                default -> trusted.toX509();
            };
        }

        @Override
        public boolean engineIsKeyEntry(String alias) {
            return alias.equals("key");
        }

        @Override
        public boolean engineContainsAlias(String alias) {
            return Collections.list(engineAliases()).contains(alias);
        }

        @Override
        public int engineSize() {
            return Collections.list(engineAliases()).size();
        }

        @Override
        public Key engineGetKey(String alias, char[] password) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Certificate[] engineGetCertificateChain(String alias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Date engineGetCreationDate(String alias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetCertificateEntry(String alias, Certificate certificate) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineDeleteEntry(String alias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String engineGetCertificateAlias(Certificate certificate) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineStore(OutputStream stream, char[] password) {
            throw new UnsupportedOperationException();
        }
    }

    /** Roots of three CAs. */
    static final class TestRoots {
        static final SslCertificate ONE = root("One");
        static final SslCertificate TWO = root("Two");
        static final SslCertificate THREE = root("Three");

        private TestRoots() {}

        private static SslCertificate root(String name) {
            return TestCertificates.ca(name).selfSigned().certificate();
        }
    }
}
