package dev.sluice.testing;

import dev.sluice.AlertDescription;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.PeerCredentials;
import dev.sluice.spi.PeerVerdict;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.PreSharedKeySource;
import dev.sluice.spi.PreSharedKeySource.Answer;
import dev.sluice.spi.SessionFacts;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsEngine;
import io.netty.util.IllegalReferenceCountException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * A backend whose engines ask for pre-shared keys inside their task, and claim afterwards to have authenticated the peer by
 * one, whether or not they were given any. Where no key may be asked for, they verify the peer on the spot. Thread-safe.
 */
public final class AskingBackend extends CopyBackend {
    private final Function<PreSharedKeySource, Answer> client;
    private final Function<PreSharedKeySource, Answer> server;
    private final List<CopyEngine> engines = new CopyOnWriteArrayList<>();
    private final List<Answer> answers = new CopyOnWriteArrayList<>();

    /**
     * Makes a backend.
     *
     * @param client what a client's engine asks; the last answer is the one that counts
     * @param server what a server's engine asks
     */
    public AskingBackend(Function<PreSharedKeySource, Answer> client, Function<PreSharedKeySource, Answer> server) {
        this.client = client;
        this.server = server;
    }

    /** The last answer that each engine got, in the order in which they got them. */
    public List<Answer> answers() {
        return List.copyOf(answers);
    }

    /** What was done to the engines and must not be done. */
    public List<String> misuse() {
        return engines.stream().flatMap(engine -> engine.misuse().stream()).toList();
    }

    @Override
    public String name() {
        return "asking";
    }

    @Override
    public TlsContext createContext(ContextSpec spec) {
        return new Context();
    }

    private final class Context extends TlsContext {
        @Override
        public TlsEngine createEngine(EngineSpec spec, PeerVerifier verifier, EngineEvents events) {
            if (refCnt() == 0) {
                throw new IllegalReferenceCountException(0);
            }
            CopyEngine.Options options =
                    spec.side() == Side.CLIENT ? CopyEngine.Options.client() : CopyEngine.Options.server();
            Optional<PreSharedKeySource> source = spec.features().preSharedKeys();
            if (source.isEmpty()) {
                CopyEngine engine = new CopyEngine(
                        options.withVerification(CopyEngine.Verification.INLINE, PeerCredentials.NONE),
                        verifier,
                        events);
                engines.add(engine);
                return engine;
            }
            Function<PreSharedKeySource, Answer> asks = spec.side() == Side.CLIENT ? client : server;
            CopyEngine engine = new CopyEngine(
                    options.withVerification(CopyEngine.Verification.TASK, PeerCredentials.NONE),
                    credentials -> verdict(asks.apply(source.get())),
                    events);
            engines.add(engine);
            return new Claiming(engine);
        }

        @Override
        protected void deallocate() {}
    }

    private PeerVerdict verdict(Answer answer) {
        answers.add(answer);
        return answer instanceof Answer.Refused refused
                ? new PeerVerdict.Refused(AlertDescription.INTERNAL_ERROR, refused.reason())
                : PeerVerdict.Accepted.INSTANCE;
    }

    private static final class Claiming extends ScriptedEngine {
        Claiming(CopyEngine honest) {
            super(honest, number -> HONEST);
        }

        @Override
        public SessionFacts sessionFacts() {
            SessionFacts facts = super.sessionFacts();
            return new SessionFacts(
                    facts.protocol(),
                    facts.cipher(),
                    facts.applicationProtocol(),
                    facts.peer(),
                    facts.resumed(),
                    facts.protocol().isPresent(),
                    facts.group(),
                    facts.serverName(),
                    facts.ticketLifetime());
        }
    }
}
