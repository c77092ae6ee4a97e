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
 * memory of its own if the module has one. A WASI command, which exports {@code _start} and no
 * {@code work}, just runs, on one thread. Any of them may import WASI.
 *
 * <p>Guests may exchange messages with whoever runs them, their {@link
 * dev.wasmrun.convention.worker.Peer}. May import {@code crew}, {@code wasi}, {@code messages} and
 * what they may import.
 */
package dev.wasmrun.convention.worker;
