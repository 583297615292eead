package dev.sluice.conformance.saboteurs;

import dev.sluice.AlertDescription;
import dev.sluice.SslConfiguration;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketError;
import dev.sluice.SslSocketListener;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.Weakness;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionFailure;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineSpec;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.PeerVerifier;
import dev.sluice.spi.Side;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.List;

/**
 * Faults in how connections fail. Several are about bytes that are no TLS, after the handshake, alone: a fault in every
 * failure would show wherever a property makes a connection fail.
 */
final class FailureSaboteurs {
    private static final String NONSENSE = "expected a TLS record";

    private FailureSaboteurs() {}

    static List<Saboteur> all() {
        return List.of(
                Saboteur.of(
                        "TellsTheErrorTwice",
                        Weakness.W13,
                        "the error was told 2 times",
                        ExchangedPart.events(TellsTheErrorTwice::new)),
                Saboteur.of(
                        "FailsWithoutAnError",
                        Weakness.W13,
                        "no error was told",
                        ExchangedPart.events(FailsWithoutAnError::new)),
                Saboteur.of(
                        "ErrorWithoutDisconnect",
                        Weakness.W13,
                        "the error was told and the connection was not ended",
                        ExchangedPart.listeners(ErrorWithoutDisconnect::new)),
                Saboteur.of(
                        "WaitsTooLongToSendTheAlert",
                        Weakness.W13,
                        "after the error, expected at most",
                        ExchangedPart.configurations(FailureSaboteurs::withLongAlertLimit)),
                Saboteur.of(
                        "TakesAFatalAlertForAnEnd",
                        Weakness.W13,
                        "has told 0 errors, expected one",
                        ExchangedPart.events(TakesAFatalAlertForAnEnd::new)),
                Saboteur.of(
                        "DropsTheCauseOfFailures",
                        Weakness.W21,
                        "the cause that the engine raised is lost",
                        ExchangedPart.events(DropsTheCauseOfFailures::new)),
                Saboteur.of(
                        "DoesNotKnowUnknownAlerts",
                        Weakness.W21,
                        "expected it told once as one of",
                        ExchangedPart.events(DoesNotKnowUnknownAlerts::new)),
                Saboteur.ofEngine(
                        "PassesOverAlertsItDoesNotKnow",
                        Weakness.W21,
                        "the peer sent the fatal alert",
                        PassesOverAlertsItDoesNotKnow::new),
                Saboteur.ofBackend(
                                "TakesFailureForProgress",
                                Weakness.W21,
                                "what the engine raised is lost",
                                TakesFailureForProgress::new)
                        .showing("the alert of a failure that nobody is told of stays in the engine", Weakness.W13),
                Saboteur.of(
                        "RefusesAfterTheFirstFlight",
                        Weakness.W23,
                        "bytes went to the network",
                        ExchangedPart.adapters(RefusesAfterTheFirstFlight::new)));
    }

    private static SslConfiguration.Builder withLongAlertLimit(SslConfiguration.Builder builder) {
        return builder.alertFlushTimeout(Duration.ofSeconds(20));
    }

    private static boolean isNonsense(String message, SslSocketError error) {
        return message.startsWith(NONSENSE) && error == SslSocketError.SSL_INTERNAL;
    }

    /** Once as what it is, and once as the end of the connection that follows from it. */
    private static final class TellsTheErrorTwice extends ForwardedEvents {
        TellsTheErrorTwice(ConnectionEvents target) {
            super(target);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            super.failed(failure);
            if (isNonsense(failure.message(), failure.error())) {
                super.failed(failure);
            }
        }
    }

    /** Ends and does not say why. */
    private static final class FailsWithoutAnError extends ForwardedEvents {
        FailsWithoutAnError(ConnectionEvents target) {
            super(target);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            if (!isNonsense(failure.message(), failure.error())) {
                super.failed(failure);
            }
        }
    }

    /** After the handshake, knows of alerts that they end a connection, and not how. */
    private static final class TakesAFatalAlertForAnEnd extends ForwardedEvents {
        TakesAFatalAlertForAnEnd(ConnectionEvents target) {
            super(target);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            boolean heard = failure.message().startsWith("the peer sent");
            if (!heard || failure.error() != SslSocketError.SSL_INTERNAL) {
                super.failed(failure);
            }
        }
    }

    /** Has a table of alerts, and takes what is not in it for nothing. */
    private static final class PassesOverAlertsItDoesNotKnow extends DelegatingEngine {
        private static final int ALERT = 0x15;
        private static final int ALERT_RECORD_BYTES = 7;

        PassesOverAlertsItDoesNotKnow(TlsEngine delegate) {
            super(delegate);
        }

        @Override
        public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
            int start = ciphertext.readerIndex();
            boolean alert = ciphertext.readableBytes() == ALERT_RECORD_BYTES && ciphertext.getByte(start) == ALERT;
            if (alert
                    && AlertDescription.fromNumber(ciphertext.getUnsignedByte(start + ALERT_RECORD_BYTES - 1))
                            .isEmpty()) {
                ciphertext.skipBytes(ALERT_RECORD_BYTES);
                return EngineStep.PROGRESSED;
            }
            return super.unwrap(ciphertext, plaintext);
        }
    }

    /** Takes the error for the last event. */
    private static final class ErrorWithoutDisconnect extends ForwardedListener {
        ErrorWithoutDisconnect(SslSocketListener target) {
            super(target);
        }

        @Override
        public void disconnected(SslSocket socket) {
            if (!isNonsense(socket.errorString(), socket.error())) {
                super.disconnected(socket);
            }
        }
    }

    /** Tells what happened, not why. */
    private static final class DropsTheCauseOfFailures extends ForwardedEvents {
        DropsTheCauseOfFailures(ConnectionEvents target) {
            super(target);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            super.failed(new ConnectionFailure(
                    failure.error(), failure.message(), null, failure.alert(), failure.sslErrors()));
        }
    }

    /** Has a table of alerts, and nothing for those that are not in it. */
    private static final class DoesNotKnowUnknownAlerts extends ForwardedEvents {
        DoesNotKnowUnknownAlerts(ConnectionEvents target) {
            super(target);
        }

        @Override
        public void failed(ConnectionFailure failure) {
            TlsAlert alert = failure.alert();
            boolean unknown = alert != null && alert.description().isEmpty();
            super.failed(new ConnectionFailure(
                    unknown ? SslSocketError.UNKNOWN : failure.error(),
                    failure.message(),
                    failure.cause(),
                    alert,
                    failure.sslErrors()));
        }
    }

    /** Has no case for a failure behind the handshake, and goes on. */
    private static final class TakesFailureForProgress extends DelegatingBackend {
        TakesFailureForProgress(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            return new DelegatingEngine(super.createEngine(context, spec, verifier, events)) {
                private boolean done;

                @Override
                public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
                    done = done || sessionFacts().protocol().isPresent();
                    EngineStep step = super.unwrap(ciphertext, plaintext);
                    return done && step.kind() == EngineStep.Kind.FAILED ? EngineStep.PROGRESSED : step;
                }
            };
        }
    }

    /** Creates what the library creates when it is needed for the first time, and begins with a hello of its own. */
    private static final class RefusesAfterTheFirstFlight extends DelegatingBackend {
        private static final byte[] BEGINNING = {0x16, 3, 1, 0, 1, 1};

        RefusesAfterTheFirstFlight(TlsBackend delegate) {
            super(delegate);
        }

        @Override
        protected TlsEngine createEngine(
                TlsContext context, EngineSpec spec, PeerVerifier verifier, EngineEvents events)
                throws TlsContextException {
            try {
                return super.createEngine(context, spec, verifier, events);
            } catch (TlsContextException refusal) {
                if (spec.side() == Side.SERVER) {
                    throw refusal; // a server has nothing to say first
                }
                return new RefusingEngine(refusal, BEGINNING);
            }
        }
    }
}
