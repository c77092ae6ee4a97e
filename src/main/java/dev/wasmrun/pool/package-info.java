/**
 * Worker pools: many calls of a module's exports, from any threads, on a few workers that each have
 * an instance of their own.
 *
 * <pre>
 *   submit ──▶ Strategy ──▶ queue of worker 0 ──▶ thread, Guest ──┐
 *   submit ──▶    │    ──▶ queue of worker 1 ──▶ thread, Guest ──┼─▶ the call's future
 *                 └ full ─▶ block │ reject │ the caller runs ────┘
 *
 *   a task:   QUEUED ──▶ ASSIGNED ──▶ RUNNING ──returns, traps, exits──▶ DONE
 *                └──────────┴─cancel─────┴─cancel, time limit, abort: interrupted ──▶ DONE
 * </pre>
 *
 * <p>A worker's queue has the tasks of a higher priority first, and those of the same in order.
 *
 * <p>A call that does not return fails its own future only. Its instance, whose state nobody knows,
 * is given up, and the worker's next task gets a new one. What it wrote to a memory that all
 * workers share stays there: see {@link dev.wasmrun.pool.MemorySharing#SHARED}.
 *
 * <p>A call that does not end although it was interrupted makes its worker stuck. Another takes its
 * place and its queue, up to {@link dev.wasmrun.pool.PoolConfig#maxReplaced} at a time; the stuck
 * one ends with its call.
 *
 * <p>Everything public is thread-safe. Guest and host functions run under no lock but, where
 * submitters run tasks themselves, the one that gives them turns; futures complete under none. The
 * locks are, in the order in which they are taken: the one of who releases what the pool used, the
 * one of submitters' turns, and the dispatcher's, which guards all that changes. May import {@code
 * run} and what that may import.
 */
package dev.wasmrun.pool;
