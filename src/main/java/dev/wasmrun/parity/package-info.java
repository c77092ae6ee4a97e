/**
 * Parity: the same program by several implementations, and whether their output is the same, line
 * by line.
 *
 * <p>May import {@code programs}, {@code crew}, the conventions and what those may import.
 */
package dev.wasmrun.parity;
