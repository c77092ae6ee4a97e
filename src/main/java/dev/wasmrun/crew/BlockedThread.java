package dev.wasmrun.crew;

/**
 * A member of a deadlocked crew.
 *
 * @param name the name of the thread
 * @param waitsFor what it waits for, in words: a notify at an address, or the end of another member
 */
public record BlockedThread(String name, String waitsFor) {}
