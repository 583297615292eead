package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SslPreSharedKeyAuthenticatorTest {
    private static final byte[] KEY = "KeyMarker".getBytes(StandardCharsets.US_ASCII);

    private final SslPreSharedKeyAuthenticator client =
            SslPreSharedKeyAuthenticator.forClient(Optional.of("the hint"), 8, 16);

    @Test
    void aClientGivesIdentityAndKey() {
        client.setIdentity("me");
        client.setPreSharedKey(KEY);

        assertEquals(Optional.of("the hint"), client.identityHint());
        assertEquals("me", client.identity());
        assertArrayEquals(KEY, client.takePreSharedKey());
    }

    @Test
    void aServerIsToldTheIdentityAndCannotChangeIt() {
        SslPreSharedKeyAuthenticator server =
                SslPreSharedKeyAuthenticator.forServer(Optional.of("who?"), "somebody", 16);

        assertEquals("somebody", server.identity());
        assertEquals(Optional.of("who?"), server.identityHint());
        assertEquals(0, server.maximumIdentityLength());
        assertThrows(IllegalStateException.class, () -> server.setIdentity("somebody else"));
        assertEquals("somebody", server.identity());
    }

    @Test
    void w29_identitiesAreRefusedAndNeverTruncated() {
        client.setIdentity("12345678");

        assertThrows(IllegalArgumentException.class, () -> client.setIdentity("123456789"));
        assertThrows(IllegalArgumentException.class, () -> client.setIdentity("1234567\u00e4"));
        assertThrows(IllegalArgumentException.class, () -> client.setIdentity(""));
        assertThrows(IllegalArgumentException.class, () -> client.setIdentity("\ud800"));

        assertEquals("12345678", client.identity());
    }

    @Test
    void w29_keysThatAreEmptyOrTooLongAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> client.setPreSharedKey(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> client.setPreSharedKey(new byte[17]));

        assertFalse(client.hasPreSharedKey());
        assertEquals(0, client.takePreSharedKey().length);
    }

    @Test
    void theKeyIsCopiedAndHandedOverOnce() {
        byte[] given = KEY.clone();
        client.setPreSharedKey(given);
        given[0]++;

        assertTrue(client.hasPreSharedKey());
        assertArrayEquals(KEY, client.takePreSharedKey());
        assertFalse(client.hasPreSharedKey());
        assertEquals(0, client.takePreSharedKey().length);
    }

    @Test
    void aWipedKeyIsGone() {
        client.setPreSharedKey(KEY);

        client.wipe();
        client.wipe();

        assertFalse(client.hasPreSharedKey());
    }

    @Test
    void theKeyIsJudgedWithoutGivingItOut() {
        assertTrue(client.refusal(PskPolicy.DEFAULT).isPresent());

        client.setPreSharedKey(KEY);

        assertTrue(client.refusal(PskPolicy.DEFAULT).isPresent());
        assertEquals(Optional.empty(), client.refusal(new PskPolicy(8, 256, true)));
        assertTrue(client.hasPreSharedKey());
    }

    @Test
    void w28_theTextFormTellsTheIdentityAndNotTheKey() {
        client.setIdentity("me");
        client.setPreSharedKey(KEY);

        assertTrue(client.toString().contains("me"));
        assertFalse(client.toString().contains("KeyMarker"));
    }
}
