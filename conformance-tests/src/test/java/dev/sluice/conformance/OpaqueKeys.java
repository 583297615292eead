package dev.sluice.conformance;

import java.security.InvalidKeyException;
import java.security.InvalidParameterException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.SignatureSpi;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider whose keys show no encoding, as those of a hardware module, and which alone signs with them. */
final class OpaqueKeys extends Provider {
    private static final long serialVersionUID = 1;

    private final transient AtomicInteger signatures = new AtomicInteger();

    OpaqueKeys() {
        super("OpaqueKeys", "1", "keys that stay inside");
        putService(
                new Service(
                        this,
                        "Signature",
                        "SHA256withECDSA",
                        Signer.class.getName(),
                        List.of(),
                        Map.of("SupportedKeyClasses", Opaque.class.getName())) {
                    @Override
                    public Object newInstance(Object parameter) {
                        return new Signer(signatures);
                    }

                    @Override
                    public boolean supportsParameter(Object parameter) {
                        return parameter instanceof Opaque;
                    }
                });
    }

    static PrivateKey hide(PrivateKey key) {
        return new Opaque(key);
    }

    /** How often a key of this provider has signed. */
    int signatures() {
        return signatures.get();
    }

    private static final class Opaque implements PrivateKey {
        private static final long serialVersionUID = 1;

        private final transient PrivateKey inside;

        Opaque(PrivateKey inside) {
            this.inside = inside;
        }

        @Override
        public String getAlgorithm() {
            return inside.getAlgorithm();
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

    private static final class Signer extends SignatureSpi {
        private final AtomicInteger signatures;
        private final Signature signature;

        Signer(AtomicInteger signatures) {
            this.signatures = signatures;
            try {
                this.signature = Signature.getInstance("SHA256withECDSA", "SunEC");
            } catch (java.security.GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        protected void engineInitVerify(PublicKey key) throws InvalidKeyException {
            throw new InvalidKeyException("this provider signs only");
        }

        @Override
        protected void engineInitSign(PrivateKey key) throws InvalidKeyException {
            if (!(key instanceof Opaque opaque)) {
                throw new InvalidKeyException("not a key of this provider");
            }
            signature.initSign(opaque.inside);
        }

        @Override
        protected void engineUpdate(byte value) throws SignatureException {
            signature.update(value);
        }

        @Override
        protected void engineUpdate(byte[] bytes, int offset, int length) throws SignatureException {
            signature.update(bytes, offset, length);
        }

        @Override
        protected byte[] engineSign() throws SignatureException {
            signatures.incrementAndGet();
            return signature.sign();
        }

        @Override
        protected boolean engineVerify(byte[] bytes) throws SignatureException {
            throw new SignatureException("this provider signs only");
        }

        @Override
        @Deprecated
        protected void engineSetParameter(String name, Object value) {
            throw new InvalidParameterException("there are none");
        }

        @Override
        @Deprecated
        protected Object engineGetParameter(String name) {
            throw new InvalidParameterException("there are none");
        }
    }
}
