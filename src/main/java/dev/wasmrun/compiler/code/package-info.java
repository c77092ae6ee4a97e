/**
 * Function bodies as WebAssembly states them, decoded once: typed operations that can be reached,
 * and the tree of blocks that they branch to.
 *
 * <p>Knows nothing of the JVM. Immutable once decoded.
 */
package dev.wasmrun.compiler.code;
