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
            "Code asks for a version early and often, from static initialisers and health checks: a context"
                    + " made on the way is never given back.",
            284,
            404),
    /** One context for one specification. */
    W02(
            Source.FIRST_REPORT,
            "However many threads ask for a context of one specification at the same time, one is created, and nobody sees"
                    + " it before it is complete.",
            "Two threads that both find no context and both make one lose sessions and keys, or see one that is"
                    + " half configured.",
            435,
            362),
    /** Contexts end with their last user. */
    W03(
            Source.FIRST_REPORT,
            "Every context that was created is destroyed when its last user is gone; at rest as many were destroyed as"
                    + " created.",
            "A context holds keys and sessions. One that nobody can reach any more and nobody frees is a leak"
                    + " that grows with every connection.",
            664,
            401),
    /** Initialisation is all or nothing. */
    W04(
            Source.FIRST_REPORT,
            "A context is initialised completely or not at all: a failure at any step leaves no context, no engine and no"
                    + " key material behind.",
            "A context that failed half-way and is kept serves connections without the settings that could not"
                    + " be made.",
            664),
    /** Destruction destroys. */
    W05(
            Source.FIRST_REPORT,
            "The last release closes what the engine holds, wipes the secrets of the context, and makes further use"
                    + " impossible.",
            "Keys that live on after their owner believes them gone can be found in memory, and a freed context"
                    + " that still works hides a use after free.",
            664),
    /** Failed handshakes give everything back. */
    W06(
            Source.FIRST_REPORT,
            "A handshake that fails, is refused, is aborted or never ends gives back engine, context and buffers exactly"
                    + " once.",
            "Failing handshakes are what an attacker can cause at will: each one that keeps something is a way"
                    + " to exhaust the process.",
            664),
    /** The cipher suite of the session. */
    W07(
            Source.FIRST_REPORT,
            "The cipher suite of the session can be asked for in every phase; before the handshake has ended and after the"
                    + " end of the connection there is none, never an exception, a stale or an invented value.",
            "Programs decide by the cipher suite. One that is invented, or left over from the last connection,"
                    + " makes them trust what is not there.",
            682,
            476),
    /** The protocol version of the session. */
    W08(
            Source.FIRST_REPORT,
            "The protocol version of the session can be asked for in every phase; before the handshake has ended and after"
                    + " the end of the connection there is none, never an exception, a stale or an invented value.",
            "The same for the protocol version; the model reports TLS 1.3 before anything was negotiated.",
            682,
            476),
    /** Writes that would block. */
    W09(
            Source.FIRST_REPORT,
            "A write that would block keeps what was not written and tries again until it is, for every pattern of partial"
                    + " writes: nothing is lost, reordered or sent twice.",
            "A transport takes what it can. Whoever reports the rest as sent corrupts the stream without"
                    + " anybody noticing at once.",
            691),
    /** Reads that would block. */
    W10(
            Source.FIRST_REPORT,
            "A read that would block is tried again when the transport is ready, also when the engine has to write in order"
                    + " to read, for every pattern of partial reads.",
            "TLS reads in whole records and sometimes has to write first. A reader that gives up on would-block"
                    + " hangs or loses data.",
            691),
    /** Reported lengths. */
    W11(
            Source.FIRST_REPORT,
            "Every length that an engine, a transport or a peer reports is compared with what was offered before it is used;"
                    + " a lie fails that connection and does nothing else.",
            "A length that is believed leads to reads past the end of a buffer, to foreign bytes in the stream,"
                    + " or to exceptions from the depths.",
            693,
            130),
    /** Mapping of cipher suites. */
    W12(
            Source.FIRST_REPORT,
            "Every suite that an engine can offer or negotiate maps to a complete description; an unknown one is refused by"
                    + " name, and suites without a description are listed and never enabled.",
            "A suite without a description that becomes null or a guess is judged by no policy at all.",
            697),
    /** One fatal error, one end. */
    W13(
            Source.FIRST_REPORT,
            "Every fatal error is told exactly once, its alert is sent within a bound, the connection is closed, and no data"
                    + " is taken or delivered afterwards.",
            "After an error that does not end the connection, programs go on writing into something that is"
                    + " neither secure nor closed.",
            703),
    /** Nothing is left of earlier content. */
    W14(
            Source.FIRST_REPORT,
            "Once a buffer was given back or a connection was reused, no byte of what was there before can be read through"
                    + " the library; plaintext, keys and passwords are wiped.",
            "Pools hand buffers from one connection to the next. What is left in them belongs to somebody else.",
            707,
            226),
    /** Coverage of the library's own states. */
    W15(
            Source.FIRST_REPORT,
            "The states and the transmit loop of the library are covered: no mutant of the connection, the context cache or"
                    + " the verifier survives unexplained.",
            "Tests that a change of the code does not disturb prove nothing about the code.",
            710),
    /** Any status of an engine. */
    W16(
            Source.SECOND_OPINION,
            "Whatever status an engine reports in whatever phase ends in progress, in a wait with a reason or in a failure,"
                    + " never in a hang or a spin.",
            "Engines differ in what they report and when. A status that nobody expected must not become a loop"
                    + " without end or a wait without reason.",
            435),
    /** No double free, no use after free. */
    W17(
            Source.SECOND_OPINION,
            "No sequence of retain, release, close, abort and reconnect on any number of threads frees a context twice, uses"
                    + " it after it was freed, or keeps it alive.",
            "Reference counts that go wrong under some order of events crash native engines and keep keys alive"
                    + " in managed ones.",
            664,
            415,
            416),
    /** No data before verification. */
    W18(
            Source.SECOND_OPINION,
            "No application byte is sent or delivered before the peer was verified or its errors were accepted explicitly,"
                    + " in any interleaving.",
            "One byte sent before the peer is known was sent to anybody.",
            691),
    /** Ranges and lists that are set, hold. */
    W19(
            Source.SECOND_OPINION,
            "A range or list of protocols, suites, groups or signature schemes that is empty, unsupported or too weak is"
                    + " refused when it is set; what is negotiated lies within it, and no peer can push it lower.",
            "A setting that is silently ignored is worse than one that is refused: the program believes in it.",
            693,
            757),
    /** Comparison of versions. */
    W20(
            Source.SECOND_OPINION,
            "Protocol versions are compared by their number on the wire within an explicit range, and every pair of"
                    + " configured and negotiated versions is judged as the table says.",
            "Comparing places in an enumeration takes \"TLS 1.3 or later\" for something later than TLS 1.3.",
            697),
    /** Mapping of errors. */
    W21(
            Source.SECOND_OPINION,
            "Every error that an engine can raise maps to a defined error and alert; an unknown one is fatal and keeps its"
                    + " cause.",
            "An error nobody has mapped ends as no error, or as a cause that is lost.",
            703),
    /** Version of the engine's library. */
    W22(
            Source.THIRD_REPORT,
            "The run-time version of the engine's library is compared with the supported range when the backend is loaded,"
                    + " and one below it is refused unless it was allowed explicitly; features are probed.",
            "Flaws of engines are fixed in new versions. Running on an old one, or on a mixture, undoes what"
                    + " the library promises.",
            1104,
            477),
    /** Failures while setting up. */
    W23(
            Source.THIRD_REPORT,
            "Every failure while setting up is told as one clear error before any byte goes to the network, and the socket"
                    + " is unconnected afterwards.",
            "A wrong key found after the connection was made has already told the network something, and comes"
                    + " twice or from nowhere.",
            703),
    /** Verification is enforced. */
    W24(
            Source.THIRD_REPORT,
            "Verification is on unless it was switched off: an error that nobody has accepted fails the handshake, on first"
                    + " and on resumed connections, for clients and for servers that require a certificate.",
            "Verification that is off unless asked for is off.",
            295),
    /** Initialisation from many threads. */
    W25(
            Source.THIRD_REPORT,
            "Initialisation happens once, no interleaving of initialisation, creation, use, callbacks and close can"
                    + " deadlock, and user code never runs under a lock.",
            "Libraries that initialise themselves in call-backs and under locks stop for ever, in production,"
                    + " once a year.",
            662,
            833),
    /** Import of keys and certificates. */
    W26(
            Source.THIRD_REPORT,
            "Any bytes given as a certificate or a key give either a complete object or one documented exception, in bounded"
                    + " time and memory; a failed import keeps no key material.",
            "Certificates and keys come from strangers: what they make of a parser is what strangers make of"
                    + " the process.",
            476,
            401),
    /** Pinned keys. */
    W27(
            Source.THIRD_REPORT,
            "Pinned public keys are enforced in addition to the chain, on resumed connections as well; a set of pins that"
                    + " can never match is refused when it is set.",
            "Pins are for the day when an authority fails. Those that resumption or a happy chain walks around"
                    + " are none.",
            693),
    /** Secrets stay inside. */
    W28(
            Source.THIRD_REPORT,
            "No key, passphrase, ticket, plaintext or other secret appears in a log record, an exception, a text, an event or"
                    + " a file.",
            "Logs, messages and dumps travel further than keys should.",
            532),
    /** Pre-shared keys are strong. */
    W29(
            Source.THIRD_REPORT,
            "A pre-shared key that is too short, too long or of obviously low entropy is refused unless it was allowed"
                    + " explicitly; identities are never cut, and an unknown identity looks like a wrong key.",
            "Who records one handshake with a guessable key can guess at leisure.",
            326),
    /** Reuse of a socket. */
    W30(
            Source.FIELD,
            "A socket that is used again starts from nothing: no mode, context, ticket, flag or error of an earlier"
                    + " connection has an effect on the next.",
            "In the model a socket that had once been told not to verify accepted a self-signed peer in its"
                    + " next life.",
            295,
            664),
    /** Resumption saves no check. */
    W31(
            Source.FIELD,
            "A session made while errors were being ignored is resumed only where they would be ignored again; identity and"
                    + " pins are checked on every resumption.",
            "Resumption skips the certificate. Without a second look, one accepted error is accepted for ever,"
                    + " by everybody.",
            295),
    /** Injection before the upgrade. */
    W32(
            Source.FIELD,
            "Plaintext that came before an upgrade to TLS is never delivered after it; what is left at the upgrade is a"
                    + " failure of the protocol.",
            "Whoever can write into the connection before the upgrade can speak as the peer after it.",
            349,
            74),
    /** No spinning. */
    W33(
            Source.FIELD,
            "An engine that reports its end, or no bytes for ever, never makes the transmit loop spin: calls are at most four"
                    + " for each record that moved and sixteen more in a turn.",
            "One peer that closes at the right moment takes a core for itself.",
            835),
    /** Closing from anywhere. */
    W34(
            Source.FIELD,
            "Closing or aborting inside any event, from another thread, or twice, comes to an end, and nothing is told after"
                    + " the end of the connection.",
            "Applications close sockets in whatever event they are told something. Libraries that crash there"
                    + " are crashed by peers.",
            833),
    /** Truncation. */
    W35(
            Source.FIELD,
            "The end of the transport without close_notify is told as truncation and cannot be taken for a clean end.",
            "An attacker who cuts a connection cuts a message. It must not look complete.",
            325,
            345),
    /** Bounded memory. */
    W36(
            Source.FIELD,
            "The memory of a connection is bounded whatever the peer sends or does not read: the limits for reading and"
                    + " writing plus one record, the limit for handshake messages, and fixed numbers of empty records,"
                    + " warnings, key updates and tickets.",
            "A peer that sends without end, or reads nothing, must cost a bounded amount of memory.",
            400,
            770),
    /** Names of hosts. */
    W37(
            Source.FIELD,
            "Names of hosts are matched with subject alternative names only, never with the common name, and IP addresses"
                    + " with IP entries only (RFC 9525).",
            "The common name is free text; whoever matches it accepts certificates that were issued for"
                    + " something else.",
            297),
    /** Full duplex. */
    W38(
            Source.FIELD,
            "Reading and writing at the same time on two threads neither corrupts the stream nor deadlocks, also during a"
                    + " handshake, a key update or a close.",
            "Nearly every program reads and writes on two threads.",
            667),
    /** No application protocol in common. */
    W39(
            Source.FIELD,
            "A server without an application protocol in common sends no_application_protocol and fails; it never selects"
                    + " one that was not offered.",
            "Two sides that speak different protocols over one connection are the ground on which"
                    + " cross-protocol attacks grow.",
            358),
    /** Refused writes. */
    W40(
            Source.FIELD,
            "A write to a connection that cannot send any more is refused, never accepted and dropped.",
            "Data that is accepted and dropped is lost, and nobody knows.",
            754),
    /** Good-bye. */
    W41(
            Source.FIELD,
            "Closing sends everything that is queued and then close_notify exactly once, on every connection of a socket;"
                    + " aborting sends neither.",
            "Without close_notify the peer cannot tell an end from an attack; with two of them it meets an" + " error.",
            404),
    /** Listeners that misbehave. */
    W42(
            Source.FIELD,
            "A listener that throws, blocks or calls the socket again harms neither its own connection nor any other.",
            "A listener is the part of the program that changes most. Its mistakes must stay its own.",
            662),
    /** Renegotiation. */
    W43(
            Source.FIELD,
            "Renegotiation that the peer starts is refused: a handshake record after a TLS 1.2 handshake ends the connection"
                    + " before an engine sees it.",
            "Renegotiation changes who the peer is in the middle of a stream.",
            924),
    /** Safe defaults. */
    W44(
            Source.FIELD,
            "A configuration nobody has touched is safe: TLS 1.2 or later, authenticated encryption with forward secrecy,"
                    + " verification on, no kept sessions.",
            "What nobody sets is what most programs run with.",
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
    private final String intent;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it immutable
    private final List<Integer> cwes;

    Weakness(Source source, String must, String intent, Integer... cwes) {
        this.source = source;
        this.must = must;
        this.intent = intent;
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
     * Why it matters.
     *
     * @return a sentence or two
     */
    public String intent() {
        return intent;
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
