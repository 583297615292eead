package dev.sluice.connection;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Finds the addresses of a host without making the caller wait. */
@FunctionalInterface
public interface HostResolver {
    /**
     * Looks up a name.
     *
     * @param host a host name or an IP literal
     * @return completed with at least one address in the resolver's order, or exceptionally
     */
    CompletableFuture<List<InetAddress>> resolve(String host);
}
