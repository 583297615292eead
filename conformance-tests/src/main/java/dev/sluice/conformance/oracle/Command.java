package dev.sluice.conformance.oracle;

import java.util.List;
import java.util.Optional;

/**
 * Something that a scenario does.
 *
 * @param side who does it: a socket, {@code relay}, {@code plainPeer} or {@code qsslserver}
 * @param verb what is done
 * @param args how
 * @param answerName the name of its answer in the trace, if that is not the verb with its arguments
 */
record Command(String side, Verb verb, List<String> args, Optional<String> answerName) {
    Command {
        args = List.copyOf(args);
    }

    static Command parse(String text) {
        int as = text.indexOf(" as ");
        Optional<String> name =
                as < 0 ? Optional.empty() : Optional.of(text.substring(as + 4).strip());
        List<String> words = Words.split(as < 0 ? text : text.substring(0, as));
        if (words.size() < 2) {
            throw new IllegalArgumentException("a command is a side and a verb: " + text);
        }
        Verb verb = Words.find(Verb.values(), words.get(1));
        return new Command(words.get(0), verb, words.subList(2, words.size()), name);
    }

    /** What the call is named among the answers. */
    String answerKey() {
        return answerName.orElse(verb.word() + (args.isEmpty() ? "" : "(" + String.join(" ", args) + ")"));
    }

    int number(int index) {
        return Integer.parseInt(args.get(index));
    }

    @Override
    public String toString() {
        return side + " " + verb.word() + (args.isEmpty() ? "" : " " + String.join(" ", args));
    }
}
