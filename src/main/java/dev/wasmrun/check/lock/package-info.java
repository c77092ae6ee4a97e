/**
 * Finds locks that threads take in opposite orders, in a run that need not have deadlocked: which
 * words are locks is recognised by how they change.
 *
 * <pre>
 *   atomic accesses ──▶ LockWord: free ⇄ held by a thread ──▶ Holder: what each thread holds
 *                                                                  │ takes another meanwhile
 *                                                                  ▼
 *                                     Inversion ◀── cycles ◀── Edge: from the one to the other
 * </pre>
 *
 * <p>May import {@code check.race}, for what orders threads, and {@code memory}, for the kinds of
 * updates. Thread-safe.
 */
package dev.wasmrun.check.lock;
