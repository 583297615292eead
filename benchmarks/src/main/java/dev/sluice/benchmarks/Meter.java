package dev.sluice.benchmarks;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What a piece of work has cost this process. */
final class Meter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Meter() {}

    /** Processor time of the Java threads that are alive, in seconds: neither the compiler's nor the collector's. */
    static double processorSeconds() {
        long total = 0;
        for (long nanos : THREADS.getThreadCpuTime(THREADS.getAllThreadIds())) {
            total += Math.max(nanos, 0);
        }
        return total / 1e9;
    }

    /** Processor time of this thread, in seconds. */
    static double threadSeconds() {
        return THREADS.getCurrentThreadCpuTime() / 1e9;
    }

    /** Bytes of heap that the threads that are alive have allocated. */
    static long allocatedBytes() {
        long total = 0;
        for (long bytes : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
            total += Math.max(bytes, 0);
        }
        return total;
    }
}
