package dev.sluice.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sluice.testing.TestCertificates;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** {@link Pkcs12} with anything instead of a file, under the password of the seeds. */
class Pkcs12Fuzz extends FuzzTarget {
    @Override
    Stream<byte[]> seeds() throws IOException {
        return Stream.of(
                Pkcs12Files.ofJdk(Map.of("fuzz", TestCertificates.localhost())),
                Pkcs12Files.ofBouncyCastle(TestCertificates.localhost(), Pkcs12Files.Integrity.NONE, "fuzz")
                        .getEncoded());
    }

    /** A file may name as many iterations as {@link HashingBudget} allows. */
    @Override
    Duration maximumWork() {
        return Duration.ofSeconds(15);
    }

    @Override
    boolean check(byte[] input) {
        try (Pkcs12 file = Pkcs12.read(input, Pkcs12Files.ASCII_PASSWORD)) {
            assertEquals(file.certificate().isPresent(), !file.chain().isEmpty());
            assertEquals(KeyType.PRIVATE, file.key().type());
            return true;
        } catch (KeyFormatException expected) {
            assertFalse(expected.getMessage().isEmpty());
            return false;
        }
    }
}
