package dev.wasmrun.source;

/**
 * A function as debug information knows it, and where in it a place in the code is.
 *
 * @param function its name; empty if not known
 * @param inlined whether it has become part of its caller
 */
record ActiveScope(String function, SourcePlace place, boolean inlined) {}
