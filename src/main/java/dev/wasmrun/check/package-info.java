/**
 * Says what is wrong with the concurrency of a guest, from one ordinary run that is observed: data
 * races, and locks taken in opposite orders.
 *
 * <pre>
 *   crew, memory ──RunObserver──▶ RunChecker ──▶ race.RaceDetector ──Race──▶ Races ──▶ RaceReport
 *                                     └─ CodePlaces: where in the code, as numbers and as names
 * </pre>
 *
 * <p>{@link dev.wasmrun.check.Check} is the entry, for the command line and for tests. Thread-safe.
 */
package dev.wasmrun.check;
