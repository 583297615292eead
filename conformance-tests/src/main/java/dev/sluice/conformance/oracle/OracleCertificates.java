package dev.sluice.conformance.oracle;

import dev.sluice.x509.SslCertificate;
import java.security.PrivateKey;
import java.util.List;

/** Makes the certificates that scripts ask for. The same words give the same certificate. */
interface OracleCertificates {
    /**
     * A certificate with its key.
     *
     * @param chain what a peer sends: the certificate first
     * @param key its private key
     */
    record Identity(List<SslCertificate> chain, PrivateKey key) {
        public Identity {
            chain = List.copyOf(chain);
        }

        @Override
        public String toString() {
            return "Identity[" + chain.get(0).subjectDisplayName() + "]";
        }
    }

    /** What can be said about an identity. */
    enum Key implements Word {
        CN("cn=NAME", "the common name of the subject; `localhost` unless told"),
        SAN("san=NAME,...|none", "the alternative names, DNS or IP; that of `cn` unless told"),
        ISSUER("issuer=ca|other|self", "who signs it: the root `ca`, another root, or itself; `ca` unless told"),
        VALID("valid=now|past|future", "when it is valid; `now` unless told, `future` begins in 2050"),
        USE("use=server|client", "its extended key usage; `server` unless told"),
        CHAIN("chain=full|leaf", "whether the root is sent as well, as the recorded servers did; `full` unless told");

        private final String usage;
        private final String help;

        Key(String usage, String help) {
            this.usage = usage;
            this.help = help;
        }

        @Override
        public String usage() {
            return usage;
        }

        @Override
        public String help() {
            return help;
        }

        @Override
        public String word() {
            return usage.substring(0, usage.indexOf('='));
        }
    }

    /** The certificate of a root, by its name. */
    SslCertificate root(String name);

    /**
     * Makes an identity, or gives the one that these words gave before.
     *
     * @param words keys and values, see {@link Key}
     */
    Identity identity(String words);
}
