package dev.sluice.bc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole connections in memory: the ciphers of the JDK on one side or both, BouncyCastle's own on the other. */
class HybridTlsCryptoTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int[] LENGTHS = {1, 2, 15, 16, 17, 2047, 2048, 2049, 16_383, 16_384, 16_385, 40_000};

    /** A suite, and the version in which it is used. */
    enum Suite {
        AES_128_GCM_13(ProtocolVersion.TLSv13, CipherSuite.TLS_AES_128_GCM_SHA256),
        AES_256_GCM_13(ProtocolVersion.TLSv13, CipherSuite.TLS_AES_256_GCM_SHA384),
        CHACHA20_13(ProtocolVersion.TLSv13, CipherSuite.TLS_CHACHA20_POLY1305_SHA256),
        AES_128_GCM_12(ProtocolVersion.TLSv12, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256),
        AES_256_GCM_12(ProtocolVersion.TLSv12, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384),
        CHACHA20_12(ProtocolVersion.TLSv12, CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256);

        final ProtocolVersion version;
        final int number;

        Suite(ProtocolVersion version, int number) {
            this.version = version;
            this.number = number;
        }
    }

    /** Whose ciphers. */
    enum Crypto {
        HYBRID,
        BOUNCY_CASTLE,
        /** A hybrid in a run time that has none of the algorithms. */
        HYBRID_WITHOUT_JDK;

        BcTlsCrypto make() {
            return switch (this) {
                case HYBRID -> new HybridTlsCrypto(RANDOM);
                case BOUNCY_CASTLE -> new BcTlsCrypto(RANDOM);
                case HYBRID_WITHOUT_JDK ->
                    new HybridTlsCrypto(RANDOM, PlatformCiphers.among(List.of()), new JdkDigest.Source(List.of()));
            };
        }
    }

    record Combination(Suite suite, Crypto client, Crypto server) {}

    static List<Combination> combinations() {
        List<Combination> all = new ArrayList<>();
        for (Suite suite : Suite.values()) {
            for (Crypto client : Crypto.values()) {
                for (Crypto server : Crypto.values()) {
                    all.add(new Combination(suite, client, server));
                }
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void dataArrivesBothWaysWithAndWithoutRoom(Combination combination) throws IOException {
        BcMemoryPair pair = connected(combination);

        for (int length : LENGTHS) {
            assertArrives(pair, length);
        }
        assertEquals(combination.client() == Crypto.HYBRID, pair.client.lending().inPlace > 0);
        assertEquals(combination.server() == Crypto.HYBRID, pair.server.lending().inPlace > 0);
    }

    @ParameterizedTest
    @EnumSource(names = {"AES_128_GCM_13", "AES_256_GCM_13", "CHACHA20_13"})
    void dataArrivesAfterKeyUpdates(Suite suite) throws IOException {
        for (Crypto other : Crypto.values()) {
            BcMemoryPair pair = connected(new Combination(suite, Crypto.HYBRID, other));
            for (int round = 0; round < 3; round++) {
                pair.client.updateKey(false);
                assertArrives(pair, 5000);
                pair.server.updateKey(true); // the client answers with its next write
                assertArrives(pair, 20_000);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                NamedGroup.x25519,
                NamedGroup.x448,
                NamedGroup.secp256r1,
                NamedGroup.ffdhe2048,
                NamedGroup.X25519MLKEM768,
                NamedGroup.SecP256r1MLKEM768,
                NamedGroup.SecP384r1MLKEM1024
            })
    void everyKindOfGroupStillWorks(int group) throws IOException {
        BcMemoryPair pair = new BcMemoryPair(
                ProtocolVersion.TLSv13,
                CipherSuite.TLS_AES_256_GCM_SHA384,
                group,
                Crypto.HYBRID.make(),
                Crypto.BOUNCY_CASTLE.make());
        pair.handshake();

        assertArrives(pair, 100);
    }

    @ParameterizedTest
    @EnumSource
    void aChangedRecordIsRefusedWithBadRecordMac(Suite suite) throws IOException {
        for (int position : new int[] {5, 12, 13, 14, 60, -16, -1}) {
            BcMemoryPair pair = connected(new Combination(suite, Crypto.BOUNCY_CASTLE, Crypto.HYBRID));
            pair.client.write(new byte[3000], 0, 3000);
            byte[] wire = new byte[4000];
            int length = pair.client.take(wire);
            wire[position < 0 ? length + position : position] ^= 1;
            RecordRoom room = pair.server.lending().rooms.inbound();
            byte[] reader = new byte[4000];
            room.lend(reader, 0, reader.length);

            TlsFatalAlert alert = assertThrows(TlsFatalAlert.class, () -> pair.server.offer(wire, length));

            assertEquals(AlertDescription.bad_record_mac, alert.getAlertDescription());
            assertEquals(0, room.used());
            assertArrayEquals(new byte[4000], reader, "nothing that was not authentic is left for the reader");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRecordTooShortForItsTagIsADecodeError(Suite suite) throws IOException {
        for (int length = 0; length <= 16; length++) {
            BcMemoryPair pair = connected(new Combination(suite, Crypto.HYBRID, Crypto.HYBRID));
            byte[] record = new byte[5 + length];
            record[0] = 23;
            record[1] = 3;
            record[2] = 3;
            record[4] = (byte) length;
            boolean isWhole =
                    suite.version.equals(ProtocolVersion.TLSv12) && length == 16 && suite == Suite.CHACHA20_12;

            TlsFatalAlert alert = assertThrows(TlsFatalAlert.class, () -> pair.server.offer(record, record.length));

            assertEquals(
                    isWhole ? AlertDescription.bad_record_mac : AlertDescription.decode_error,
                    alert.getAlertDescription());
        }
    }

    @Test
    void roomThatIsTooSmallIsNotUsed() throws IOException {
        BcMemoryPair pair = connected(new Combination(Suite.AES_128_GCM_13, Crypto.HYBRID, Crypto.HYBRID));
        byte[] data = bytes(1000);
        byte[] small = new byte[1000 + 5 + 17 - 1];
        pair.client.lending().rooms.outbound().lend(small, 0, small.length);
        pair.client.write(data, 0, data.length);
        byte[] wire = new byte[2000];
        int length = pair.client.take(wire);
        byte[] reader = new byte[1000]; // the content would fit, its type does not
        pair.server.lending().rooms.inbound().lend(reader, 0, reader.length);
        pair.server.offer(wire, length);

        assertEquals(0, pair.client.lending().rooms.outbound().used());
        assertEquals(0, pair.server.lending().rooms.inbound().used());
        assertArrayEquals(data, pair.server.received());
    }

    @Test
    void severalRecordsOfOneCallLieOneBehindTheOther() throws IOException {
        BcMemoryPair pair = connected(new Combination(Suite.AES_128_GCM_13, Crypto.HYBRID, Crypto.HYBRID));
        byte[] data = bytes(40_000);
        byte[] room = new byte[50_000];
        pair.client.lending().rooms.outbound().lend(room, 7, room.length - 7);
        pair.client.write(data, 0, data.length);
        byte[] wire = new byte[50_000];
        int length = pair.client.take(wire);

        assertEquals(length, pair.client.lending().rooms.outbound().used());
        assertArrayEquals(java.util.Arrays.copyOf(wire, length), java.util.Arrays.copyOfRange(room, 7, 7 + length));
    }

    @ParameterizedTest
    @EnumSource
    void whereCiphertextAndReaderShareAnArrayTheDataIsCopied(Suite suite) throws IOException {
        BcMemoryPair pair = connected(new Combination(suite, Crypto.HYBRID, Crypto.HYBRID));
        byte[] data = bytes(3000);
        byte[] chunk = new byte[10_000]; // as two buffers of a pooled allocator have one
        System.arraycopy(data, 0, chunk, 0, data.length);
        pair.client.lending().rooms.outbound().lend(chunk, 3000, 4000);
        pair.client.write(chunk, 0, data.length);
        assertEquals(
                pair.client.take(new byte[4000]),
                pair.client.lending().rooms.outbound().used());
        byte[] wire = new byte[10_000];
        int length = pair.client.lending().rooms.outbound().used();
        System.arraycopy(chunk, 3000, wire, 0, length);
        pair.server.lending().rooms.inbound().lend(wire, 5000, 5000);
        pair.server.offer(wire, length);

        assertEquals(0, pair.server.lending().rooms.inbound().used());
        assertArrayEquals(data, pair.server.received());
    }

    @Test
    void handshakeMessagesLeaveNothingInTheReadersRoom() throws IOException {
        BcMemoryPair pair = connected(new Combination(Suite.AES_128_GCM_13, Crypto.HYBRID, Crypto.HYBRID));
        pair.client.updateKey(false);
        byte[] wire = new byte[100];
        int length = pair.client.take(wire);
        byte[] reader = new byte[100];
        RecordRoom room = pair.server.lending().rooms.inbound();
        room.lend(reader, 0, reader.length);
        pair.server.offer(wire, length);

        assertEquals(0, room.used());
        assertArrayEquals(new byte[100], reader);
        room.takeBack();
        assertArrives(pair, 100);
    }

    private static BcMemoryPair connected(Combination combination) throws IOException {
        BcMemoryPair pair = new BcMemoryPair(
                combination.suite().version,
                combination.suite().number,
                NamedGroup.x25519,
                combination.client().make(),
                combination.server().make());
        pair.handshake();
        return pair;
    }

    private static void assertArrives(BcMemoryPair pair, int length) throws IOException {
        byte[] data = bytes(length);
        assertArrayEquals(data, BcMemoryPair.sendWithRoom(pair.client, pair.server, data));
        assertArrayEquals(data, BcMemoryPair.send(pair.server, pair.client, data));
        assertArrayEquals(data, BcMemoryPair.sendWithRoom(pair.server, pair.client, data));
        assertArrayEquals(data, BcMemoryPair.send(pair.client, pair.server, data));
        assertTrue(pair.client.isConnected() && pair.server.isConnected());
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
