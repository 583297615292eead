package dev.sluice.x509;

import java.security.Principal;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** A session that knows what a trust manager may ask, and nothing else. */
final class FakeSession extends ExtendedSSLSession {
    private final @Nullable String peerHost;
    private final List<SNIServerName> serverNames;
    private final List<byte[]> statusResponses;
    private final List<Certificate> peerCertificates;

    FakeSession(
            @Nullable String peerHost,
            List<? extends SNIServerName> serverNames,
            List<byte[]> statusResponses,
            List<? extends Certificate> peerCertificates) {
        this.peerHost = peerHost;
        this.serverNames = List.copyOf(serverNames);
        this.statusResponses = statusResponses;
        this.peerCertificates = List.copyOf(peerCertificates);
    }

    @Override
    public @Nullable String getPeerHost() {
        return peerHost;
    }

    @Override
    public List<SNIServerName> getRequestedServerNames() {
        return serverNames;
    }

    @Override
    public List<byte[]> getStatusResponses() {
        return statusResponses;
    }

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        if (peerCertificates.isEmpty()) {
            throw new SSLPeerUnverifiedException("peer has shown no certificate");
        }
        return peerCertificates.toArray(new Certificate[0]);
    }

    @Override
    public String[] getLocalSupportedSignatureAlgorithms() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String[] getPeerSupportedSignatureAlgorithms() {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] getId() {
        throw new UnsupportedOperationException();
    }

    @Override
    public SSLSessionContext getSessionContext() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long getCreationTime() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long getLastAccessedTime() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void invalidate() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isValid() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void putValue(String name, Object value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Object getValue(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void removeValue(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String[] getValueNames() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Certificate[] getLocalCertificates() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Principal getPeerPrincipal() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Principal getLocalPrincipal() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String getCipherSuite() {
        throw new UnsupportedOperationException();
    }

    @Override
    public String getProtocol() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getPeerPort() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getPacketBufferSize() {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getApplicationBufferSize() {
        throw new UnsupportedOperationException();
    }
}
