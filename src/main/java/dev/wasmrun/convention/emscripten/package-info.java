/**
 * The emscripten convention: programs compiled by {@code emcc -pthread}, whose C library starts
 * each thread through an import and does everything else itself.
 *
 * <pre>
 *   main thread   instantiate, start, constructors ─ main ──────────── join ─┬─ exit handlers, end
 *   thread 1                        create ─▶ instantiate, stack, TLS ─ entry ┘
 *   …                                                 └─ create ─▶ thread 2 …
 * </pre>
 *
 * <p>Every thread is an instance of its own over the one memory; its table has the same functions
 * at the same indices, so that a function pointer means the same everywhere. Imports are found by
 * name and take the type that the module declares. What Emscripten's own host, a page's JavaScript,
 * has its main thread do for all is done here by whoever asks.
 *
 * <p>May import {@code crew}, {@code wasi} and what they may import. The state that threads share
 * is in {@link dev.wasmrun.convention.emscripten.Pthreads}, and no lock is held while guest code
 * runs.
 */
package dev.wasmrun.convention.emscripten;
