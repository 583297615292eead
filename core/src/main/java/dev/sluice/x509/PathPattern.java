package dev.sluice.x509;

import java.io.File;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which paths a wildcard or a regular expression means, and where to look for them.
 *
 * <p>Matching may take time that is exponential in the path. So every character that is looked at counts, over a whole
 * search, and the search ends when there were too many.
 *
 * <p>One thread at a time.
 */
final class PathPattern {
    /** More than any system opens. */
    static final int MAXIMUM_CHARACTERS = 4096;

    private static final long MAXIMUM_STEPS = 100_000_000;
    /** What means something else than itself in a regular expression. */
    private static final String SPECIAL = "\\$()*+.?[]^{|}";
    /** What makes the character in front of it optional, or repeats it. */
    private static final String QUANTIFIERS = "*+?{";

    private final String start;
    private final Pattern pattern;
    private long steps;

    private PathPattern(String start, Pattern pattern) {
        this.start = start;
        this.pattern = pattern;
    }

    /**
     * Understands a path.
     *
     * @throws IllegalArgumentException if it is not of this syntax, or too long
     */
    static PathPattern of(String path, PathSyntax syntax) {
        if (path.length() > MAXIMUM_CHARACTERS) {
            throw new IllegalArgumentException("path has " + path.length() + " characters, expected "
                    + MAXIMUM_CHARACTERS + " at most (" + syntax + ")");
        }
        return syntax == PathSyntax.WILDCARD
                ? ofWildcard(path.replace(File.separatorChar, '/'))
                : new PathPattern(folderOf(path, literalLength(path)), compile(path));
    }

    private static PathPattern ofWildcard(String path) {
        int special = 0;
        while (special < path.length() && "*?[".indexOf(path.charAt(special)) < 0) {
            special++;
        }
        return new PathPattern(folderOf(path, special), compile(expressionOf(path)));
    }

    private static String folderOf(String path, int end) {
        return path.substring(0, path.lastIndexOf('/', end - 1) + 1);
    }

    /** How many characters a match begins with for certain. */
    private static int literalLength(String expression) {
        if (expression.indexOf('|') >= 0) {
            // The other branch may be elsewhere.
            return expression.startsWith("/") ? 1 : 0;
        }
        int length = 0;
        while (length < expression.length() && SPECIAL.indexOf(expression.charAt(length)) < 0) {
            length++;
        }
        boolean quantified = length < expression.length() && QUANTIFIERS.indexOf(expression.charAt(length)) >= 0;
        return quantified ? Math.max(0, length - 1) : length;
    }

    private static Pattern compile(String expression) {
        try {
            return Pattern.compile(expression, Pattern.DOTALL);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("regular expression is nested too deeply", e);
        }
    }

    private static String expressionOf(String wildcard) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < wildcard.length(); i++) {
            char c = wildcard.charAt(i);
            if (c == '*') {
                // Several in a row mean no more than one, and take much longer.
                result.append(i > 0 && wildcard.charAt(i - 1) == '*' ? "" : "[^/]*");
            } else if (c == '?') {
                result.append("[^/]");
            } else if (c == '[') {
                int end = endOfSet(wildcard, i);
                result.append(setOf(wildcard.substring(i + 1, end)));
                i = end;
            } else {
                result.append(Character.isLetterOrDigit(c) || Character.isSurrogate(c) ? "" : "\\")
                        .append(c);
            }
        }
        return result.toString();
    }

    /** Where the set that begins here ends; a bracket that is its first character belongs to it. */
    private static int endOfSet(String wildcard, int start) {
        int first = wildcard.startsWith("!", start + 1) ? start + 2 : start + 1;
        int end = wildcard.indexOf(']', first + 1);
        if (end < 0) {
            throw new PatternSyntaxException("wildcard has a [ without ]", wildcard, start);
        }
        return end;
    }

    private static String setOf(String members) {
        boolean negated = members.startsWith("!");
        StringBuilder result = new StringBuilder("(?!/)").append(negated ? "[^" : "[");
        for (int i = negated ? 1 : 0; i < members.length(); i++) {
            char c = members.charAt(i);
            boolean range = c == '-' && i > (negated ? 1 : 0) && i < members.length() - 1;
            boolean plain = range || Character.isLetterOrDigit(c) || Character.isSurrogate(c);
            result.append(plain ? "" : "\\").append(c);
        }
        return result.append(']').toString();
    }

    /** The folder that all matches are in, as it stands in the path, with a final slash; empty for the current one. */
    String start() {
        return start;
    }

    /**
     * Whether a path matches.
     *
     * @throws IllegalArgumentException if the search has taken too many steps
     */
    boolean matches(String path) {
        return path.length() <= MAXIMUM_CHARACTERS && match(path).matches;
    }

    /**
     * Whether something in a folder, which is given with a final slash, can match.
     *
     * @throws IllegalArgumentException if the search has taken too many steps
     */
    boolean mayMatchWithin(String folder) {
        if (folder.length() > MAXIMUM_CHARACTERS) {
            return false;
        }
        Result result = match(folder);
        // The end was hit if more characters could have changed the result.
        return result.matches || result.hitEnd;
    }

    private record Result(boolean matches, boolean hitEnd) {}

    private Result match(String path) {
        try {
            Matcher matcher = pattern.matcher(new Counted(path));
            boolean matches = matcher.matches();
            return new Result(matches, matcher.hitEnd());
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("expression is too deeply nested to be matched with a path", e);
        }
    }

    /** Counts what the matcher looks at. */
    private final class Counted implements CharSequence {
        private final CharSequence path;

        Counted(CharSequence path) {
            this.path = path;
        }

        @Override
        public char charAt(int index) {
            steps++;
            if (steps > MAXIMUM_STEPS) {
                throw new IllegalArgumentException("expression takes too many steps to be matched with paths");
            }
            return path.charAt(index);
        }

        @Override
        public int length() {
            return path.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(path.subSequence(start, end));
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }
}
