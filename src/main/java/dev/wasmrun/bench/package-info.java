/**
 * Benchmarks: the same program by several contenders, measured side by side.
 *
 * <p>A {@link dev.wasmrun.bench.Contender} runs a program once when told to. {@link
 * dev.wasmrun.bench.Bench} lets all of them take turns, so that whatever else the machine does
 * meets all alike, first until they are warm and then for the record:
 *
 * <pre>
 *   contenders   A B C  A B C  A B C  ...  A B C  A B C  A B C
 *               |------- warm-up --------|------ measured ------|
 * </pre>
 *
 * <p>May import {@code parity} and what that may import. Used by one thread.
 */
package dev.wasmrun.bench;
