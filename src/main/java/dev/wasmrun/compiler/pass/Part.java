package dev.wasmrun.compiler.pass;

import java.util.List;

/**
 * A range of a function's operations that becomes a method.
 *
 * @param from the first operation
 * @param to behind the last; blocks that begin in between end there, and blocks around the first
 *     operation may end there too
 * @param inner the parts in it that are methods of their own, in order; none overlaps another
 */
public record Part(int from, int to, List<Part> inner) {}
