package dev.sluice.conformance.contracts;

import dev.sluice.SslConfiguration;
import dev.sluice.conformance.certificates.Identities;
import dev.sluice.conformance.saboteurs.DelegatingBackend;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import java.util.List;

/** What can be wrong before a connection begins. */
enum SetUpFault {
    /** A certificate with the key of another. */
    KEY_OF_ANOTHER {
        @Override
        SslConfiguration.Builder put(SslConfiguration.Builder builder) {
            return builder.localCertificate(
                    Identities.server().chain(), Identities.client().keys().getPrivate());
        }
    },
    /** A key without a certificate. */
    KEY_WITHOUT_CERTIFICATE {
        @Override
        SslConfiguration.Builder put(SslConfiguration.Builder builder) {
            return builder.localCertificate(
                    List.of(), Identities.server().keys().getPrivate());
        }
    },
    /** A suite that does not exist. */
    UNKNOWN_SUITE {
        @Override
        SslConfiguration.Builder put(SslConfiguration.Builder builder) {
            return builder.ciphers("TLS_NO_SUCH_SUITE");
        }
    },
    /** The library refuses the context. */
    CONTEXT_REFUSED {
        @Override
        TlsBackend around(TlsBackend backend) {
            return new DelegatingBackend(backend) {
                @Override
                public TlsContext createContext(ContextSpec spec) throws TlsContextException {
                    throw new TlsContextException(WORDS, null);
                }
            };
        }
    },
    /** The library refuses the engine. */
    ENGINE_REFUSED {
        @Override
        TlsBackend around(TlsBackend backend) {
            return new DelegatingBackend(backend) {
                @Override
                protected TlsEngine createEngine(
                        TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                        throws TlsContextException {
                    throw new TlsContextException(WORDS, null);
                }
            };
        }
    };

    private static final String WORDS = "refused by the property";

    /** Puts it into a configuration. */
    SslConfiguration.Builder put(SslConfiguration.Builder builder) {
        return builder;
    }

    /** Puts it into a backend. */
    TlsBackend around(TlsBackend backend) {
        return backend;
    }
}
