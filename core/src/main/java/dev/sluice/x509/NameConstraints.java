package dev.sluice.x509;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Within which names the certificates below a CA have to stay (RFC 5280 §4.2.1.10).
 *
 * @param permitted where a kind of name stands here, each name of that kind has to lie in one of its subtrees
 * @param excluded no name may lie in one of these
 * @param wellFormed whether the extension says something at all, and each subtree in the only form that is allowed
 */
record NameConstraints(List<Subtree> permitted, List<Subtree> excluded, boolean wellFormed) {
    private static final int PERMITTED = DerReader.constructedTag(0);
    private static final int EXCLUDED = DerReader.constructedTag(1);
    private static final int MINIMUM = DerReader.contextTag(0);
    private static final int MAXIMUM = DerReader.contextTag(1);

    static NameConstraints read(DerReader reader) throws CertificateFormatException {
        DerReader fields = reader.enter(DerReader.SEQUENCE);
        List<Subtree> permitted = new ArrayList<>();
        List<Subtree> excluded = new ArrayList<>();
        boolean hasPermitted = readSubtrees(fields, PERMITTED, permitted);
        boolean hasExcluded = readSubtrees(fields, EXCLUDED, excluded);
        fields.expectEnd();
        // "At least one", and GeneralSubtrees ::= SEQUENCE SIZE (1..MAX): an empty one must not pass for none.
        boolean saysSomething = (hasPermitted || hasExcluded)
                && hasPermitted != permitted.isEmpty()
                && hasExcluded != excluded.isEmpty();
        boolean wellFormed =
                Stream.concat(permitted.stream(), excluded.stream()).allMatch(Subtree::isWellFormed);
        return new NameConstraints(List.copyOf(permitted), List.copyOf(excluded), saysSomething && wellFormed);
    }

    /** Adds the subtrees of one kind to the result; false if the extension has no such field. */
    private static boolean readSubtrees(DerReader fields, int tag, List<Subtree> result)
            throws CertificateFormatException {
        if (!fields.nextIs(tag)) {
            return false;
        }
        DerReader subtrees = fields.enter(tag);
        while (subtrees.hasMore()) {
            DerReader subtree = subtrees.enter(DerReader.SEQUENCE);
            Subtree base = Subtree.read(subtree);
            // RFC 5280 §4.2.1.10: the minimum MUST be zero, and maximum MUST be absent.
            boolean simple = !subtree.nextIs(MINIMUM) || subtree.readSaturatedUnsigned(MINIMUM) == 0;
            if (subtree.nextIs(MAXIMUM)) {
                subtree.readSaturatedUnsigned(MAXIMUM);
                simple = false;
            }
            subtree.expectEnd();
            result.add(simple ? base : new Subtree.Malformed(base.kind()));
        }
        return true;
    }
}
