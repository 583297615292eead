package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.testing.TestRevocation;
import java.math.BigInteger;
import java.util.stream.Stream;

/** {@link CertificateRevocationList#fromDer} with anything instead of a CRL. */
class CertificateRevocationListFuzz extends FuzzTarget {
    private static final Issued CA = TestCertificates.ca("CA").selfSigned();

    @Override
    Stream<byte[]> seeds() {
        return Stream.of(
                TestRevocation.crl(CA).list().toDer(),
                TestRevocation.crl(CA)
                        .revoke(BigInteger.TWO)
                        .revoke(BigInteger.TEN)
                        .list()
                        .toDer());
    }

    @Override
    boolean check(byte[] input) {
        try {
            CertificateRevocationList list = CertificateRevocationList.fromDer(input);
            assertArrayEquals(input, list.toDer());
            assertFalse(list.issuer().isEmpty());
            assertFalse(list.nextUpdate().isBefore(list.thisUpdate()));
            assertTrue(list.number().signum() >= 0);
            assertTrue(list.find(BigInteger.TWO).isEmpty() || list.size() > 0);
            assertEquals(list, CertificateRevocationList.fromDer(input));
            assertFalse(list.toString().isEmpty());
            return true;
        } catch (CertificateFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return false;
        }
    }
}
