package dev.wasmrun.check.lock;

import java.util.Optional;

/**
 * A lock is given back by a thread that does not hold it.
 *
 * @param holder the name of the thread that holds it; empty if none does
 */
public record WrongUnlock(Optional<String> holder) {}
