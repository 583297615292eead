package dev.sluice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.sluice.spi.BackendCapabilities;
import dev.sluice.spi.ContextSpec;
import dev.sluice.spi.LibraryVersion;
import dev.sluice.spi.TlsBackend;
import dev.sluice.spi.TlsContext;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** W25: the first use of the backends from many threads, in a fresh copy of the library for each round. */
class SslBackendsFirstUseTest {
    private static final int THREADS = 16;
    private static final int ROUNDS = 20;

    @Test
    void w25_backendsAreLoadedOnceHoweverManyThreadsCallFirst(@TempDir Path services) throws Exception {
        Path file = services.resolve("META-INF/services/" + TlsBackend.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, CountedBackend.class.getName() + "\n");
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            for (int round = 0; round < ROUNDS; round++) {
                firstUse(new FreshLibrary(file.toUri().toURL()), threads);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void firstUse(FreshLibrary library, ExecutorService threads) throws Exception {
        Method active = library.loadClass(SslBackends.class.getName()).getMethod("active");
        CyclicBarrier start = new CyclicBarrier(THREADS);
        Callable<Object> call = () -> {
            start.await();
            return active.invoke(null);
        };
        List<Future<Object>> calls = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            calls.add(threads.submit(call));
        }
        Set<Object> answers = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Future<Object> answer : calls) {
            answers.add(answer.get(30, TimeUnit.SECONDS));
        }

        assertEquals(1, answers.size(), "different answers: " + answers);
        Object made = library.loadClass(CountedBackend.class.getName())
                .getMethod("made")
                .invoke(null);
        assertEquals(1, made, "backends made");
    }

    /** A backend that counts its instances and takes its time to be made. */
    public static final class CountedBackend implements TlsBackend {
        private static final AtomicInteger MADE = new AtomicInteger();

        /** Called by ServiceLoader. */
        public CountedBackend() {
            MADE.incrementAndGet();
            for (int i = 0; i < 100; i++) {
                Thread.yield();
            }
        }

        /**
         * The number of instances made in this copy of the library.
         *
         * @return the count
         */
        public static int made() {
            return MADE.get();
        }

        @Override
        public String name() {
            return "counted";
        }

        @Override
        public LibraryVersion runtimeVersion() {
            return LibraryVersion.of("counted 1", 1, 0, 0);
        }

        @Override
        public LibraryVersion buildVersion() {
            return LibraryVersion.of("counted 1", 1, 0, 0);
        }

        @Override
        public BackendCapabilities capabilities() {
            throw new UnsupportedOperationException("not asked for while loading");
        }

        @Override
        public TlsContext createContext(ContextSpec spec) {
            throw new UnsupportedOperationException("this backend does nothing");
        }
    }

    /** Loads all classes of the library anew, so that its statics are as at the start of a program. */
    private static final class FreshLibrary extends ClassLoader {
        private final URL serviceFile;

        FreshLibrary(URL serviceFile) {
            super(SslBackendsFirstUseTest.class.getClassLoader());
            this.serviceFile = serviceFile;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.sluice.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                assertNotNull(in, name);
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.equals("META-INF/services/" + TlsBackend.class.getName())
                    ? Collections.enumeration(List.of(serviceFile))
                    : super.getResources(name);
        }
    }
}
