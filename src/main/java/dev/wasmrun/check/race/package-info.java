/**
 * Finds data races in what it is told of a run: vector clocks, what atomics release, and the
 * accesses to each byte that a later one could race with. Nothing here knows of WebAssembly, memory
 * or Java threads, so hand-written events do for a test.
 *
 * <pre>
 *   spawn, join, notify, grow ──▶ Slots, Channels ─┐
 *   atomic accesses ──▶ SyncClocks ────────────────┼──▶ ThreadClock ──▶ comes after?
 *   every access ──▶ Shadow ───────────────────────┘                        │
 *                      └────────────── conflict, and no ────────────────────┴──▶ Race
 * </pre>
 *
 * <p>Imports nothing of the project. Thread-safe, as {@link dev.wasmrun.check.race.RaceDetector}
 * says. Each class has a lock of its own, and none is held while another is taken.
 */
package dev.wasmrun.check.race;
