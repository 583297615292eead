package dev.sluice.conformance.saboteurs;

import dev.sluice.SslCipher;
import dev.sluice.SslProtocol;
import dev.sluice.conformance.Subject;
import dev.sluice.conformance.Weakness;
import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.TlsBackend;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BinaryOperator;

/** Faults against {@link dev.sluice.conformance.contracts.ApiStateContract}. */
final class ApiStateSaboteurs {
    private ApiStateSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.of(
                                "KeepsFirstCipher",
                                Weakness.W07,
                                "the session cipher is not that of this connection",
                                backend ->
                                        remembering(backend, (first, now) -> with(now, first.cipher(), now.protocol())))
                        .showing("what is kept of a first connection is an effect of it on the next", Weakness.W30),
                Saboteur.of(
                                "KeepsFirstProtocol",
                                Weakness.W08,
                                "the session protocol is not that of this connection",
                                backend ->
                                        remembering(backend, (first, now) -> with(now, now.cipher(), first.protocol())))
                        .showing("what is kept of a first connection is an effect of it on the next", Weakness.W30),
                Saboteur.of(
                        "KnowsOneCipherForEachProtocol",
                        Weakness.W07,
                        "is not that of this connection: expected",
                        ExchangedPart.connections(KnowsOneCipherForEachProtocol::new)),
                Saboteur.of(
                        "SwallowsWhatItCannotSend",
                        Weakness.W40,
                        "a write was taken on a connection that cannot send any more",
                        ExchangedPart.connections(() -> SwallowsWhatItCannotSend::new)));
    }

    /** Facts with another cipher suite and another protocol. */
    static SessionFacts with(SessionFacts facts, Optional<SslCipher> cipher, Optional<SslProtocol> protocol) {
        return new SessionFacts(
                protocol,
                cipher,
                facts.applicationProtocol(),
                facts.peer(),
                facts.resumed(),
                facts.preSharedKey(),
                facts.group(),
                facts.serverName(),
                facts.ticketLifetime());
    }

    /** What a socket tells of its session has to do with what it told of the first one. */
    private static Subject remembering(TlsBackend backend, BinaryOperator<SessionFacts> fault) {
        return ExchangedPart.connections(() -> {
                    AtomicReference<SessionFacts> first = new AtomicReference<>(SessionFacts.NONE);
                    return (buffers, kind, limits, events) ->
                            new RemembersFacts(buffers, kind, limits, events, first, fault);
                })
                .apply(backend);
    }

    private static final class RemembersFacts extends Connection {
        private final AtomicReference<SessionFacts> first;
        private final BinaryOperator<SessionFacts> fault;

        RemembersFacts(
                Buffers buffers,
                BufferKind kind,
                ConnectionLimits limits,
                ConnectionEvents events,
                AtomicReference<SessionFacts> first,
                BinaryOperator<SessionFacts> fault) {
            super(buffers, kind, limits, events);
            this.first = first;
            this.fault = fault;
        }

        @Override
        public SessionFacts facts() {
            SessionFacts now = super.facts();
            if (now.equals(SessionFacts.NONE)) {
                return now;
            }
            first.compareAndSet(SessionFacts.NONE, now);
            return fault.apply(first.get(), now);
        }
    }

    /** Looks up the suite by the version, where the first connection of the socket with that version has left it. */
    private static final class KnowsOneCipherForEachProtocol implements ConnectionParts.ConnectionFactory {
        private final Map<SslProtocol, SessionFacts> known = new EnumMap<>(SslProtocol.class);

        @Override
        public Connection create(
                Buffers buffers, BufferKind bufferKind, ConnectionLimits limits, ConnectionEvents events) {
            return new Connection(buffers, bufferKind, limits, events) {
                @Override
                public SessionFacts facts() {
                    SessionFacts now = super.facts();
                    return now.protocol()
                            .map(protocol -> with(
                                    now,
                                    known.computeIfAbsent(protocol, first -> now)
                                            .cipher(),
                                    now.protocol()))
                            .orElse(now);
                }
            };
        }
    }

    /** Takes what is written whether it can be sent or not. */
    private static final class SwallowsWhatItCannotSend extends Connection {
        SwallowsWhatItCannotSend(Buffers buffers, BufferKind kind, ConnectionLimits limits, ConnectionEvents events) {
            super(buffers, kind, limits, events);
        }

        @Override
        public boolean canWrite() {
            return true;
        }

        @Override
        public int write(ByteBuffer source) {
            if (super.canWrite()) {
                return super.write(source);
            }
            int bytes = source.remaining();
            source.position(source.limit());
            return bytes;
        }
    }
}
