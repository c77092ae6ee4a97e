/**
 * Modules as read: find one by path or bundled name, parse and validate it, and state the facts a
 * host decides by (imports, exports, memory, features, threading convention).
 *
 * <p>May import nothing of the project. Everything here is immutable once built and may be shared
 * among threads.
 */
package dev.wasmrun.module;
