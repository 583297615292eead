/** The Sluice backend for JSSE providers. */
module dev.sluice.jsse {
    requires transitive dev.sluice;
    requires static org.jspecify;
}
