/**
 * The worker convention: the host starts N threads, each with an instance of the module, over the
 * one shared memory that the module imports.
 *
 * <pre>
 *   leader    instantiate, start, setup ─┐                              ┌─ finish
 *   worker 0                             ├─ instantiate, stack, work ───┤
 *   worker 1                             ├─ instantiate, stack, work ───┤
 *   …                                    └─ …                        ───┘
 * </pre>
 *
 * <p>A module without such a memory has nothing to share: each thread then leads itself, with a
 * memory of its own if the module has one.
 *
 * <p>May import {@code crew} and what that may import.
 */
package dev.wasmrun.convention.worker;
