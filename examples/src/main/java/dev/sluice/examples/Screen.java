package dev.sluice.examples;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Lays out what the demo says: headings, facts, two columns of events. */
final class Screen {
    private static final int WIDTH = 100;
    private static final int NAME_WIDTH = 16;
    private static final int COLUMN_WIDTH = 46;
    private static final String INDENT = "   ";

    private final PrintStream out;
    private final boolean ansi;

    /** How a piece of text stands out on a terminal. */
    enum Style {
        HEADING("1"),
        DIM("2"),
        GOOD("32"),
        BAD("1;31");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    /**
     * Makes a screen.
     *
     * @param ansi true if escape sequences may be used
     */
    Screen(PrintStream out, boolean ansi) {
        this.out = out;
        this.ansi = ansi;
    }

    void heading(String text) {
        out.println();
        out.println(styled(Style.HEADING, text));
    }

    void line(String text) {
        out.println(INDENT + text);
    }

    void line(Style style, String text) {
        out.println(INDENT + styled(style, text));
    }

    void fact(String name, String value) {
        out.println(INDENT + pad(name, NAME_WIDTH) + value);
    }

    /** Events of both sides beside each other. Each column is in order; a row says nothing about who was first. */
    void columns(List<String> client, List<String> server) {
        line(Style.DIM, pad("events of the client", COLUMN_WIDTH) + "events of the server");
        for (int row = 0; row < Math.max(client.size(), server.size()); row++) {
            String left = row < client.size() ? client.get(row) : "";
            String right = row < server.size() ? server.get(row) : "";
            line((pad(left, COLUMN_WIDTH) + right).stripTrailing());
        }
    }

    /** Events of one side, one after the other. */
    void flow(String side, List<String> events) {
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        for (String event : events) {
            if (!row.isEmpty() && INDENT.length() + NAME_WIDTH + row.length() + 1 + event.length() > WIDTH) {
                rows.add(row.toString());
                row.setLength(0);
            }
            row.append(row.isEmpty() ? "" : " ").append(event);
        }
        rows.add(row.toString());
        for (int i = 0; i < rows.size(); i++) {
            line(pad(i == 0 ? side : "", NAME_WIDTH) + styled(Style.DIM, rows.get(i)));
        }
    }

    private String styled(Style style, String text) {
        return ansi ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    private static String pad(String text, int width) {
        return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
    }
}
