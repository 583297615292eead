package dev.sluice.conformance.report;

import dev.sluice.conformance.harness.Chronicle;
import java.util.List;
import java.util.Set;

/** Draws what happened between a client, the network and a server, as SVG: time runs downwards. */
final class SequenceDiagram {
    private static final int CLIENT_X = 250;
    private static final int SERVER_X = 650;
    private static final int WIDTH = 900;
    private static final int ROW = 22;
    private static final int TOP = 44;
    private static final int MAX_ROWS = 60;
    private static final int MAX_TEXT = 44;

    /** What a network does that works; the rest is drawn as a fault. */
    private static final Set<String> ORDINARY = Set.of("bytes", "FIN");

    private SequenceDiagram() {}

    static String of(List<Chronicle.Entry> all) {
        List<Chronicle.Entry> shown = all.subList(Math.max(0, all.size() - MAX_ROWS), all.size());
        int height = TOP + (shown.size() + 1) * ROW;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg class=\"sequence\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"sequence diagram\">%n"
                .formatted(WIDTH, height));
        lifeline(svg, CLIENT_X, "client", height);
        lifeline(svg, SERVER_X, "server", height);
        if (shown.size() < all.size()) {
            text(svg, WIDTH / 2, TOP - 4, "middle", "note", (all.size() - shown.size()) + " earlier entries left out");
        }
        int y = TOP + ROW;
        for (Chronicle.Entry entry : shown) {
            row(svg, entry, y);
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void lifeline(StringBuilder svg, int x, String name, int height) {
        text(svg, x, TOP - 18, "middle", "who", name);
        svg.append("<line class=\"life\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n".formatted(x, TOP - 8, x, height));
    }

    private static void row(StringBuilder svg, Chronicle.Entry entry, int y) {
        switch (entry.where()) {
            case CLIENT -> event(svg, CLIENT_X, y, "end", entry.text());
            case SERVER -> event(svg, SERVER_X, y, "start", entry.text());
            case TO_SERVER -> arrow(svg, CLIENT_X, SERVER_X, y, entry);
            case TO_CLIENT -> arrow(svg, SERVER_X, CLIENT_X, y, entry);
        }
    }

    private static void event(StringBuilder svg, int x, int y, String anchor, String what) {
        boolean bad = what.startsWith("errorOccurred");
        svg.append("<circle class=\"%s\" cx=\"%d\" cy=\"%d\" r=\"3.5\"/>%n".formatted(bad ? "dot bad" : "dot", x, y));
        int offset = anchor.equals("end") ? -10 : 10;
        text(svg, x + offset, y + 4, anchor, bad ? "event bad" : "event", what);
    }

    private static void arrow(StringBuilder svg, int from, int to, int y, Chronicle.Entry entry) {
        boolean plain = ORDINARY.contains(entry.text());
        int tip = to > from ? to - 6 : to + 6;
        String kind = plain ? "arrow" : "arrow fault";
        svg.append("<line class=\"%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>%n".formatted(kind, from, y, tip, y));
        int back = to > from ? -7 : 7;
        svg.append("<path class=\"%s\" d=\"M%d %d l%d -4 l0 8 z\"/>%n".formatted(kind + " head", to, y, back));
        String label = entry.bytes() > 0 ? entry.bytes() + " " + entry.text() : entry.text();
        text(svg, (from + to) / 2, y - 4, "middle", plain ? "label" : "label fault", label);
    }

    private static void text(StringBuilder svg, int x, int y, String anchor, String kind, String what) {
        String cut = what.length() <= MAX_TEXT ? what : what.substring(0, MAX_TEXT - 1) + "…";
        svg.append("<text class=\"%s\" x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n"
                .formatted(kind, x, y, anchor, Html.escaped(cut)));
    }
}
