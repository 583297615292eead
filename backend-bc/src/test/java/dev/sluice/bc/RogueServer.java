package dev.sluice.bc;

import dev.sluice.ProtocolRange;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContextException;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.security.SecureRandom;
import java.util.List;
import org.bouncycastle.tls.TlsServerProtocol;

/** A server that shakes hands as it should, and then sends protected records that no honest one does. */
final class RogueServer extends TlsServerProtocol {
    private final BcContext context;

    RogueServer(ProtocolRange range) throws TlsContextException, IOException {
        HybridTlsCrypto crypto = new HybridTlsCrypto(new SecureRandom());
        context = BcContext.create(
                crypto, new BcBackend().capabilities(), EngineEnd.contextSpec(Side.SERVER, range, List.of()));
        EngineEvents nobody = (EngineEvents) Proxy.newProxyInstance(
                RogueServer.class.getClassLoader(),
                new Class<?>[] {EngineEvents.class},
                (proxy, method, arguments) -> null);
        accept(new BcServer(new Handshake(
                context,
                crypto.forConnection(new RecordRooms()),
                EngineEnd.engineSpec(Side.SERVER),
                credentials -> PeerVerdict.Accepted.INSTANCE,
                new PendingEvents(nobody))));
    }

    /** Takes bytes in; gives what came out. */
    byte[] turn(byte[] bytes) throws IOException {
        offerInput(bytes);
        return output();
    }

    private byte[] output() {
        byte[] output = new byte[getAvailableOutputBytes()];
        readOutput(output, 0, output.length);
        return output;
    }

    /** Shakes hands with a client. */
    RogueServer handshake(EngineEnd client) throws IOException {
        byte[] wire = client.turn();
        while (wire.length > 0) {
            wire = client.turn(turn(wire));
        }
        return this;
    }

    /** A protected record of any type with any content. */
    byte[] record(short type, byte... content) throws IOException {
        safeWriteRecord(type, content, 0, content.length);
        return output();
    }

    /** A KeyUpdate that asks for no other; the keys of what follows are new. */
    byte[] keyUpdate() throws IOException {
        send13KeyUpdate(false);
        return output();
    }
}
