/**
 * The guest threads of one run: they start, fail, are cancelled and end together.
 *
 * <pre>
 *                    ┌────────── a thread fails ── end(outcome) ── cancel() ──────────┐
 *                    │                                                                ▼
 *   new Crew ──▶ running ── the last thread returns ──────────────────────▶ ended (the first outcome)
 *                                                                 every other thread is interrupted
 * </pre>
 *
 * <p>The first outcome wins and never changes. May import {@code guest} and what that may import.
 * {@link dev.wasmrun.crew.Crew} is thread-safe.
 */
package dev.wasmrun.crew;
