/**
 * Messages between threads: values that are copied or moved, never shared, through ports that keep
 * their order.
 *
 * <pre>
 *   post(value, transfer…) ──copy, move──▶ Lane: a queue ──▶ receive() │ onMessage(executor, …)
 *
 *   MessagePort ⇄ MessagePort     a channel: two lanes, one each way
 *   BroadcastChannel              a lane for each member of a group
 *   Procedures ⇄ Caller           calls by name over a channel
 *   BytePort                      a port as guests use it
 *
 *   a message:  posted ──▶ waiting ──received──▶ the receiver's
 *                             └──the receiver closes──▶ undelivered: the poster is told
 *   a side:     open ──close──▶ the other side receives what waits, then the end
 * </pre>
 *
 * <p>Posting a message happens before receiving it. There is a lock in each lane, and one in each
 * broadcast group, which is taken before those of its members' lanes; no two lanes' locks are ever
 * held by one thread, and nothing of anybody else's is called while one is: handlers run as tasks
 * of the executors given, what depends on a future where that completes. May import {@code memory}
 * and {@code module}, of which some values are shared rather than copied.
 */
package dev.wasmrun.messages;
