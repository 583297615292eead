package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.SslError;
import dev.sluice.SslError.Code;
import dev.sluice.testing.TestCertificates;
import dev.sluice.testing.TestCertificates.Issued;
import dev.sluice.x509.Subtree.Relation;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Networks in name constraints, bit by bit, and constraints where nothing is below them. */
class SubtreeTest {
    private static final byte[] ADDRESS = {(byte) 192, 0, 2, 0};

    private static Subtree network(byte[] address, byte[] mask) {
        byte[] both = Arrays.copyOf(address, address.length + mask.length);
        System.arraycopy(mask, 0, both, address.length, mask.length);
        return Subtree.Network.of(both);
    }

    private static byte[] prefix(int bits, int octets) {
        byte[] mask = new byte[octets];
        for (int i = 0; i < bits; i++) {
            mask[i / 8] |= (byte) (0x80 >> (i % 8));
        }
        return mask;
    }

    private static Relation relation(Subtree subtree, byte[] address) {
        return subtree.relationOf(ConstrainedName.of(new SubjectAltName.Ip(address)));
    }

    private static byte[] mapped(byte[] four) {
        byte[] six = new byte[16];
        six[10] = (byte) 0xff;
        six[11] = (byte) 0xff;
        System.arraycopy(four, 0, six, 12, 4);
        return six;
    }

    @Test
    void aMaskIsAPrefixOfAnyLengthAndHasNoHole() {
        for (int octets : new int[] {4, 16}) {
            for (int bits = 0; bits <= 8 * octets; bits++) {
                byte[] mask = prefix(bits, octets);
                assertTrue(network(new byte[octets], mask).isWellFormed(), "/" + bits);
                for (int hole = 0; hole < bits - 1; hole++) {
                    byte[] holed = mask.clone();
                    holed[hole / 8] ^= (byte) (0x80 >> (hole % 8));
                    assertFalse(network(new byte[octets], holed).isWellFormed(), "/" + bits + " without bit " + hole);
                }
            }
        }
    }

    @Test
    void addressAndMaskHaveFourOctetsEachOrSixteen() {
        for (int length : new int[] {0, 1, 4, 7, 9, 10, 16, 31, 33, 64}) {
            assertFalse(Subtree.Network.of(new byte[length]).isWellFormed(), length + " octets");
        }
        assertTrue(Subtree.Network.of(new byte[8]).isWellFormed());
        assertTrue(Subtree.Network.of(new byte[32]).isWellFormed());
    }

    @Test
    void anAddressIsInsideIfItAgreesInEachBitOfThePrefix() {
        Subtree network = network(ADDRESS, prefix(25, 4));
        assertEquals(Relation.INSIDE, relation(network, new byte[] {(byte) 192, 0, 2, 127}));
        assertEquals(Relation.OUTSIDE, relation(network, new byte[] {(byte) 192, 0, 2, (byte) 128}));
        assertEquals(Relation.OUTSIDE, relation(network, new byte[] {(byte) 193, 0, 2, 1}));
    }

    /** RFC 4291 §2.5.5.2: a mapped address is connected to as the other one, yet RFC 5280 has two kinds of address. */
    @Test
    void aMappedAddressOfTheNetworkIsNeitherInNorOut() {
        Subtree network = network(ADDRESS, prefix(24, 4));
        assertEquals(Relation.UNKNOWN, relation(network, mapped(new byte[] {(byte) 192, 0, 2, 1})));
        assertEquals(Relation.OUTSIDE, relation(network, mapped(new byte[] {(byte) 198, 51, 100, 1})));
        byte[] other = mapped(new byte[] {(byte) 192, 0, 2, 1});
        other[0] = 0x20;
        assertEquals(Relation.OUTSIDE, relation(network, other));
        assertEquals(Relation.OUTSIDE, relation(network(new byte[16], prefix(1, 16)), ADDRESS));
    }

    @Test
    void anAddressThatIsNoneIsNeitherInNorOut() {
        Subtree network = network(ADDRESS, prefix(0, 4));
        assertEquals(Relation.UNKNOWN, network.relationOf(ConstrainedName.of(SubjectAltName.Other.BAD_IP)));
    }

    @Test
    void constraintsOfAPeerThatIsACaHaveToBeWellFormedThoughTheyBindNobody() {
        Issued root = TestCertificates.ca("Root").selfSigned();
        Issued peer = TestCertificates.server(Trio.HOST)
                .basicConstraints(true, null)
                .extension("2.5.29.30", true, new byte[] {0x30, 0})
                .issuedBy(root);
        List<SslError> errors = CertificateVerifier.strict()
                .verify(VerificationRequest.forServer(peer.chain(), List.of(root.certificate()), Trio.HOST, Trio.NOW))
                .errors();
        assertEquals(
                List.of(Code.MALFORMED_CERTIFICATE),
                errors.stream().map(SslError::code).toList());
        assertTrue(errors.get(0).detail().contains("name constraints are empty or malformed"), errors::toString);
    }
}
