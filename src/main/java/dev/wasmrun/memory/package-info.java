/**
 * The linear memory that instances and Java threads share: a flat store that never moves, atomics
 * at every width, wait queues, and a view per instance for the runtime.
 *
 * <p>Imports the JDK and, in {@link dev.wasmrun.memory.MemoryView} and its data segments only, the
 * runtime. Everything is safe for any number of threads, except a view, which belongs to one
 * instance.
 *
 * <pre>
 *   instance ── MemoryView ──┐                        ┌── ByteBuffer: the whole reservation,
 *   instance ── MemoryView ──┼── LinearMemory ────────┤   limit = current size, raised by grow
 *   Java thread ─────────────┘    plain   8…64 bits   └── WaitQueues: buckets of FIFO queues
 *                                 atomic  8…64 bits
 *                                 wait, notify, grow, close
 *   compiled code ─ CompiledAccess ── address in the process, if this Java has a way to it
 *
 *   LinearMemory ──▶ MemoryImage ──create──▶ LinearMemory, LinearMemory, …   that begin alike
 *
 *   a wait:   look ahead, compare ──≠──▶ NOT_EQUAL
 *                └──=──▶ WAITING ──notify──────▶ WOKEN
 *                           ├─────timeout──────▶ TIMED_OUT
 *                           ├─────interrupt────▶ InterruptedException
 *                           ├─────cancel───────▶ CancellationException (asynchronous waits)
 *                           └─────close────────▶ MemoryTrap
 * </pre>
 *
 * <p>An asynchronous wait blocks no thread and completes by a task of its owner's executor; a
 * {@link dev.wasmrun.memory.WordWatch} is one after the other, for as long as somebody wants to be
 * told.
 *
 * <p>Who wants to know what happens has two ways: a {@link dev.wasmrun.memory.MemoryObserver} is
 * told of every access, at the cost of every access; a {@link dev.wasmrun.memory.SignalListener} of
 * waits, notifies and growth only, with no lock held.
 *
 * <p>Locks, none of which is held while another of these kinds is taken: an observed memory's cell
 * locks (held while the observer is told of an atomic access), the memory's sizing lock, the wait
 * queues' bucket locks (several only for a snapshot, by ascending index, after the monitor under
 * which buckets are made), an image's monitor. No guest code is called while one is held.
 */
package dev.wasmrun.memory;
