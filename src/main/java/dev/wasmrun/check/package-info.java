/**
 * Says what is wrong with the concurrency of a guest, from one ordinary run that is observed: data
 * races, and locks taken in opposite orders.
 *
 * <pre>
 *   crew, memory ──RunObserver──▶ RunChecker ──▶ race.RaceDetector ──Race──▶ Races ──▶ RaceReport
 *                                     └─ CodePlaces: where in the code, as numbers and as names
 * </pre>
 *
 * <p>{@link dev.wasmrun.check.Check} is the entry for programs and tests, used by one thread;
 * {@link dev.wasmrun.check.Detectors} is for who has a run of their own. The rest is thread-safe.
 * May import {@code run} and what that may import.
 */
package dev.wasmrun.check;
