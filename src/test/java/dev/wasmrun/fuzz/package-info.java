/**
 * A fuzzer of engines: random valid modules whose calls must end alike on all of them.
 *
 * <pre>
 *   seed ── LoopNests ─────┐            ┌── Side A ── Observation ──┐
 *           RandomModules ─┴─▶ FuzzCase ┤                           ├─▶ equal, or a Finding
 *                              ▲        └── Side B ── Observation ──┘        │
 *                              └────────────── Shrinker ◀────────────────────┘
 * </pre>
 *
 * <p>A program is a tree of {@link dev.wasmrun.fuzz.Code}, each piece of which can be replaced by
 * constants, so that whatever is found can be made small. Everything that is generated ends by
 * construction: its loops have bounds, or use up fuel.
 *
 * <p>An engine is plugged in as a {@link dev.wasmrun.fuzz.Side}; what modules may use is a set of
 * {@link dev.wasmrun.fuzz.Proposal}s. Nothing here is safe for several threads at once, but for
 * records.
 */
package dev.wasmrun.fuzz;
