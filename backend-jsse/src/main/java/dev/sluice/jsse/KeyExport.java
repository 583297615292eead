package dev.sluice.jsse;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * {@code ExtendedSSLSession.exportKeyingMaterialData} (RFC 5705), which came with Java 25. Looked up once, since this module
 * is compiled for 17; to be replaced by a direct call once the floor is 25.
 */
final class KeyExport {
    /** The method; empty before Java 25. */
    static final Optional<KeyExport> OF_PLATFORM = find();

    private final MethodHandle exporter;

    private KeyExport(MethodHandle exporter) {
        this.exporter = exporter;
    }

    private static Optional<KeyExport> find() {
        MethodType type = MethodType.methodType(byte[].class, String.class, byte[].class, int.class);
        try {
            return Optional.of(new KeyExport(MethodHandles.publicLookup()
                    .findVirtual(ExtendedSSLSession.class, "exportKeyingMaterialData", type)));
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("ExtendedSSLSession.exportKeyingMaterialData is there and not public", e);
        }
    }

    /** Exports; empty where the session refuses: without extended master secret, or resumed by a ticket that holds no secret. */
    Optional<byte[]> export(SSLSession session, String label, byte @Nullable [] context, int lengthBytes) {
        if (!(session instanceof ExtendedSSLSession extended)) {
            return Optional.empty();
        }
        try {
            return Optional.of((byte[]) exporter.invokeExact(extended, label, context, lengthBytes));
        } catch (SSLException | UnsupportedOperationException | IllegalArgumentException | IllegalStateException e) {
            return Optional.empty();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("an exporter that declares SSLException threw another", e);
        }
    }
}
