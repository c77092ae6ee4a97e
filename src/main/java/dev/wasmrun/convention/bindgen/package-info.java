/**
 * Libraries in Rust as wasm-bindgen builds them: called from Java by its calling convention, with
 * the threads of rayon where they have them, and without JavaScript.
 *
 * <pre>
 *   BindgenLibrary ── call ──▶ PassedValues ──▶ export ──▶ ReturnedValue
 *        │                                     │
 *        │ RayonThreads: an instance each      ▼ imports
 *        ▼ over the one memory             BindgenImports ──▶ HostObjects, one table an instance
 *      Crew
 * </pre>
 *
 * <p>What a module imports that only JavaScript has is linked, and fails by its name when it is
 * called. A library is used by one thread at a time. May import {@code crew}, {@code wasi} and what
 * they may import.
 */
package dev.wasmrun.convention.bindgen;
