package dev.sluice.x509;

import java.util.ArrayList;
import java.util.List;

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
        List<Subtree> subtrees = new ArrayList<>();
        List<Subtree> permitted = readSubtrees(fields, PERMITTED);
        List<Subtree> excluded = readSubtrees(fields, EXCLUDED);
        fields.expectEnd();
        subtrees.addAll(permitted);
        subtrees.addAll(excluded);
        return new NameConstraints(
                permitted, excluded, !subtrees.isEmpty() && subtrees.stream().allMatch(Subtree::isWellFormed));
    }

    private static List<Subtree> readSubtrees(DerReader fields, int tag) throws CertificateFormatException {
        if (!fields.nextIs(tag)) {
            return List.of();
        }
        DerReader subtrees = fields.enter(tag);
        List<Subtree> result = new ArrayList<>();
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
        return List.copyOf(result);
    }
}
