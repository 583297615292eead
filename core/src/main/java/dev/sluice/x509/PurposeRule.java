package dev.sluice.x509;

import dev.sluice.SslError.Code;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Whether the certificates may be used for TLS on the peer's side (RFC 5280 §4.2.1.3, §4.2.1.12). */
final class PurposeRule implements PathRule {
    /** {@code anyExtendedKeyUsage} (RFC 5280 §4.2.1.12). */
    static final String ANY_PURPOSE = "2.5.29.37.0";

    @Override
    public void check(CandidatePath path) {
        checkKeyUsage(path);
        String purpose = path.request().purpose().extendedKeyUsage();
        // RFC 5280 speaks of the end entity only; in practice the purposes of a CA bind all it has issued.
        for (SslCertificate certificate : path.certificates()) {
            Optional<Set<String>> purposes = certificate.tbs().extensions().extendedKeyUsage();
            path.reportIf(
                    purposes.isPresent()
                            && !purposes.get().contains(purpose)
                            && !purposes.get().contains(ANY_PURPOSE),
                    Code.INVALID_PURPOSE,
                    certificate);
        }
    }

    /** A key usage, if there is one, has to allow something that a handshake does (RFC 5280 §4.2.1.12). */
    private static void checkKeyUsage(CandidatePath path) {
        Set<KeyUsage> useful = switch (path.request().purpose()) {
            case SERVER -> EnumSet.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_ENCIPHERMENT, KeyUsage.KEY_AGREEMENT);
            case CLIENT -> EnumSet.of(KeyUsage.DIGITAL_SIGNATURE, KeyUsage.KEY_AGREEMENT);
        };
        Optional<Set<KeyUsage>> allowed = path.leaf().tbs().extensions().keyUsage();
        path.reportIf(
                allowed.isPresent() && Collections.disjoint(allowed.get(), useful), Code.INVALID_PURPOSE, path.leaf());
    }
}
