package dev.sluice.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Names that need no network. */
class SystemResolverTest {
    private final SystemResolver resolver = new SystemResolver();

    @Test
    void anAddressIsItsOwnName() throws Exception {
        assertEquals(
                List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1})),
                resolver.resolve("127.0.0.1").get(20, TimeUnit.SECONDS));
    }

    @Test
    void aNameThatCannotBeOneIsAnUnknownHost() {
        ExecutionException failed = assertThrows(
                ExecutionException.class, () -> resolver.resolve("[::1").get(20, TimeUnit.SECONDS));
        assertInstanceOf(UnknownHostException.class, failed.getCause());
    }

    @Test
    void aLookUpThatHangsKeepsNoProgramAlive() throws Exception {
        resolver.resolve("127.0.0.1").get(20, TimeUnit.SECONDS);
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sluice-resolver"))
                .toList();
        assertFalse(threads.isEmpty());
        assertTrue(threads.stream().allMatch(Thread::isDaemon));
    }
}
