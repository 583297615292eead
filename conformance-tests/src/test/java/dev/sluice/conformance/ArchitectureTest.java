package dev.sluice.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.lang.ArchRule;
import dev.sluice.SslEventLoop;
import dev.sluice.SslServer;
import dev.sluice.SslServerListener;
import dev.sluice.SslSocket;
import dev.sluice.SslSocketListener;
import dev.sluice.SslTransport;
import dev.sluice.bc.BcBackend;
import dev.sluice.connection.ConnectionParts;
import dev.sluice.connection.ContextCache;
import dev.sluice.jsse.JsseBackend;
import dev.sluice.x509.VerifyingTrustManagerFactory;
import java.net.IDN;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;

/**
 * The layers, checked on the class files of what is published: who may know whom. Exceptions are named, each with its
 * reason.
 */
class ArchitectureTest {
    private static final String API = "dev.sluice";
    private static final String SEAM = "dev.sluice.spi";
    private static final String X509 = "dev.sluice.x509";
    private static final String CONNECTION = "dev.sluice.connection";
    private static final String[] CORE = {API, SEAM, X509, CONNECTION};
    private static final String[] BACKENDS = {"dev.sluice.jsse..", "dev.sluice.bc.."};

    /** The published class files alone: tests of other modules are on the class path too. */
    private static final JavaClasses PUBLISHED = new ClassFileImporter()
            .importLocations(Stream.of(SslSocket.class, JsseBackend.class, BcBackend.class, Weakness.class)
                    .map(ArchitectureTest::locationOf)
                    .collect(Collectors.toSet()));

    /** The door: sockets, servers, and what moves bytes for them. */
    private static final Class<?>[] DOORS = {
        SslSocket.class,
        SslServer.class,
        SslEventLoop.class,
        SslTransport.class,
        SslSocketListener.class,
        SslServerListener.class
    };

    /** JSSE hands an engine or a socket to its trust manager; these ask it for the chain, the name and the constraints. */
    private static final DescribedPredicate<JavaClass> JSSE_TRUST_MANAGERS =
            named(VerifyingTrustManagerFactory.class.getPackageName(), "VerifyingTrustManager", "HandshakeFacts");

    // ---- modules ----

    @Test
    void theRulesSeeEveryModule() {
        Set<String> seen = PUBLISHED.stream()
                .map(type -> type.getPackageName().replaceFirst("^(dev\\.sluice\\.conformance)\\..*", "$1"))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(
                Set.of(API, SEAM, X509, CONNECTION, "dev.sluice.jsse", "dev.sluice.bc", "dev.sluice.conformance"),
                seen);
    }

    @Test
    void coreKnowsNoBackend() {
        check(noClasses()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.sluice.jsse..", "dev.sluice.bc..", "dev.sluice.conformance.."));
    }

    @Test
    void coreHasNoDependencyBesidesNettysBuffers() {
        check(classes()
                .that()
                .resideInAnyPackage(CORE)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(CORE)
                        .or(resideInAnyPackage(
                                "java..", "javax..", "io.netty.buffer", "io.netty.util..", "org.jspecify..")))
                .because("core has no logging framework, no BouncyCastle and no channels of Netty"));
    }

    @Test
    void backendsKnowTheSeamAndNoConnection() {
        check(noClasses()
                .that()
                .resideInAnyPackage(BACKENDS)
                .should()
                .dependOnClassesThat(resideInAnyPackage(CONNECTION, "dev.sluice.conformance..")
                        .or(belongToAnyOf(DOORS)))
                .because("a stranger's backend has dev.sluice.spi, the certificates and the values, and no more"));
    }

    @Test
    void backendsDoNotKnowEachOther() {
        check(noClasses()
                .that()
                .resideInAPackage("dev.sluice.jsse..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.bc.."));
        check(noClasses()
                .that()
                .resideInAPackage("dev.sluice.bc..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sluice.jsse.."));
    }

    // ---- layers of core ----

    @Test
    void theSeamKnowsNoConnectionAndNoDoor() {
        check(noClasses()
                .that()
                .resideInAPackage(SEAM)
                .should()
                .dependOnClassesThat(resideInAPackage(CONNECTION).or(belongToAnyOf(DOORS))));
    }

    @Test
    void verificationKnowsNoConnectionAndNoDoor() {
        check(noClasses()
                .that()
                .resideInAPackage(X509)
                .should()
                .dependOnClassesThat(resideInAPackage(CONNECTION).or(belongToAnyOf(DOORS))));
    }

    @Test
    void verificationDoesNotUseTheNetwork() {
        check(noClasses()
                .that(resideInAPackage(X509).and(not(JSSE_TRUST_MANAGERS)))
                .should()
                .dependOnClassesThat(network())
                .because("what is fetched for a verification (CRLs, OCSP responses) is fetched by its caller"));
    }

    /** ConnectionParts is where a socket is put together: it names the class whose constructor it stands in for. */
    @Test
    void theConnectionKnowsNoDoor() {
        check(noClasses()
                .that(resideInAPackage(CONNECTION).and(not(within(ConnectionParts.class))))
                .should()
                .dependOnClassesThat(belongToAnyOf(DOORS)));
    }

    /** SystemResolver is the production resolver, put in from outside as ConnectionParts has it. */
    @Test
    void theConnectionDoesNoInputOrOutput() {
        check(noClasses()
                .that(resideInAPackage(CONNECTION).and(not(named(CONNECTION, "SystemResolver"))))
                .should()
                .dependOnClassesThat(network().or(resideInAnyPackage("java.io..", "java.nio.file..")))
                .orShould()
                .accessTargetWhere(access(InetAddress.class, Set.of("getByName", "getAllByName", "getLocalHost")))
                .because("the connection is sans-IO: bytes come and go as buffers"));
    }

    /** ConnectionParts.PRODUCTION is where the real clocks go in. */
    @Test
    void theConnectionHasNoClock() {
        check(
                noClasses()
                        .that(resideInAPackage(CONNECTION).and(not(within(ConnectionParts.class))))
                        .should()
                        .accessTargetWhere(access(System.class, Set.of("nanoTime", "currentTimeMillis"))
                                .or(access(Instant.class, Set.of("now")))
                                .or(access(InstantSource.class, Set.of("system", "tick", "offset"))))
                        .orShould()
                        .dependOnClassesThat(belongToAnyOf(Clock.class, Date.class, Calendar.class))
                        .because(
                                "deadlines and validity go by the clocks that ConnectionParts gives, so that tests can set them"));
    }

    /**
     * SystemResolver has the threads that a look-up blocks. BufferShelf reads the number of the current thread, to spread the
     * threads over its slots.
     */
    @Test
    void theConnectionHasNoThreads() {
        check(noClasses()
                .that(resideInAPackage(CONNECTION).and(not(named(CONNECTION, "SystemResolver", "BufferShelf"))))
                .should()
                .dependOnClassesThat(threads())
                .orShould()
                .accessTargetWhere(asynchronousStages())
                .because("whoever drives the connection brings the thread"));
        check(noClasses()
                .that(named(CONNECTION, "BufferShelf"))
                .should()
                .dependOnClassesThat(threads().and(not(belongToAnyOf(Thread.class))))
                .orShould()
                .accessTargetWhere(describe(
                        "the target is more of a Thread than its number",
                        (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(Thread.class)
                                && !Set.of("currentThread", "getId").contains(access.getName()))));
    }

    /** ContextCache is shared by all connections: its lock lets the second one wait for the context that the first makes. */
    @Test
    void theConnectionWaitsForNobody() {
        check(noClasses()
                .that(resideInAPackage(CONNECTION).and(not(within(ContextCache.class))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.util.concurrent.locks..")
                .orShould()
                .accessTargetWhere(access(Object.class, Set.of("wait", "notify", "notifyAll")))
                .because("the lock of the connection is its socket's"));
    }

    // ---- engines ----

    @Test
    void onlyBackendJsseSeesEnginesOfJsse() {
        check(noClasses()
                .that(not(resideInAPackage("dev.sluice.jsse..")).and(not(JSSE_TRUST_MANAGERS)))
                .should()
                .dependOnClassesThat(belongToAnyOf(
                        SSLEngine.class,
                        SSLEngineResult.class,
                        SSLContext.class,
                        SSLSession.class,
                        javax.net.ssl.SSLSocket.class,
                        SSLSocketFactory.class,
                        SSLServerSocket.class,
                        SSLServerSocketFactory.class))
                .because("engines are behind the seam"));
    }

    /** The suite makes its certificates, the broken ones too, with BouncyCastle's builders. */
    @Test
    void onlyBackendBcSeesBouncyCastle() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages("dev.sluice.bc..", "dev.sluice.conformance.certificates")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bouncycastle.."));
    }

    // ---- what a library does not do ----

    @Test
    void nothingIsPrinted() {
        // The command line of the suite is what prints; and the suite listens for secrets to what others print.
        check(noClasses()
                .that(DescribedPredicate.not(named("dev.sluice.conformance.command", "ConformanceCommand")))
                .and(DescribedPredicate.not(named("dev.sluice.conformance.contracts", "LogCapture")))
                .should(ACCESS_STANDARD_STREAMS));
    }

    @Test
    void theOnlyLoggerIsTheSystems() {
        // The suite listens at the log of the JDK for secrets.
        check(noClasses()
                .that(DescribedPredicate.not(named("dev.sluice.conformance.contracts", "LogCapture")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.util.logging..",
                        "org.slf4j..",
                        "org.apache..",
                        "ch.qos.logback..",
                        "io.netty.util.internal.logging.."));
    }

    // ---- words ----

    private static void check(ArchRule rule) {
        rule.check(PUBLISHED);
    }

    /** Classes of a package by their names, with what is nested in them. For those that only their package can see. */
    private static DescribedPredicate<JavaClass> named(String packageName, String... names) {
        Set<String> full =
                Stream.of(names).map(name -> packageName + "." + name).collect(Collectors.toSet());
        full.forEach(PUBLISHED::get); // an exception for a class that is gone should go too
        return describe(
                String.join(", ", names),
                type -> full.stream()
                        .anyMatch(name ->
                                type.getName().equals(name) || type.getName().startsWith(name + "$")));
    }

    private static DescribedPredicate<JavaClass> within(Class<?> type) {
        return named(type.getPackageName(), type.getSimpleName());
    }

    /** Everything that can reach another host. Addresses and names as values cannot. */
    private static DescribedPredicate<JavaClass> network() {
        List<Class<?>> values = List.of(InetAddress.class, UnknownHostException.class, IDN.class);
        return resideInAnyPackage("java.net..", "java.nio.channels..", "javax.net")
                .and(not(belongToAnyOf(values.toArray(Class<?>[]::new))))
                .as("the network");
    }

    /** An SslEventLoop is an executor too; who may know it is said by {@link #theConnectionKnowsNoDoor}. */
    private static DescribedPredicate<JavaClass> threads() {
        return assignableTo(Thread.class)
                .or(assignableTo(ThreadGroup.class))
                .or(assignableTo(Executor.class))
                .or(belongToAnyOf(
                        Timer.class,
                        ExecutorService.class,
                        ForkJoinPool.class,
                        LockSupport.class,
                        ThreadLocal.class,
                        Executors.class))
                .and(not(belongToAnyOf(SslEventLoop.class)))
                .as("threads");
    }

    private static DescribedPredicate<JavaAccess<?>> asynchronousStages() {
        return describe(
                "the target runs on a thread of its own choice",
                access -> access.getTargetOwner().isAssignableTo(CompletableFuture.class)
                        && access.getName().endsWith("Async"));
    }

    /** Calls and method references alike. */
    private static DescribedPredicate<JavaAccess<?>> access(Class<?> owner, Set<String> names) {
        return describe("the target is one of " + names + " of " + owner.getSimpleName(), access -> {
            AccessTarget target = access.getTarget();
            return names.contains(target.getName()) && target.getOwner().isAssignableTo(owner);
        });
    }

    /** A folder while Maven has only compiled, a jar once it has packaged. */
    private static Location locationOf(Class<?> type) {
        String place = type.getProtectionDomain().getCodeSource().getLocation().toString();
        return Location.of(URI.create(place.endsWith("/") ? place : "jar:" + place + "!/"));
    }
}
