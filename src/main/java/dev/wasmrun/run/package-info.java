/**
 * Runs of a module from Java: what the command line does with {@code wasm-run MODULE}, for programs
 * that embed it.
 *
 * <pre>
 *   ModuleRun.of(GuestModule) ── what and how ──run──▶ RunResult ──orThrow──▶ the results
 *                                                          │                    └▶ RunFailure
 *                                                          └ Outcome: how it ended
 * </pre>
 *
 * <p>A {@link dev.wasmrun.run.ModuleRun} is used by one thread, a {@link dev.wasmrun.run.RunResult}
 * by any number. May import {@code convention.*}, {@code wasi}, {@code crew} and what they may
 * import.
 */
package dev.wasmrun.run;
