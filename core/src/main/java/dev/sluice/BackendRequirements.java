package dev.sluice;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsFeature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Compares a configuration with what a backend can do, so that nothing a user demands is silently left out. */
final class BackendRequirements {
    private final SslConfiguration configuration;
    private final BackendCapabilities capabilities;
    private final List<String> unsupported = new ArrayList<>();

    private BackendRequirements(SslConfiguration configuration, BackendCapabilities capabilities) {
        this.configuration = configuration;
        this.capabilities = capabilities;
    }

    /**
     * Lists what a backend cannot do.
     *
     * @param configuration what is demanded
     * @param capabilities what there is
     * @param side the side on which it will be used; empty if not known, then only what fits neither side is listed
     * @return one description per setting; empty if all is supported
     */
    static List<String> unsupported(
            SslConfiguration configuration, BackendCapabilities capabilities, Optional<Side> side) {
        BackendRequirements requirements = new BackendRequirements(configuration, capabilities);
        requirements.checkProtocolsAndCiphers();
        requirements.checkGroupsAndSchemes();
        requirements.checkFeatures();
        if (side.isPresent()) {
            requirements.checkSide(side.get());
        }
        requirements.checkServerNames(side);
        return List.copyOf(requirements.unsupported);
    }

    private void checkProtocolsAndCiphers() {
        for (SslProtocol protocol : configuration.protocols().protocols()) {
            if (!capabilities.protocols().contains(protocol)) {
                unsupported.add("protocol " + protocol.standardName());
            } else if (!configuration.hasExplicitCiphers() && !hasDefaultCipher(protocol)) {
                unsupported.add("every default cipher suite of " + protocol.standardName());
            }
        }
        if (configuration.hasExplicitCiphers()) {
            configuration.ciphers().stream()
                    .filter(cipher -> !capabilities.ciphers().contains(cipher))
                    .forEach(cipher -> unsupported.add("cipher suite " + cipher.name()));
        }
    }

    private boolean hasDefaultCipher(SslProtocol protocol) {
        return SslCipher.defaults().stream()
                .anyMatch(cipher -> cipher.protocols().contains(protocol)
                        && capabilities.ciphers().contains(cipher));
    }

    private void checkGroupsAndSchemes() {
        if (!configuration.groups().isEmpty()) {
            require(TlsFeature.GROUP_SELECTION, "groups");
            configuration.groups().stream()
                    .filter(group -> !capabilities.groups().contains(group))
                    .forEach(group -> unsupported.add("group " + group.standardName()));
        }
        if (!configuration.signatureSchemes().isEmpty()) {
            require(TlsFeature.SIGNATURE_SCHEME_SELECTION, "signatureSchemes");
            // Some libraries can be told and do not tell: then the context refuses what it does not know.
            configuration.signatureSchemes().stream()
                    .filter(scheme -> !capabilities.signatureSchemes().isEmpty()
                            && !capabilities.signatureSchemes().contains(scheme))
                    .forEach(scheme -> unsupported.add("signature scheme " + scheme.standardName()));
        }
    }

    private void checkFeatures() {
        if (!configuration.allowedApplicationProtocols().isEmpty()) {
            require(TlsFeature.ALPN, "allowedApplicationProtocols");
        }
        if (configuration.ocspStaplingEnabled()
                && !capabilities.has(TlsFeature.OCSP_CLIENT)
                && !capabilities.has(TlsFeature.OCSP_SERVER)) {
            unsupported.add("ocspStaplingEnabled");
        }
        if (configuration.diffieHellmanParameters().isPresent()) {
            require(TlsFeature.DH_PARAMETERS, "diffieHellmanParameters");
        }
        if (configuration.preSharedKeyEnabled()
                && configuration.protocols().protocols().stream().noneMatch(this::canSharePreviously)) {
            unsupported.add("preSharedKeyEnabled with " + configuration.protocols());
        }
        if (configuration.keyLog().isPresent()) {
            require(TlsFeature.KEY_LOG, "dangerouslyKeyLog");
        }
        if (configuration.preSharedKeyIdentityHint().isPresent()) {
            require(TlsFeature.PSK_TLS_1_2, "preSharedKeyIdentityHint");
        }
        if (configuration.hasExplicitCiphers()
                && configuration.ciphers().stream().anyMatch(SslCipher::usesPreSharedKey)) {
            require(TlsFeature.PSK_TLS_1_2, "cipher suites with a pre-shared key");
        }
        if (configuration.sessionStore().isPresent() && !canResume()) {
            unsupported.add("sessionStore");
        }
    }

    private boolean canSharePreviously(SslProtocol protocol) {
        return switch (protocol) {
            case TLS_1_0, TLS_1_1 -> false;
            case TLS_1_2 -> capabilities.has(TlsFeature.PSK_TLS_1_2);
            case TLS_1_3 -> capabilities.has(TlsFeature.PSK_TLS_1_3);
        };
    }

    private boolean canResume() {
        return configuration.protocols().protocols().stream().anyMatch(protocol -> switch (protocol) {
            case TLS_1_0, TLS_1_1 -> false;
            case TLS_1_2 -> capabilities.has(TlsFeature.RESUMPTION_TLS_1_2);
            case TLS_1_3 -> capabilities.has(TlsFeature.RESUMPTION_TLS_1_3);
        });
    }

    private void checkSide(Side side) {
        switch (side) {
            case CLIENT -> {
                if (!configuration.identities().isEmpty()) {
                    require(TlsFeature.CLIENT_CERTIFICATES, "a client's identities");
                }
                if (configuration.ocspStaplingEnabled()) {
                    require(TlsFeature.OCSP_CLIENT, "ocspStaplingEnabled on a client");
                }
                if (configuration.maximumFragmentLength().isPresent()) {
                    require(TlsFeature.MAXIMUM_FRAGMENT_LENGTH, "maximumFragmentLength");
                }
            }
            case SERVER -> {
                if (asksForClientCertificate(configuration.peerVerifyMode())) {
                    require(TlsFeature.CLIENT_CERTIFICATES, "peerVerifyMode " + configuration.peerVerifyMode());
                }
                if (configuration.ocspStaplingEnabled()) {
                    require(TlsFeature.OCSP_SERVER, "ocspStaplingEnabled on a server");
                    if (capabilities.has(TlsFeature.OCSP_SERVER)
                            && configuration.stapledOcspResponse().isEmpty()) {
                        unsupported.add("ocspStaplingEnabled on a server without stapledOcspResponse");
                    }
                }
                if (configuration.stapledOcspResponse().isPresent()) {
                    require(TlsFeature.OCSP_SERVER, "stapledOcspResponse");
                }
            }
        }
    }

    /** What was asked for explicitly; {@link PeerVerifyMode#AUTO_VERIFY_PEER} takes what there is. */
    private static boolean asksForClientCertificate(PeerVerifyMode mode) {
        return switch (mode) {
            case QUERY_PEER, VERIFY_PEER -> true;
            case VERIFY_NONE, AUTO_VERIFY_PEER -> false;
        };
    }

    private void checkServerNames(Optional<Side> side) {
        configuration.serverNames().forEach((pattern, forName) -> {
            List<String> ofName = unsupported(forName, capabilities, side);
            if (!ofName.isEmpty()) {
                unsupported.add(
                        ofName.stream().collect(Collectors.joining(", ", "for server name " + pattern + ": ", "")));
            }
        });
        if (!configuration.serverNames().isEmpty()) {
            require(TlsFeature.SNI_SERVER, "serverName");
        }
    }

    private void require(TlsFeature feature, String setting) {
        if (!capabilities.has(feature)) {
            unsupported.add(setting);
        }
    }
}
