/**
 * The wasi-threads convention: a WASI command that starts its threads itself, through the import
 * {@code wasi.thread-spawn}, over the one shared memory that it imports under any name.
 *
 * <pre>
 *   main      instantiate, start, _start ──┬──────────────┬──────── returns: the run ends, exit 0
 *                             thread-spawn(7) = 1   thread-spawn(8) = 2
 *   1                                      └▶ instantiate, start, wasi_thread_start(1, 7)
 *   2                                                     └▶ instantiate, start, wasi_thread_start(2, 8)
 * </pre>
 *
 * <p>The module's active data is written once, by the main instance. The start function runs in
 * every instance, which is how modules of this convention set up what each instance has of its own;
 * what it does to the memory, they guard themselves. The first exit or trap of any thread ends all.
 *
 * <p>May import {@code crew}, {@code wasi} and what they may import.
 */
package dev.wasmrun.convention.wasi;
