/**
 * A small HTTP server whose endpoints are the exports of a module, called on a worker pool.
 *
 * <pre>
 *   client ──▶ ModuleServer ──▶ /invoke/NAME ──▶ WorkerPool ──▶ the call's future ──▶ JSON
 *               (JDK's          /health                          (on a thread of the server's own,
 *                HttpServer)    /metrics ◀── PoolStatistics       as a client may be slow to read)
 *                               /status  ◀── PoolStatistics, the latest failures
 *                               /        ◀── a page that calls and shows all this
 * </pre>
 *
 * <p>No thread of the server waits for a call, so it needs one only for each request or response
 * that is on the wire. May import {@code pool} and what that may import.
 */
package dev.wasmrun.serve;
