package dev.wasmrun.bench;

import java.util.Optional;

/**
 * How soon interrupts ended a kind of guest code.
 *
 * @param code the kind, in words
 * @param warmUps how many interrupts came before those that count
 * @param runs how many interrupts count
 * @param time the spread of the times from an interrupt to the end of the thread; empty if it
 *     failed
 * @param failure one line that says why it failed; empty if it did not
 */
public record InterruptMeasurement(
    String code, int warmUps, int runs, Optional<Spread> time, Optional<String> failure) {}
