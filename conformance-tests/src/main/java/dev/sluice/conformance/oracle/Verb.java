package dev.sluice.conformance.oracle;

/** What a scenario can do, to a socket unless it says otherwise. */
enum Verb implements Word {
    CONNECT_ENCRYPTED(
            "connectToHostEncrypted [HOST [VERIFY_NAME]]", "connects to the wire, by the name localhost unless told"),
    CONNECT_PLAIN("connectToHost [HOST]", "connects without encryption"),
    START_CLIENT("startClientEncryption", "begins the handshake as client"),
    START_SERVER(
            "startServerEncryption [TEXT]",
            "begins the handshake as server; a text is sent in the clear before, in one step"),
    CONFIGURE("configure SETTING ...", "changes the configuration as `config` does, for the next connection"),
    WRITE(
            "write N|TEXT",
            "writes so many bytes, or a text in quotes; the answer is how many were taken, -1 if refused"),
    READ("read [N]", "reads what there is, or at most N bytes, and counts them; the answer is how many, -1 at the end"),
    DRAIN("drain [N]", "reads what there is, or at most N bytes, without counting; the answer is how many"),
    DRAIN_UNTIL("drainUntil N", "reads without counting until it was N bytes in all; the answer is how many"),
    ECHO("echo", "reads, counts and writes back"),
    FLUSH("flush", "`flush()`"),
    DISCONNECT("disconnectFromHost", "`disconnectFromHost()`"),
    CLOSE("close", "`close()`"),
    ABORT("abort", "`abort()`"),
    DELETE("deleteLater", "what destroying the object is here: `abort()`"),
    IGNORE_ALL("ignoreSslErrors", "ignores all errors of the connection, or of the next one"),
    IGNORE_REPORTED("ignoreReported", "ignores the errors that were reported"),
    IGNORE_LIST(
            "ignoreList CODE ...", "ignores these errors of the server's certificate (`CODE`) or of none (`CODE-`)"),
    CONTINUE("continueInterruptedHandshake", "`continueInterruptedHandshake()`"),
    RESUME("resume", "`resume()`"),
    PAUSE("setPauseMode on|off", "`setPauseMode(…)`"),
    READ_BUFFER("setReadBufferSize N", "`setReadBufferSize(N)`"),
    VERIFY_NAME("setPeerVerifyName NAME", "`setPeerVerifyName(NAME)`"),
    WAIT_CONNECTED("waitForConnected [MS]", "waits; the answer is `true` or `false`"),
    WAIT_ENCRYPTED("waitForEncrypted [MS]", "waits; the answer is `true` or `false`"),
    WAIT_READY_READ("waitForReadyRead [MS]", "waits; the answer is `true` or `false`"),
    WAIT_BYTES_WRITTEN("waitForBytesWritten [MS]", "waits; the answer is `true` or `false`"),
    WAIT_DISCONNECTED("waitForDisconnected [MS]", "waits; the answer is `true` or `false`"),
    GET("get GETTER ...", "the answer is what the getters say"),
    LISTEN("listen", "qsslserver: listens on the wire"),
    TAKE("nextPendingConnection", "qsslserver: takes a connection as `server`; the answer is whether there was one"),
    PLAIN_CONNECT("connect", "plainPeer: connects to the wire as a client that knows no TLS"),
    PLAIN_SEND("send TEXT", "plainPeer: sends a text"),
    PLAIN_CLOSE("closeTcp", "plainPeer, relay: ends the TCP connections in good order (FIN), without close_notify"),
    PLAIN_RESET("resetTcp", "plainPeer, relay: resets the TCP connections (RST)"),
    RELAY_CORRUPT("corrupt toClient|toServer", "relay: flips a bit in what comes next in that direction"),
    RELAY_HOLD("hold toClient|toServer", "relay: passes nothing on in that direction until `release`"),
    RELAY_RELEASE("release toClient|toServer", "relay: passes on again"),
    RELAY_KEEP_OPEN("keepOpen toClient|toServer", "relay: does not pass on the end of TCP in that direction");

    private final String usage;
    private final String help;

    Verb(String usage, String help) {
        this.usage = usage;
        this.help = help;
    }

    @Override
    public String usage() {
        return usage;
    }

    @Override
    public String help() {
        return help;
    }
}
