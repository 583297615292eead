package dev.sluice.x509;

import dev.sluice.SslError.Code;
import dev.sluice.x509.Subtree.Relation;
import dev.sluice.x509.WorkBudget.Work;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether all names of a path lie where the CAs above allow them (RFC 5280 §4.2.1.10, §6.1.3 (b) and (c), §6.1.4 (g)).
 * The constraints of the trust anchor bind as well.
 *
 * <p>Names are the alternative names, the subject as a directory name, and the mail addresses in the subject. The common
 * name is none: nobody here takes it for a host name.
 */
final class NameConstraintsRule implements PathRule {
    @Override
    public void check(CandidatePath path) {
        List<List<ConstrainedName>> names = new ArrayList<>();
        for (int i = path.size() - 1; i >= 0; i--) {
            NameConstraints constraints =
                    path.get(i).tbs().extensions().nameConstraints().orElse(null);
            if (constraints != null) {
                path.reportIf(
                        !constraints.wellFormed(),
                        Code.MALFORMED_CERTIFICATE,
                        path.get(i),
                        "name constraints are empty or malformed (RFC 5280 §4.2.1.10)");
                readNames(path, i, names);
                checkBelow(path, i, constraints, names);
            }
        }
    }

    /** Reads the names of all certificates below one, unless that was done for one further up. */
    private static void readNames(CandidatePath path, int index, List<List<ConstrainedName>> names) {
        for (int i = names.size(); i < index; i++) {
            names.add(namesOf(path.get(i)));
        }
    }

    private static void checkBelow(
            CandidatePath path, int index, NameConstraints constraints, List<List<ConstrainedName>> names) {
        for (int i = index - 1; i >= 0; i--) {
            SslCertificate certificate = path.get(i);
            // §6.1.3 (b) and (c): a CA's new key under the old one is not bound, unless it is the peer's own.
            boolean bound = i == 0 || !certificate.isSelfIssued();
            path.reportIf(
                    bound && !areAllowed(names.get(i), constraints, path.budget()),
                    Code.NAME_CONSTRAINT_VIOLATION,
                    certificate);
        }
    }

    static boolean areAllowed(List<ConstrainedName> names, NameConstraints constraints, WorkBudget budget) {
        for (ConstrainedName name : names) {
            if (!isPermitted(name, constraints.permitted(), budget)
                    || isExcluded(name, constraints.excluded(), budget)) {
                return false;
            }
        }
        return true;
    }

    /** Where no subtree is of the kind of the name, all names of this kind are permitted. */
    private static boolean isPermitted(ConstrainedName name, List<Subtree> permitted, WorkBudget budget) {
        boolean constrained = false;
        for (Subtree subtree : permitted) {
            if (subtree.kind() == name.kind()) {
                constrained = true;
                if (relation(subtree, name, budget) == Relation.INSIDE) {
                    return true;
                }
            }
        }
        return !constrained;
    }

    /** A name that cannot be compared is as bad as one that is excluded. */
    private static boolean isExcluded(ConstrainedName name, List<Subtree> excluded, WorkBudget budget) {
        for (Subtree subtree : excluded) {
            if (subtree.kind() == name.kind() && relation(subtree, name, budget) != Relation.OUTSIDE) {
                return true;
            }
        }
        return false;
    }

    private static Relation relation(Subtree subtree, ConstrainedName name, WorkBudget budget) {
        return budget.take(Work.NAME_COMPARISON) ? subtree.relationOf(name) : Relation.UNKNOWN;
    }

    private static List<ConstrainedName> namesOf(SslCertificate certificate) {
        List<SubjectAltName> names = new ArrayList<>(certificate.subjectAlternativeNames());
        DistinguishedName subject = certificate.tbs().subject();
        if (!subject.isEmpty()) {
            names.add(new SubjectAltName.Directory(subject));
        }
        // §4.2.1.10: "Legacy implementations exist where an electronic mail address is embedded in the subject".
        subject.values(DistinguishedName.EMAIL_ADDRESS)
                .forEach(address -> names.add(new SubjectAltName.Email(address)));
        return names.stream().map(ConstrainedName::of).toList();
    }
}
