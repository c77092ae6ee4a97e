/**
 * Modules as read: find one by path or bundled name, parse and validate it, and state the facts a
 * host decides by (imports, exports, memory, features, threading convention).
 *
 * <pre>
 *   bytes ──▶ ModuleReader ────────────▶ Validation ──▶ BodyChecks … ──▶ facts, Executable
 *             │ changes what the parser  Chicory's parser    what the validator
 *             ▼ would refuse or misread  and validator       leaves out
 *             ExceptionTypes, UnusualNames, RelaxedVectors,                    no byte moves
 *             BlockTypes ──▶ MovedBlockTypes
 *             NarrowedModule, LegacyExceptions                                 code is rewritten
 * </pre>
 *
 * <p>May import {@code source}. Everything here is immutable once built, but for what is read when
 * somebody asks, and may be shared among threads.
 */
package dev.wasmrun.module;
