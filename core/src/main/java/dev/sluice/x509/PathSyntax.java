package dev.sluice.x509;

/**
 * How a path names files, after Qt's {@code QSslCertificate::PatternSyntax}.
 *
 * @see SslCertificate#fromPath
 */
public enum PathSyntax {
    /** The path of one file, or of a folder, which stands for the files in it. */
    FIXED_STRING,
    /**
     * A path with wildcards: {@code *} stands for any number of characters within a name, {@code ?} for one, {@code [a-z_]}
     * for one of a set and {@code [!a-z]} for one that is not in it. None stands for a slash. There is no way to escape but
     * a set: {@code [*]}.
     */
    WILDCARD,
    /**
     * A {@linkplain java.util.regex.Pattern regular expression} that the whole path has to match, with {@code /} between
     * names on every system.
     */
    REGULAR_EXPRESSION
}
