package dev.sluice.conformance.oracle;

import dev.sluice.PauseMode;
import dev.sluice.SslConfiguration;
import dev.sluice.SslError;
import dev.sluice.SslPreSharedKeyAuthenticator;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketException;
import dev.sluice.x509.SslCertificate;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One socket of a play, with its recorder and what the script does inside its events. */
final class Side implements Recorder.Actions {
    /** What a side needs of the play around it. */
    interface Stage {
        int port();

        SslConfiguration configuration(List<String> settings);

        /** The certificate that the other side shows; empty if it shows none. */
        Optional<SslCertificate> certificateOfPeer(String side);

        /** Does a command that is for somebody else, or for this side. */
        void perform(Command command);

        /** Something threw that should not have. */
        void failed(String what, Throwable cause);
    }

    private static final byte[] KEY = new byte[32];
    private static final byte[] OTHER_KEY = new byte[32];

    static {
        SecureRandom random = new SecureRandom();
        random.nextBytes(KEY);
        random.nextBytes(OTHER_KEY);
    }

    private final String name;
    private final Script script;
    private final SslSocket socket;
    private final Journal journal;
    private final Recorder recorder;
    private final Stage stage;
    private final List<String> settings;
    /** Guarded by {@link #journal}. */
    private final List<Answer> answers = new ArrayList<>();

    private volatile int counted;

    Side(String name, Script script, SslSocket socket, Journal journal, Stage stage) {
        this.name = name;
        this.script = script;
        this.socket = socket;
        this.journal = journal;
        this.stage = stage;
        settings = new ArrayList<>(script.settings(name));
        recorder = new Recorder(journal, this);
        socket.setListener(recorder);
        List<Command> decisions = script.decisions(name);
        if (!decisions.isEmpty()) {
            socket.setErrorHandler((asked, errors) -> performAll(decisions));
        }
    }

    /** Builds the configuration; apart from the constructor, so that a refusal leaves a side that can be closed. */
    void configure() {
        socket.setSslConfiguration(stage.configuration(settings));
    }

    String name() {
        return name;
    }

    SslSocket socket() {
        return socket;
    }

    Recorder recorder() {
        return recorder;
    }

    List<Answer> answers() {
        return journal.with(() -> List.copyOf(answers));
    }

    /** How many bytes were read and counted. */
    int counted() {
        return counted;
    }

    @Override
    public void inside(OracleEvent event, Recorder source) {
        for (Script.Slot slot : script.slots(name)) {
            boolean now = event.matches(slot.event().pattern())
                    && (slot.everyTime()
                            || source.count(slot.event().pattern())
                                    == slot.event().ordinal());
            if (now) {
                performAll(slot.commands());
            }
        }
    }

    private void performAll(List<Command> commands) {
        for (Command command : commands) {
            try {
                stage.perform(command);
            } catch (RuntimeException e) {
                stage.failed(command + " inside an event", e);
            }
        }
    }

    @Override
    public String keyFor(SslPreSharedKeyAuthenticator question) {
        for (String line : settings) {
            List<String> words = Words.split(line);
            if (words.get(0).equals(Setting.PSK.word())) {
                byte[] key = words.size() > 2 && words.get(2).equals("other") ? OTHER_KEY : KEY;
                boolean asksClient = question.identity().isEmpty();
                if (asksClient) {
                    question.setIdentity(words.get(1));
                    question.setPreSharedKey(key);
                } else if (question.identity().equals(words.get(1))) {
                    question.setPreSharedKey(key);
                }
            }
        }
        return question.identity();
    }

    /** Does something and takes down what it returned. */
    String perform(Command command) {
        Optional<String> answer;
        try {
            answer = carryOut(command);
        } catch (InterruptedIOException e) {
            throw new IllegalStateException(command + " was interrupted", e);
        }
        answer.ifPresent(value -> journal.change(() -> answers.add(new Answer(command.answerKey(), value))));
        return answer.orElse("");
    }

    private Optional<String> carryOut(Command command) throws InterruptedIOException {
        List<String> args = command.args();
        return switch (command.verb()) {
            case CONNECT_ENCRYPTED -> {
                String host = args.isEmpty() ? "localhost" : args.get(0);
                if (args.size() > 1) {
                    socket.connectToHostEncrypted(host, stage.port(), args.get(1));
                } else {
                    socket.connectToHostEncrypted(host, stage.port());
                }
                yield Optional.empty();
            }
            case CONNECT_PLAIN ->
                done(() -> socket.connectToHost(args.isEmpty() ? "localhost" : args.get(0), stage.port()));
            case START_CLIENT -> done(socket::startClientEncryption);
            case START_SERVER ->
                done(() -> {
                    if (args.isEmpty()) {
                        socket.startServerEncryption();
                    } else {
                        socket.startServerEncryption(ByteBuffer.wrap(bytes(args.get(0))));
                    }
                });
            case CONFIGURE -> {
                settings.removeIf(line -> line.startsWith(args.get(0) + " "));
                settings.add(String.join(" ", args));
                yield done(this::configure);
            }
            case WRITE -> Optional.of(Integer.toString(write(bytes(args.get(0)))));
            case READ -> Optional.of(Integer.toString(read(args.isEmpty() ? Integer.MAX_VALUE : command.number(0))));
            case DRAIN ->
                Optional.of(Integer.toString(args.isEmpty() ? drain().length : drain(command.number(0)).length));
            case DRAIN_UNTIL -> Optional.of(Integer.toString(drainUntil(command.number(0))));
            case ECHO -> {
                byte[] data = drain();
                counted(data.length);
                yield Optional.of(Integer.toString(write(data)));
            }
            case FLUSH -> Optional.of(Boolean.toString(socket.flush()));
            case DISCONNECT -> done(socket::disconnectFromHost);
            case CLOSE -> done(socket::close);
            case ABORT, DELETE -> done(socket::abort);
            case IGNORE_ALL -> done(socket::dangerouslyIgnoreAllSslErrors);
            case IGNORE_REPORTED -> done(() -> socket.ignoreSslErrors(socket.sslHandshakeErrors()));
            case IGNORE_LIST -> done(() -> socket.ignoreSslErrors(errors(args)));
            case CONTINUE -> done(socket::continueInterruptedHandshake);
            case RESUME -> done(socket::resume);
            case PAUSE ->
                done(() -> socket.setPauseMode(args.get(0).equals("on") ? PauseMode.ON_SSL_ERRORS : PauseMode.NEVER));
            case READ_BUFFER -> done(() -> socket.setReadBufferSize(command.number(0)));
            case VERIFY_NAME -> done(() -> socket.setPeerVerifyName(args.get(0)));
            case WAIT_CONNECTED -> answer(socket.waitForConnected(patience(command)));
            case WAIT_ENCRYPTED -> answer(socket.waitForEncrypted(patience(command)));
            case WAIT_READY_READ -> answer(socket.waitForReadyRead(patience(command)));
            case WAIT_BYTES_WRITTEN -> answer(socket.waitForBytesWritten(patience(command)));
            case WAIT_DISCONNECTED -> answer(socket.waitForDisconnected(patience(command)));
            case GET ->
                Optional.of(String.join(
                        " ",
                        args.stream()
                                .map(word -> Words.find(Getter.values(), word).of(socket))
                                .toList()));
            case LISTEN,
                    TAKE,
                    PLAIN_CONNECT,
                    PLAIN_SEND,
                    PLAIN_CLOSE,
                    PLAIN_RESET,
                    RELAY_CORRUPT,
                    RELAY_HOLD,
                    RELAY_RELEASE,
                    RELAY_KEEP_OPEN -> throw new IllegalArgumentException("not for a socket: " + command);
        };
    }

    private static Optional<String> done(Runnable action) {
        action.run();
        return Optional.empty();
    }

    private static Optional<String> answer(boolean value) {
        return Optional.of(Boolean.toString(value));
    }

    private static Duration patience(Command command) {
        return Duration.ofMillis(command.args().isEmpty() ? 10_000 : command.number(0));
    }

    /** So many bytes for a number, else the text. */
    private static byte[] bytes(String text) {
        if (text.chars().allMatch(Character::isDigit)) {
            byte[] bytes = new byte[Integer.parseInt(text)];
            Arrays.fill(bytes, (byte) 'x');
            return bytes;
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private int write(byte[] data) {
        try {
            return socket.write(data);
        } catch (SslSocketException e) {
            return -1;
        }
    }

    private byte[] drain() {
        byte[] data = socket.readAll();
        recorder.taken(data.length);
        return data;
    }

    private byte[] drain(int limit) {
        byte[] data = socket.read(limit);
        recorder.taken(data.length);
        return data;
    }

    private int drainUntil(int wanted) {
        int total = 0;
        long deadline = System.nanoTime() + Play.PATIENCE.toNanos();
        while (total < wanted && System.nanoTime() - deadline < 0) {
            total += drain().length;
        }
        return total;
    }

    private int read(int limit) {
        byte[] data = new byte[Math.max(1, Math.min(limit, socket.bytesAvailable()))];
        int count = socket.read(data);
        if (count > 0) {
            recorder.taken(count);
            counted(count);
        }
        return count;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the journal's lock, read without it
    private void counted(int bytes) {
        journal.change(() -> counted += bytes);
    }

    private List<SslError> errors(List<String> codes) {
        List<SslError> errors = new ArrayList<>();
        for (String code : codes) {
            boolean withoutCertificate = code.endsWith("-");
            String qtName = withoutCertificate ? code.substring(0, code.length() - 1) : code;
            SslError.Code known = Arrays.stream(SslError.Code.values())
                    .filter(one -> one.qtName().equals(qtName))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no such error: " + qtName));
            errors.add(new SslError(known, withoutCertificate ? Optional.empty() : stage.certificateOfPeer(name)));
        }
        return errors;
    }
}
