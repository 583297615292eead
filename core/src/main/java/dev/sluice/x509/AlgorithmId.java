package dev.sluice.x509;

import java.util.Arrays;

/**
 * An {@code AlgorithmIdentifier} (RFC 5280 §4.1.1.2): which algorithm, with which parameters. The arrays that it gives are its
 * own: they are not secret, and nobody changes them.
 */
final class AlgorithmId {
    /** How NULL, the parameters of algorithms that have none, is encoded. */
    private static final byte[] NULL = DerWriter.nothing();

    /** The object identifier, in dotted form. */
    private final String identifier;
    /** The parameters as one element; empty if there are none. */
    private final byte[] parameters;
    /** The whole identifier as one element. */
    private final byte[] encoded;

    private AlgorithmId(String identifier, byte[] parameters, byte[] encoded) {
        this.identifier = identifier;
        this.parameters = parameters;
        this.encoded = encoded;
    }

    /** Reads the next element of {@code reader}. */
    static AlgorithmId read(DerReader reader) throws CertificateFormatException {
        byte[] encoded = DerWriter.copyOfNext(reader);
        DerReader content = DerReader.of(encoded).enter(DerReader.SEQUENCE);
        String identifier = content.readObjectIdentifier();
        byte[] parameters = content.hasMore() ? DerWriter.copyOfNext(content) : new byte[0];
        content.expectEnd();
        return new AlgorithmId(identifier, parameters, encoded);
    }

    /** Makes one; {@code parameters} is one element or empty, and copied. */
    static AlgorithmId of(String identifier, byte[] parameters) {
        return new AlgorithmId(
                identifier,
                parameters.clone(),
                DerWriter.element(DerReader.SEQUENCE, DerWriter.objectIdentifier(identifier), parameters));
    }

    String identifier() {
        return identifier;
    }

    byte[] parameters() {
        return parameters;
    }

    byte[] encoded() {
        return encoded;
    }

    boolean hasNoParameters() {
        return parameters.length == 0;
    }

    boolean hasNullOrNoParameters() {
        return hasNoParameters() || Arrays.equals(parameters, NULL);
    }

    /** A reader of what is in the parameters, which must be one element with this tag. */
    DerReader enterParameters(int tag) throws CertificateFormatException {
        return DerReader.of(parameters).enter(tag);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AlgorithmId algorithm && Arrays.equals(encoded, algorithm.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    /** The identifier alone: parameters may hold a salt. */
    @Override
    public String toString() {
        return identifier;
    }
}
