/**
 * Instances: link a module over a memory, call its exports, and see every way a call can end as a
 * type of this project.
 *
 * <pre>
 *   GuestModule, Engine, HostFunctions ──▶ Linker ──instantiate(memory)──▶ Guest ──call──▶ values
 *                                                                            └──▶ GuestFailure
 *                                       Trap │ GuestExit │ GuestUnwound │ GuestThrown │ HostFault │ GuestInterrupted
 *
 *   Guest, between calls ──Snapshot.of──▶ Snapshot ──instantiate──▶ Guests that begin there
 * </pre>
 *
 * <p>May import {@code memory}, {@code module} and {@code engine}. A {@link
 * dev.wasmrun.guest.Linker} may be shared among threads; a {@link dev.wasmrun.guest.Guest} is used
 * by one thread at a time.
 */
package dev.wasmrun.guest;
