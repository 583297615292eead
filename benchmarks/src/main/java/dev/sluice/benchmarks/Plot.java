package dev.sluice.benchmarks;

import java.util.List;
import java.util.Locale;

/** Horizontal bars in SVG, with a line at 1. */
final class Plot {
    private static final int WIDTH = 860;
    private static final int LABEL_WIDTH = 270;
    private static final int VALUE_WIDTH = 60;
    private static final int BAR_HEIGHT = 16;
    private static final int ROW_HEIGHT = 22;
    private static final int TITLE_HEIGHT = 34;

    /** One bar. */
    record Bar(String label, double value) {}

    /** Bars on one scale under a title. */
    record Panel(String title, List<Bar> bars) {}

    private Plot() {}

    static String of(List<Panel> panels) {
        int height = 16;
        for (Panel panel : panels) {
            height += TITLE_HEIGHT + panel.bars().size() * ROW_HEIGHT + 8;
        }
        StringBuilder svg = new StringBuilder();
        line(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\" font-size=\"13\">",
                WIDTH,
                height,
                WIDTH,
                height);
        line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
        int top = 8;
        for (Panel panel : panels) {
            append(svg, panel, top);
            top += TITLE_HEIGHT + panel.bars().size() * ROW_HEIGHT + 8;
        }
        return svg.append("</svg>\n").toString();
    }

    private static void append(StringBuilder svg, Panel panel, int top) {
        double largest = 1.0;
        for (Bar bar : panel.bars()) {
            largest = Math.max(largest, bar.value());
        }
        double scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH - 16) / (largest * 1.02);
        line(
                svg,
                "<text x=\"12\" y=\"%d\" font-weight=\"bold\" fill=\"#222222\">%s</text>",
                top + 22,
                escaped(panel.title()));
        double one = LABEL_WIDTH + scale;
        line(
                svg,
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#c0392b\" stroke-dasharray=\"4 3\"/>",
                one,
                top + TITLE_HEIGHT - 4,
                one,
                top + TITLE_HEIGHT + panel.bars().size() * ROW_HEIGHT - 2);
        int y = top + TITLE_HEIGHT;
        for (Bar bar : panel.bars()) {
            String colour = bar.label().startsWith("Sluice") || panel.title().contains("bare") ? "#1b6ca8" : "#a9b4bd";
            line(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#222222\">%s</text>",
                    LABEL_WIDTH - 8,
                    y + BAR_HEIGHT - 3,
                    escaped(bar.label()));
            line(
                    svg,
                    "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                    LABEL_WIDTH,
                    y,
                    bar.value() * scale,
                    BAR_HEIGHT,
                    colour);
            line(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" fill=\"#222222\" stroke=\"#ffffff\" stroke-width=\"4\""
                            + " paint-order=\"stroke\">%.2f</text>",
                    LABEL_WIDTH + bar.value() * scale + 6,
                    y + BAR_HEIGHT - 3,
                    bar.value());
            y += ROW_HEIGHT;
        }
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
