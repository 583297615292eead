package dev.sluice.conformance.contracts;

import dev.sluice.AlertDescription;
import dev.sluice.TlsAlert;
import dev.sluice.conformance.saboteurs.DelegatingEngine;
import dev.sluice.spi.EngineEvents;
import dev.sluice.spi.EngineStep;
import dev.sluice.spi.TlsEngine;
import io.netty.buffer.ByteBuf;

/**
 * What a peer can repeat without giving data, as an engine reports it. Not every engine can be made to send it, so here the
 * receiving engine reports it of ordinary records.
 */
enum Repetition {
    /** Records without data. */
    EMPTY_RECORDS(32, true) {
        @Override
        void report(EngineEvents events) {
            // The missing data is all there is to see.
        }
    },
    /** Warnings. */
    WARNINGS(5, false) {
        @Override
        void report(EngineEvents events) {
            events.alertReceived(TlsAlert.warning(AlertDescription.USER_CANCELED));
        }
    },
    /** Key updates, without data between; two in a record, so that records without data are not what counts. */
    KEY_UPDATES(32, true) {
        @Override
        void report(EngineEvents events) {
            events.keyUpdateReceived();
            events.keyUpdateReceived();
        }

        @Override
        int perRecord() {
            return 2;
        }
    },
    /** Session tickets. */
    TICKETS(16, false) {
        @Override
        void report(EngineEvents events) {
            events.sessionTicketReceived();
        }
    };

    private final int limit;
    private final boolean hidesData;

    Repetition(int limit, boolean hidesData) {
        this.limit = limit;
        this.hidesData = hidesData;
    }

    /** How many are allowed. */
    int limit() {
        return limit;
    }

    abstract void report(EngineEvents events);

    /** How many a record has. */
    int perRecord() {
        return 1;
    }

    /** An engine that reports it of each record with data. */
    TlsEngine around(TlsEngine engine, EngineEvents events, boolean[] on) {
        return new DelegatingEngine(engine) {
            @Override
            public EngineStep unwrap(ByteBuf ciphertext, ByteBuf plaintext) {
                int start = plaintext.writerIndex();
                EngineStep step = super.unwrap(ciphertext, plaintext);
                if (on[0] && plaintext.writerIndex() > start) {
                    if (hidesData) {
                        plaintext.setZero(start, plaintext.writerIndex() - start);
                        plaintext.writerIndex(start);
                    }
                    report(events);
                }
                return step;
            }
        };
    }
}
