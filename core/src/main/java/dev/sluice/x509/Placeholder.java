package dev.sluice.x509;

/** Keeps this package from being empty, which javac refuses to export; delete it with the first real type. */
final class Placeholder {

    private Placeholder() {}
}
