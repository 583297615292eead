package dev.sluice.jsse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sluice.ImplementedClass;
import dev.sluice.SslBackends;
import dev.sluice.spi.TlsFeature;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What {@code SslBackends} says of this backend follows from what the backend says of itself. */
class SupportedClassesTest {
    @Test
    void partsFollowFromTheFeatures() {
        Set<ImplementedClass> classes = SslBackends.supportedClasses("jsse");
        Set<TlsFeature> features = SslBackends.supportedFeatures("jsse");

        assertTrue(classes.contains(ImplementedClass.SOCKET));
        assertTrue(classes.contains(ImplementedClass.CERTIFICATE));
        assertEquals(features.contains(TlsFeature.GROUP_SELECTION), classes.contains(ImplementedClass.ELLIPTIC_CURVE));
        assertEquals(features.contains(TlsFeature.DH_PARAMETERS), classes.contains(ImplementedClass.DIFFIE_HELLMAN));
        assertEquals(features.contains(TlsFeature.PSK_TLS_1_2), classes.contains(ImplementedClass.PRE_SHARED_KEY));
    }
}
