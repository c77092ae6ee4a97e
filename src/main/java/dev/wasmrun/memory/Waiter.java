package dev.wasmrun.memory;

import java.util.Optional;

/**
 * One wait in progress, as seen at a moment by {@link LinearMemory#waiters()}.
 *
 * @param thread the blocked thread; empty for an asynchronous wait, which blocks none
 * @param address what it waits on, in bytes
 * @param width 4 or 8, in bytes
 * @param expected the value the memory held when the wait began; a 32-bit one is sign-extended
 * @param timed whether it ends by itself some day
 */
public record Waiter(
    Optional<Thread> thread, int address, int width, long expected, boolean timed) {}
