/**
 * Runs of a module from Java: what the command line does with {@code wasm-run MODULE}, for programs
 * that embed it; and the description and the life that every door to a run shares.
 *
 * <pre>
 *   RunSettings ──▶ RunConfig ── the one description
 *        ▲              │
 *        │              ▼
 *   ModuleRun ──▶ RunSession ── prepare, crew, await, release ──▶ Outcome: how it ended
 *                                                                    │
 *                                        RunResult ◀── the results ──┘
 *                                            └─orThrow─▶ RunFailure
 * </pre>
 *
 * <p>What is in the making is used by one thread, a {@link dev.wasmrun.run.RunConfig} or {@link
 * dev.wasmrun.run.RunResult} by any number. May import {@code convention.*}, {@code wasi}, {@code
 * crew} and what they may import.
 */
package dev.wasmrun.run;
