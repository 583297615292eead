package dev.sluice.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The catalogue of weaknesses that no backend and no part of the library may have.
 *
 * <p>A constant is named after its id; ids are stable and never reused. Tests that prove the absence of a weakness carry
 * its id in their names ({@code w35_truncationIsNotACleanEnd}). Immutable, share freely.
 */
public enum Weakness {
    /** Asking for the version. */
    W01(
            Source.FIRST_REPORT,
            "Asking for the version of the library creates no context and changes no live count, however often and from"
                    + " however many threads.",
            284,
            404),
    /** One context for one specification. */
    W02(
            Source.FIRST_REPORT,
            "However many threads ask for a context of one specification at the same time, one is created, and nobody sees"
                    + " it before it is complete.",
            435,
            362),
    /** Contexts end with their last user. */
    W03(
            Source.FIRST_REPORT,
            "Every context that was created is destroyed when its last user is gone; at rest as many were destroyed as"
                    + " created.",
            664,
            401),
    /** Initialisation is all or nothing. */
    W04(
            Source.FIRST_REPORT,
            "A context is initialised completely or not at all: a failure at any step leaves no context, no engine and no"
                    + " key material behind.",
            664),
    /** Destruction destroys. */
    W05(
            Source.FIRST_REPORT,
            "The last release closes what the engine holds, wipes the secrets of the context, and makes further use"
                    + " impossible.",
            664),
    /** Failed handshakes give everything back. */
    W06(
            Source.FIRST_REPORT,
            "A handshake that fails, is refused, is aborted or never ends gives back engine, context and buffers exactly"
                    + " once.",
            664),
    /** The cipher suite of the session. */
    W07(
            Source.FIRST_REPORT,
            "The cipher suite of the session can be asked for in every phase; before the handshake has ended and after the"
                    + " end of the connection there is none, never an exception, a stale or an invented value.",
            682,
            476),
    /** The protocol version of the session. */
    W08(
            Source.FIRST_REPORT,
            "The protocol version of the session can be asked for in every phase; before the handshake has ended and after"
                    + " the end of the connection there is none, never an exception, a stale or an invented value.",
            682,
            476),
    /** Writes that would block. */
    W09(
            Source.FIRST_REPORT,
            "A write that would block keeps what was not written and tries again until it is, for every pattern of partial"
                    + " writes: nothing is lost, reordered or sent twice.",
            691),
    /** Reads that would block. */
    W10(
            Source.FIRST_REPORT,
            "A read that would block is tried again when the transport is ready, also when the engine has to write in order"
                    + " to read, for every pattern of partial reads.",
            691),
    /** Reported lengths. */
    W11(
            Source.FIRST_REPORT,
            "Every length that an engine, a transport or a peer reports is compared with what was offered before it is used;"
                    + " a lie fails that connection and does nothing else.",
            693,
            130),
    /** Mapping of cipher suites. */
    W12(
            Source.FIRST_REPORT,
            "Every suite that an engine can offer or negotiate maps to a complete description; an unknown one is refused by"
                    + " name, and suites without a description are listed and never enabled.",
            697),
    /** One fatal error, one end. */
    W13(
            Source.FIRST_REPORT,
            "Every fatal error is told exactly once, its alert is sent within a bound, the connection is closed, and no data"
                    + " is taken or delivered afterwards.",
            703),
    /** Nothing is left of earlier content. */
    W14(
            Source.FIRST_REPORT,
            "Once a buffer was given back or a connection was reused, no byte of what was there before can be read through"
                    + " the library; plaintext, keys and passwords are wiped.",
            707,
            226),
    /** Coverage of the library's own states. */
    W15(
            Source.FIRST_REPORT,
            "The states and the transmit loop of the library are covered: no mutant of the connection, the context cache or"
                    + " the verifier survives unexplained.",
            710),
    /** Any status of an engine. */
    W16(
            Source.SECOND_OPINION,
            "Whatever status an engine reports in whatever phase ends in progress, in a wait with a reason or in a failure,"
                    + " never in a hang or a spin.",
            435),
    /** No double free, no use after free. */
    W17(
            Source.SECOND_OPINION,
            "No sequence of retain, release, close, abort and reconnect on any number of threads frees a context twice, uses"
                    + " it after it was freed, or keeps it alive.",
            664,
            415,
            416),
    /** No data before verification. */
    W18(
            Source.SECOND_OPINION,
            "No application byte is sent or delivered before the peer was verified or its errors were accepted explicitly,"
                    + " in any interleaving.",
            691),
    /** Ranges and lists that are set, hold. */
    W19(
            Source.SECOND_OPINION,
            "A range or list of protocols, suites, groups or signature schemes that is empty, unsupported or too weak is"
                    + " refused when it is set; what is negotiated lies within it, and no peer can push it lower.",
            693,
            757),
    /** Comparison of versions. */
    W20(
            Source.SECOND_OPINION,
            "Protocol versions are compared by their number on the wire within an explicit range, and every pair of"
                    + " configured and negotiated versions is judged as the table says.",
            697),
    /** Mapping of errors. */
    W21(
            Source.SECOND_OPINION,
            "Every error that an engine can raise maps to a defined error and alert; an unknown one is fatal and keeps its"
                    + " cause.",
            703),
    /** Version of the engine's library. */
    W22(
            Source.THIRD_REPORT,
            "The run-time version of the engine's library is compared with the supported range when the backend is loaded,"
                    + " and one below it is refused unless it was allowed explicitly; features are probed.",
            1104,
            477),
    /** Failures while setting up. */
    W23(
            Source.THIRD_REPORT,
            "Every failure while setting up is told as one clear error before any byte goes to the network, and the socket"
                    + " is unconnected afterwards.",
            703),
    /** Verification is enforced. */
    W24(
            Source.THIRD_REPORT,
            "Verification is on unless it was switched off: an error that nobody has accepted fails the handshake, on first"
                    + " and on resumed connections, for clients and for servers that require a certificate.",
            295),
    /** Initialisation from many threads. */
    W25(
            Source.THIRD_REPORT,
            "Initialisation happens once, no interleaving of initialisation, creation, use, callbacks and close can"
                    + " deadlock, and user code never runs under a lock.",
            662,
            833),
    /** Import of keys and certificates. */
    W26(
            Source.THIRD_REPORT,
            "Any bytes given as a certificate or a key give either a complete object or one documented exception, in bounded"
                    + " time and memory; a failed import keeps no key material.",
            476,
            401),
    /** Pinned keys. */
    W27(
            Source.THIRD_REPORT,
            "Pinned public keys are enforced in addition to the chain, on resumed connections as well; a set of pins that"
                    + " can never match is refused when it is set.",
            693),
    /** Secrets stay inside. */
    W28(
            Source.THIRD_REPORT,
            "No key, passphrase, ticket, plaintext or other secret appears in a log record, an exception, a text, an event or"
                    + " a file.",
            532),
    /** Pre-shared keys are strong. */
    W29(
            Source.THIRD_REPORT,
            "A pre-shared key that is too short, too long or of obviously low entropy is refused unless it was allowed"
                    + " explicitly; identities are never cut, and an unknown identity looks like a wrong key.",
            326),
    /** Reuse of a socket. */
    W30(
            Source.FIELD,
            "A socket that is used again starts from nothing: no mode, context, ticket, flag or error of an earlier"
                    + " connection has an effect on the next.",
            295,
            664),
    /** Resumption saves no check. */
    W31(
            Source.FIELD,
            "A session made while errors were being ignored is resumed only where they would be ignored again; identity and"
                    + " pins are checked on every resumption.",
            295),
    /** Injection before the upgrade. */
    W32(
            Source.FIELD,
            "Plaintext that came before an upgrade to TLS is never delivered after it; what is left at the upgrade is a"
                    + " failure of the protocol.",
            349,
            74),
    /** No spinning. */
    W33(
            Source.FIELD,
            "An engine that reports its end, or no bytes for ever, never makes the transmit loop spin: calls are at most four"
                    + " for each record that moved and sixteen more in a turn.",
            835),
    /** Closing from anywhere. */
    W34(
            Source.FIELD,
            "Closing or aborting inside any event, from another thread, or twice, comes to an end, and nothing is told after"
                    + " the end of the connection.",
            833),
    /** Truncation. */
    W35(
            Source.FIELD,
            "The end of the transport without close_notify is told as truncation and cannot be taken for a clean end.",
            325,
            345),
    /** Bounded memory. */
    W36(
            Source.FIELD,
            "The memory of a connection is bounded whatever the peer sends or does not read: the limits for reading and"
                    + " writing plus one record, the limit for handshake messages, and fixed numbers of empty records,"
                    + " warnings, key updates and tickets.",
            400,
            770),
    /** Names of hosts. */
    W37(
            Source.FIELD,
            "Names of hosts are matched with subject alternative names only, never with the common name, and IP addresses"
                    + " with IP entries only (RFC 9525).",
            297),
    /** Full duplex. */
    W38(
            Source.FIELD,
            "Reading and writing at the same time on two threads neither corrupts the stream nor deadlocks, also during a"
                    + " handshake, a key update or a close.",
            667),
    /** No application protocol in common. */
    W39(
            Source.FIELD,
            "A server without an application protocol in common sends no_application_protocol and fails; it never selects"
                    + " one that was not offered.",
            358),
    /** Refused writes. */
    W40(Source.FIELD, "A write to a connection that cannot send any more is refused, never accepted and dropped.", 754),
    /** Good-bye. */
    W41(
            Source.FIELD,
            "Closing sends everything that is queued and then close_notify exactly once, on every connection of a socket;"
                    + " aborting sends neither.",
            404),
    /** Listeners that misbehave. */
    W42(
            Source.FIELD,
            "A listener that throws, blocks or calls the socket again harms neither its own connection nor any other.",
            662),
    /** Renegotiation. */
    W43(
            Source.FIELD,
            "Renegotiation that the peer starts is refused: a handshake record after a TLS 1.2 handshake ends the connection"
                    + " before an engine sees it.",
            924),
    /** Safe defaults. */
    W44(
            Source.FIELD,
            "A configuration nobody has touched is safe: TLS 1.2 or later, authenticated encryption with forward secrecy,"
                    + " verification on, no kept sessions.",
            1188);

    /** Where a weakness was reported. */
    public enum Source {
        /** The report on a platform's own TLS library as a backend. */
        FIRST_REPORT,
        /** The second opinion on the first report. */
        SECOND_OPINION,
        /** The report on a backend over a widely used native library. */
        THIRD_REPORT,
        /** Seen in the behaviour of a model or in a library of the same kind. */
        FIELD
    }

    private final Source source;
    private final String must;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it immutable
    private final List<Integer> cwes;

    Weakness(Source source, String must, Integer... cwes) {
        this.source = source;
        this.must = must;
        this.cwes = List.of(cwes);
    }

    /**
     * The stable id.
     *
     * @return {@code W} and two digits
     */
    public String id() {
        return name();
    }

    /**
     * What has to hold where this weakness is absent.
     *
     * @return one sentence
     */
    public String must() {
        return must;
    }

    /**
     * The kinds of weakness in the Common Weakness Enumeration.
     *
     * @return their numbers; never empty, immutable
     */
    public List<Integer> cwes() {
        return cwes;
    }

    /**
     * Where it was reported.
     *
     * @return the source
     */
    public Source source() {
        return source;
    }

    /**
     * Finds a weakness by its id.
     *
     * @param id the id, in upper or lower case
     * @return the weakness; empty if there is none of this id
     */
    public static Optional<Weakness> find(String id) {
        String wanted = id.toUpperCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(weakness -> weakness.name().equals(wanted))
                .findFirst();
    }

    @Override
    public String toString() {
        return name() + ": " + must;
    }
}
