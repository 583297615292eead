package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.testing.TestCertificates;
import dev.sluice.x509.CertificateParts.Part;
import java.io.IOException;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/**
 * {@link SslCertificate#fromDer} with a certificate that has anything in some of its fields or extensions. {@link
 * SslCertificateDerFuzz} seldom gets that far: with each byte more it would have to correct four lengths.
 */
class CertificatePartsFuzz extends FuzzTarget {
    private static final SslCertificate CERTIFICATE =
            TestCertificates.localhost().certificate();

    @Override
    Stream<byte[]> seeds() throws IOException {
        return Stream.of(
                CertificateEdit.write(CertificateEdit.part(Part.SUBJECT, der(new X500Name("CN=a,O=b,OU=c")))),
                CertificateEdit.write(CertificateEdit.part(Part.SERIAL_NUMBER, new byte[] {2, 1, -1})),
                CertificateEdit.write(
                        CertificateEdit.noExtensions(), CertificateEdit.extension(17, true, der(names()))),
                CertificateEdit.write(
                        CertificateEdit.noExtensions(),
                        CertificateEdit.extension(19, true, der(new BasicConstraints(1))),
                        CertificateEdit.extension(
                                15, true, der(new KeyUsage(KeyUsage.keyCertSign | KeyUsage.decipherOnly))),
                        CertificateEdit.extension(30, true, der(constraints()))));
    }

    @Override
    boolean check(byte[] input) {
        CertificateParts parts = CertificateParts.of(CERTIFICATE);
        CertificateEdit.read(input).forEach(edit -> edit.applyTo(parts));
        byte[] der = parts.unsigned();
        try {
            SslCertificateInvariants.check(SslCertificate.fromDer(der), der);
            return true;
        } catch (CertificateFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return false;
        }
    }

    private static GeneralNames names() {
        return new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.dNSName, "*.host.example"),
            new GeneralName(GeneralName.iPAddress, "192.0.2.1"),
            new GeneralName(GeneralName.iPAddress, "2001:db8::1"),
            new GeneralName(GeneralName.rfc822Name, "somebody@host.example"),
            new GeneralName(GeneralName.uniformResourceIdentifier, "https://host.example/"),
            new GeneralName(new X500Name("CN=somebody")),
            new GeneralName(GeneralName.registeredID, "1.2.3")
        });
    }

    private static NameConstraints constraints() {
        return new NameConstraints(
                new GeneralSubtree[] {
                    new GeneralSubtree(new GeneralName(GeneralName.dNSName, "host.example")),
                    new GeneralSubtree(new GeneralName(GeneralName.iPAddress, "192.0.2.0/24"))
                },
                new GeneralSubtree[] {
                    new GeneralSubtree(new GeneralName(GeneralName.rfc822Name, ".host.example")),
                    new GeneralSubtree(new GeneralName(new X500Name("CN=somebody")))
                });
    }

    private static byte[] der(ASN1Encodable value) throws IOException {
        return value.toASN1Primitive().getEncoded("DER");
    }
}
