package dev.wasmrun.trace;

import java.time.Duration;
import java.util.Optional;

/**
 * What one guest thread did. Its times of running, waiting and being idle add up to the time from
 * the first thread's beginning to the last one's end.
 *
 * @param thread its name
 * @param running the time in which it did neither of the next two, on a processor or ready for one,
 *     or in the hands of the host
 * @param waiting the time in atomic waits
 * @param idle the time before it began and after it ended, and in which it waited for another
 *     thread to end
 * @param cpu the time on a processor; empty if the JVM does not tell
 * @param atomics the atomic instructions it executed, but for waits and notifies
 * @param waits how often it waited, or would have if the value had been as expected
 * @param notifies how often it notified
 * @param woken how many waiters that woke
 * @param memoryBytes the size that the memory it worked on had in the end; 0 if it had none
 */
public record ThreadStatistics(
    String thread,
    Duration running,
    Duration waiting,
    Duration idle,
    Optional<Duration> cpu,
    long atomics,
    long waits,
    long notifies,
    long woken,
    long memoryBytes) {}
