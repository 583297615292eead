package dev.sluice.bc;

import dev.sluice.NamedGroup;
import dev.sluice.SslProtocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Vector;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.crypto.TlsCrypto;

/** Key exchange groups (RFC 8446 §4.2.7) in our words and in BouncyCastle's. */
final class Groups {
    /** What is offered unless the user says otherwise. The hybrids with ML-KEM can be asked for. */
    static final List<NamedGroup> DEFAULTS = List.of(
            NamedGroup.X25519,
            NamedGroup.SECP256R1,
            NamedGroup.X448,
            NamedGroup.SECP384R1,
            NamedGroup.SECP521R1,
            NamedGroup.FFDHE2048,
            NamedGroup.FFDHE3072,
            NamedGroup.FFDHE4096);

    private Groups() {}

    /** The groups that BouncyCastle can use, ours first. */
    static List<NamedGroup> supportedBy(TlsCrypto crypto) {
        List<NamedGroup> supported = new ArrayList<>(DEFAULTS);
        for (NamedGroup group : NamedGroup.values()) {
            boolean known = group.isHybrid()
                    ? crypto.hasNamedGroup(org.bouncycastle.tls.NamedGroup.getHybridFirst(group.id()))
                            && crypto.hasNamedGroup(org.bouncycastle.tls.NamedGroup.getHybridSecond(group.id()))
                    : crypto.hasNamedGroup(group.id());
            // Curves of SM2 belong to suites that nobody asks for here (RFC 8998).
            if (known && group != NamedGroup.CURVE_SM2 && !supported.contains(group)) {
                supported.add(group);
            }
        }
        return List.copyOf(supported);
    }

    static int[] ids(List<NamedGroup> groups) {
        return groups.stream().mapToInt(NamedGroup::id).toArray();
    }

    static Vector<Integer> vector(List<NamedGroup> groups) {
        return Vectors.of(groups.stream().map(NamedGroup::id).toList());
    }

    /** Whether a group can be used in a version: brainpool curves have another number in each, ML-KEM is for TLS 1.3. */
    static boolean isFor(NamedGroup group, SslProtocol protocol) {
        return org.bouncycastle.tls.NamedGroup.canBeNegotiated(group.id(), version(protocol));
    }

    static ProtocolVersion version(SslProtocol protocol) {
        return switch (protocol) {
            case TLS_1_0 -> ProtocolVersion.TLSv10;
            case TLS_1_1 -> ProtocolVersion.TLSv11;
            case TLS_1_2 -> ProtocolVersion.TLSv12;
            case TLS_1_3 -> ProtocolVersion.TLSv13;
        };
    }
}
