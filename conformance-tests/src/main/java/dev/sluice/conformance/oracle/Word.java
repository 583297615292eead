package dev.sluice.conformance.oracle;

/** A word of the script language, with what docs/oracle.md says about it. */
interface Word {
    /** The word with its arguments. */
    String usage();

    /** What it does. */
    String help();

    /** The word alone. */
    default String word() {
        String usage = usage();
        int end = usage.indexOf(' ');
        return end < 0 ? usage : usage.substring(0, end);
    }
}
