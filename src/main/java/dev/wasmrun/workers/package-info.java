/**
 * Workers: long-lived threads, of Java or of guests, that others talk to by messages.
 *
 * <pre>
 *   Worker.start(name, data, body) ──▶ a thread ── body.run(scope) ──▶ ended()
 *        port() ◀──────────── MessageChannel ────────────▶ scope.port()
 *
 *   Worker.start(name, data, GuestWork) ──▶ a thread that awaits a crew of guests
 *        port() ◀──────────── MessageChannel ────────────▶ host.receive, host.post
 *
 *   SharedWorker.start(name, data, service) ──▶ a thread with an event loop
 *        connect() ◀───────── MessageChannel ────────────▶ service.connected(port, scope)
 * </pre>
 *
 * <p>Everything public is thread-safe, but for {@link dev.wasmrun.workers.GuestWork}, which
 * describes and is used by one thread. There are no locks; what is shared are futures and ports.
 * May import {@code messages}, {@code run} and what they may import.
 */
package dev.wasmrun.workers;
