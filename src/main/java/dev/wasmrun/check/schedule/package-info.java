/**
 * Controlled schedules: a program is run again and again with exactly one thread running at a time,
 * and what a thread does that others could notice happens in an order that is chosen.
 *
 * <pre>
 *   Explorer ──Search──▶ ScheduleRunner.run(StepStrategy) ──▶ Run: output, choices, Finding?
 *       └── Shrinker, Interleaving                             │
 *                                                              ▼
 *   thread ──Control──▶ Scheduler.announce(StepOperation) ──▶ StepStrategy.next(Situation) ──▶ an agent
 *              │              └── ControlledThread.grant ── the turn ──▶ another thread
 *              ├── ControlledWaits        wait and notify
 *              ├── VirtualClockAndRandomness   time, chance, waits in the host
 *              └── StoreBuffer            plain stores on their way to memory
 * </pre>
 *
 * <p>A step is what a thread does from one announcement to the next: the operation announced, then
 * whatever nobody else can notice. <em>The turn</em> is the right to run; whatever belongs to a run
 * is guarded by it. A run is a function of its program and its choices, so the choices are all
 * there is to keep of it.
 *
 * <p>May import {@code run}, {@code check} and what they may import.
 */
package dev.wasmrun.check.schedule;
