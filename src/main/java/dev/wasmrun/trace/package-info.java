/**
 * What the threads of a run did: a timeline for a trace viewer, and figures for each thread.
 *
 * <pre>
 *   Crew ──▶ RunTracer ─┬─ Trace       the latest events, at most as many as fit ──▶ a file of JSON
 *                       └─ Statistics  a tally for each thread ──▶ ThreadStatistics
 *
 *   a track of the timeline, one for each guest thread:
 *
 *     |──────────────────────────────── run ────────────────────────────────|
 *        start │        emit │       |──── wait 0x400 ────────|        │ trap
 *                                               |── waking ───|
 *     another thread:            |── notify 0x400 ──|  the arrow goes to "waking"
 * </pre>
 *
 * <p>May import {@code crew} and what that may import. Both tracers are thread-safe.
 */
package dev.wasmrun.trace;
