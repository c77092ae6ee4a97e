/**
 * Modules as read: find one by path or bundled name, parse and validate it, and state the facts a
 * host decides by (imports, exports, memory, features, threading convention).
 *
 * <pre>
 *   bytes ──▶ BlockTypes ──▶ Chicory's parser and validator ──▶ ExternChecks ──▶ facts, Executable
 *             │ walks the code with an InstructionCursor where it has to,
 *             ▼ and changes bytes that the parser would misread; none moves
 *             MovedBlockTypes
 * </pre>
 *
 * <p>May import {@code source}. Everything here is immutable once built, but for what is read when
 * somebody asks, and may be shared among threads.
 */
package dev.wasmrun.module;
