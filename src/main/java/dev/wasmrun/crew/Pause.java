package dev.wasmrun.crew;

import java.util.function.BooleanSupplier;

/**
 * The state of a member that waits, without a timeout and not on the memory, for something that
 * only another member can bring about.
 *
 * @param waitsFor what it waits for, in words
 * @param over whether that has come about already, so that the member is about to go on
 */
record Pause(String waitsFor, BooleanSupplier over) {}
