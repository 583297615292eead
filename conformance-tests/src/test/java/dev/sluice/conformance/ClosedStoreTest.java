package dev.sluice.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.ProtocolRange;
import dev.sluice.SessionStore;
import dev.sluice.conformance.Peers.Driving;
import dev.sluice.conformance.Peers.World;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The end of a session store is the end of resumption, also while connections keep its contexts alive. */
class ClosedStoreTest {
    /** Who closes its store. */
    enum Side {
        CLIENT,
        SERVER
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void nothingIsResumedFromAClosedStoreInTls12(Side side) throws Exception {
        endsResumption(ProtocolRange.TLS_1_2, side);
    }

    @ParameterizedTest
    @EnumSource(Side.class)
    void nothingIsResumedFromAClosedStoreInTls13(Side side) throws Exception {
        endsResumption(ProtocolRange.TLS_1_3, side);
    }

    private static void endsResumption(ProtocolRange range, Side side) throws Exception {
        if (!new World(Driving.CALLER, range).canResume()) {
            try (SessionStore store = SessionStore.create()) {
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Peers.clientConfiguration(range).toBuilder()
                                .sessionStore(store)
                                .build());
            }
            return; // refused by name: there is nothing to close
        }
        SessionStore ofClient = SessionStore.create();
        SessionStore ofServer = SessionStore.create();
        List<Boolean> resumed = new ArrayList<>();
        List<Peers> alive = new ArrayList<>();
        try (ServerSocketChannel listening = Peers.listen()) {
            for (int i = 0; i < 3; i++) {
                Peers peers = new World(Driving.CALLER, range)
                        .peers()
                        .amongOthers()
                        .client(builder -> builder.sessionStore(ofClient))
                        .server(builder -> builder.sessionStore(ofServer));
                alive.add(peers);
                peers.configure();
                peers.connectLoopback(listening, "localhost");
                peers.encrypted();
                peers.transfer(peers.server, peers.client, new byte[10]); // behind the ticket
                resumed.add(peers.client.isSessionResumed());
                if (i == 1) {
                    (side == Side.CLIENT ? ofClient : ofServer).close();
                }
            }
            assertEquals(List.of(false, true, false), resumed);
        } finally {
            alive.forEach(Peers::close);
            ofClient.close();
            ofServer.close();
        }
        Leaks.assertNone();
    }
}
