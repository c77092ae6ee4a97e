/**
 * A runner for the specification's test scripts ({@code .wast}), for both engines, every memory
 * being one of ours.
 *
 * <pre>
 *   file ── NodeReader ──▶ Script ──▶ ScriptRun ── Assertions ──▶ Tally
 *                                         │                       one per script
 *                                       Stage ── Scope: names, registered modules
 *                                         │             one per thread of the script
 *                                     Assembler
 *                                     text to binary
 * </pre>
 *
 * <p>The script's commands are read and run here; the text of a module is left to a real assembler.
 * What a command cannot tell about us is skipped with a reason ({@link
 * dev.wasmrun.wast.Unsupported}, {@link dev.wasmrun.wast.Skipped}), and where we are known to
 * differ, that is counted apart ({@link dev.wasmrun.wast.Expectations}); nothing is left out
 * silently.
 *
 * <p>A {@link dev.wasmrun.wast.ScriptRun} with its {@link dev.wasmrun.wast.Scope} belongs to one
 * thread; what a script's threads have in common is its {@link dev.wasmrun.wast.ScriptTally}, its
 * {@link dev.wasmrun.wast.ScriptMemories} and the instances that are shared by name, of which only
 * the memories are used.
 */
package dev.wasmrun.wast;
