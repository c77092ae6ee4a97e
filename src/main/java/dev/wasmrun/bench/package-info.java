/**
 * Benchmarks: the same program by several contenders, and modules of the user's.
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
 * <p>{@link dev.wasmrun.bench.ModuleBench} measures modules of the user's: each by one contender
 * after the other, by the processor time of the guest's thread. {@link
 * dev.wasmrun.bench.InterruptBench} measures how soon an interrupt ends guest code.
 *
 * <p>May import {@code parity} and {@code run}, and what those may import. Used by one thread.
 */
package dev.wasmrun.bench;
