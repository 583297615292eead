package dev.sluice.conformance.saboteurs;

import dev.sluice.connection.Buffers;
import dev.sluice.connection.Connection;
import dev.sluice.connection.ConnectionEvents;
import dev.sluice.connection.ConnectionLimits;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.Phase;
import dev.sluice.connection.TlsSetup;
import dev.sluice.spi.BufferKind;
import dev.sluice.spi.TlsContextException;
import dev.sluice.spi.TlsEngine;

/** A connection that, once it has failed or while its user is asked, releases its engine another number of times than once. */
final class FailedReleases extends Connection {
    private final int timesOnceFailed;
    private final int timesWhileAsked;
    private boolean asked;

    private FailedReleases(
            Buffers buffers,
            BufferKind kind,
            ConnectionLimits limits,
            ConnectionEvents events,
            int timesOnceFailed,
            int timesWhileAsked) {
        super(buffers, kind, limits, events);
        this.timesOnceFailed = timesOnceFailed;
        this.timesWhileAsked = timesWhileAsked;
    }

    static ConnectionParts.ConnectionFactory times(int times) {
        return (buffers, kind, limits, events) -> new FailedReleases(buffers, kind, limits, events, times, 1);
    }

    static ConnectionParts.ConnectionFactory neverWhileAsked() {
        return (buffers, kind, limits, events) -> new FailedReleases(buffers, kind, limits, events, 1, 0);
    }

    @Override
    public void verificationPending() {
        super.verificationPending();
        asked = phase() == Phase.VERIFYING;
    }

    @Override
    public void verificationAnswered() {
        super.verificationAnswered();
        asked = false;
    }

    @Override
    public void startTls(TlsSetup.Source source, boolean awaitServerName) throws TlsContextException {
        super.startTls(
                (events, serverName) -> {
                    TlsSetup setup = source.open(events, serverName);
                    return new TlsSetup(
                            setup.lease(), miscounted(setup.engine()), setup.gate(), setup.policy(), setup.resumable());
                },
                awaitServerName);
    }

    private TlsEngine miscounted(TlsEngine engine) {
        return new DelegatingEngine(engine) {
            @Override
            public void release() {
                int releases = asked ? timesWhileAsked : phase() == Phase.FAILED ? timesOnceFailed : 1;
                for (int i = 0; i < releases; i++) {
                    super.release();
                }
            }
        };
    }
}
