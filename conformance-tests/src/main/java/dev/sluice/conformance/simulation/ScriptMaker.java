package dev.sluice.conformance.simulation;

import dev.sluice.conformance.harness.Version;
import dev.sluice.conformance.simulation.Setting.Opening;
import dev.sluice.conformance.simulation.Setting.Peer;
import dev.sluice.conformance.simulation.Step.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes a script from a seed: mostly a life as it should be, with one or a few things that go wrong somewhere in it.
 *
 * <p>One seed gives one script, on every machine.
 */
final class ScriptMaker {
    private static final int[] EDGES = {1, 5, 100, 16_383, 16_384, 16_385, 40_000, 100_000};
    private static final int MAX_FAULTS = 3;

    private final Random random;
    private final List<Step> steps = new ArrayList<>();

    private ScriptMaker(long seed) {
        random = new Random(seed);
    }

    static Script make(long seed) {
        return new ScriptMaker(seed).make();
    }

    private Script make() {
        Opening opening = pick(20, Opening.STARTTLS, pick(20, Opening.CLIENT_ALONE, Opening.ENCRYPTED));
        opening = opening == Opening.ENCRYPTED ? pick(30, Opening.SERVER_ALONE, opening) : opening;
        Peer peer = pick(12, Peer.SELF_SIGNED, pick(20, Peer.ACCEPTED, pick(60, Peer.ASKED, Peer.TRUSTED)));
        int capacity = random.nextInt(4) == 0 ? 1 + random.nextInt(2_000) : 64 * 1024;
        int readLimit = random.nextInt(4) == 0 ? 1 + random.nextInt(20_000) : 1024 * 1024;
        Setting setting = new Setting(
                random.nextBoolean() ? Version.TLS_1_3 : Version.TLS_1_2, opening, peer, capacity, readLimit);
        boolean alone = opening == Opening.CLIENT_ALONE || opening == Opening.SERVER_ALONE;
        if (alone) {
            nonsense(opening == Opening.CLIENT_ALONE ? Actor.CLIENT : Actor.SERVER);
        } else {
            life(setting);
            if (random.nextInt(8) == 0) {
                add(Kind.RECONNECT, Actor.CLIENT, 0);
                life(setting);
            }
        }
        return new Script(setting, steps);
    }

    /** The thing, once in so many times; else the other. */
    private <T> T pick(int oneIn, T thing, T other) {
        return random.nextInt(oneIn) == 0 ? thing : other;
    }

    private void nonsense(Actor actor) {
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            add(Kind.TURN, actor, 0);
            add(Kind.INJECT, actor, 1 + random.nextInt(random.nextBoolean() ? 20 : 20_000));
            add(Kind.DELIVER_ALL, actor, 0);
            add(pick(4, Kind.WRITE, Kind.TURN), actor, amount());
        }
        if (random.nextInt(3) == 0) {
            add(pick(2, Kind.FIN, Kind.RST), actor, 0);
        }
        if (random.nextInt(3) == 0) {
            add(Kind.PASS_TIME, actor, random.nextInt(40_000));
        }
        add(pick(3, Kind.ABORT, Kind.TURN), actor, 0);
    }

    private void life(Setting setting) {
        int start = steps.size();
        int length = 10 + random.nextInt(40);
        if (setting.opening() == Opening.STARTTLS) {
            plainTalk();
        }
        boolean patient = random.nextInt(3) > 0;
        for (int i = 0; i < length; i++) {
            if (patient) {
                exchange(); // else bytes stay in flight for as long as it happens
            }
            talk();
        }
        if (setting.peer() == Peer.ASKED) {
            insert(start, new Step(Kind.ANSWER, Actor.CLIENT, random.nextInt(2)));
        }
        if (random.nextInt(4) > 0) {
            Actor first = actor();
            boolean lastWords = random.nextInt(4) == 0;
            if (lastWords) {
                exchange();
                add(Kind.LOSE_FIN, first.peer(), 0);
            }
            add(pick(3, Kind.CLOSE, Kind.DISCONNECT), first, 0);
            if (lastWords) {
                lastWords(first.peer());
            }
        }
        if (random.nextInt(8) == 0) {
            insert(start, new Step(Kind.ABORT, actor(), 0));
        }
        for (int i = random.nextInt(MAX_FAULTS + 1); i > 0; i--) {
            insert(start, fault());
        }
    }

    /** The other side has said good-bye: this one goes on for a while, if its engine can close by halves. */
    private void lastWords(Actor actor) {
        exchange();
        exchange();
        add(Kind.WRITE, actor, amount());
        exchange();
        add(pick(3, Kind.TURN, Kind.DISCONNECT), actor, 0);
    }

    /** Somewhere in this life. */
    private void insert(int start, Step step) {
        steps.add(start + random.nextInt(steps.size() - start), step);
    }

    private void plainTalk() {
        if (random.nextBoolean()) {
            add(Kind.WRITE, Actor.SERVER, 1 + random.nextInt(100));
            add(Kind.TURN, Actor.SERVER, 0);
            add(Kind.DELIVER_ALL, Actor.CLIENT, 0);
            add(Kind.TURN, Actor.CLIENT, 0);
            // One in a few reads too little, and what is left must not be taken for protected.
            add(Kind.READ, Actor.CLIENT, pick(5, 1, 1_000));
        }
        if (random.nextInt(8) == 0) {
            add(Kind.WRITE, Actor.SERVER, 1 + random.nextInt(100));
            add(Kind.TURN, Actor.SERVER, 0);
            steps.add(fault());
        }
        add(Kind.START_TLS, pick(2, Actor.CLIENT, Actor.SERVER), 0);
        add(Kind.START_TLS, Actor.SERVER, 0);
        add(Kind.START_TLS, Actor.CLIENT, 0);
    }

    private void exchange() {
        for (Actor actor : Actor.values()) {
            add(Kind.TURN, actor, 0);
            add(Kind.DELIVER_ALL, actor.peer(), 0);
        }
    }

    private void talk() {
        Actor actor = actor();
        switch (random.nextInt(10)) {
            case 0, 1, 2 -> add(Kind.WRITE, actor, amount());
            case 3, 4, 5 -> add(Kind.READ, actor, amount());
            case 6 -> add(Kind.DELIVER, actor, 1 + random.nextInt(pick(3, 20, 20_000)));
            case 7 -> add(Kind.TURN, actor, 0);
            case 8 -> add(pick(3, Kind.UPDATE_KEYS, Kind.TURN), actor, 0);
            case 9 ->
                add(
                        pick(3, Kind.READ_LIMIT, pick(2, Kind.SHORT_READS, Kind.SHORT_WRITES)),
                        actor,
                        pick(4, 0, 1 + random.nextInt(5_000)));
        }
    }

    private Step fault() {
        Actor actor = actor();
        return switch (random.nextInt(8)) {
            case 0 -> new Step(Kind.FIN, actor, 0);
            case 1 -> new Step(Kind.RST, actor, 0);
            case 2, 3 -> new Step(Kind.FLIP, actor, random.nextInt(2_000));
            case 4 -> new Step(Kind.DROP, actor, 1 + random.nextInt(pick(2, 10, 3_000)));
            case 5 -> new Step(Kind.DUPLICATE, actor, 1 + random.nextInt(pick(2, 10, 3_000)));
            case 6 -> new Step(Kind.INJECT, actor, 1 + random.nextInt(200));
            case 7 -> new Step(Kind.PASS_TIME, actor, random.nextInt(40_000));
            default -> throw new IllegalStateException("no such fault");
        };
    }

    private void add(Kind kind, Actor actor, int amount) {
        steps.add(new Step(kind, actor, amount));
    }

    private Actor actor() {
        return random.nextBoolean() ? Actor.CLIENT : Actor.SERVER;
    }

    private int amount() {
        return random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : 1 + random.nextInt(3_000);
    }
}
