/**
 * The gallery: a catalogue of the programs that come with wasm-run, and each one's implementation
 * in Java.
 *
 * <p>A program exists several times, in AssemblyScript, in C and here, and all of them work on the
 * same bytes: one memory map for the gallery and one layout per program. So Java threads and guests
 * written in either language can be one team on one memory, and whoever calls {@code setup} or
 * {@code finish} need not be of the kind that calls {@code work}.
 *
 * <pre>
 * 0x000000   nothing: an address of 0 is a mistake
 * 0x000400   the program's shared block, laid out as its {@code …Layout} class shows
 * 0x400000   static data of AssemblyScript modules
 * 0x500000   static data of C modules, then their stacks
 * 0x1000000  the end of the initial 256 pages
 * </pre>
 *
 * <p>Imports the JDK and {@code memory} only. A {@link dev.wasmrun.programs.Program} has no state
 * of its own, everything is in the memory: any number of threads may call {@code work} at once. The
 * caller orders the phases: {@code setup} happens before every {@code work}, and every {@code work}
 * before {@code finish}, as starting and joining the threads does.
 */
package dev.wasmrun.programs;
