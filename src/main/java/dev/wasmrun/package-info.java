/**
 * A multi-threaded WebAssembly host for the JVM: several instances of one module, on several Java
 * threads, over one shared linear memory.
 *
 * <p>This package holds the map, and the mark of types that are public for other packages of the
 * project only. An arrow means "may import"; every other import between these packages is
 * forbidden, and {@code PackageMapTest} holds it.
 *
 * <pre>
 * memory      the shared store, per-instance views, atomics, wait       → nothing of ours
 *             queues, growth, observer hook
 * source      debug information: from code and memory to functions,   → nothing of ours
 *             files, lines and variables
 * module      read a file or bundled name; facts: imports, exports,    → source
 *             limits, features, convention; a walk over the bytes of
 *             the code, and what is changed there before parsing
 * compiler    from wasm to bytecode of the JVM, and what that calls;   → memory
 *             .code .analysis .pass .emit .runtime
 * engine      Chicory machines: interpreter | compiler, the bytecode   → memory, compiler
 *             passes, the cache of compiled code
 * guest       link and instantiate over a view; call; traps, exits,    → memory, module, engine
 *             backtraces as our own types
 * crew        spawn, join, cancel, first failure wins, deadlock watch; → guest
 *             the Convention interface
 * wasi        WASI preview 1: descriptors, granted directories, clocks → guest
 * messages    ports, channels, copies of plain data, calls by name    → memory, module
 * convention.worker      setup/work/finish over one imported memory    → crew, wasi, messages
 * convention.wasi        wasi-threads: the guest starts its threads    → crew, wasi
 * convention.emscripten  what emcc -pthread builds, unmodified         → crew, wasi
 * convention.bindgen     what wasm-bindgen builds, called from Java    → crew, wasi
 * run         the one description of a run, its one life, and runs     → crew, convention.*
 *             from Java, by whichever convention
 * workers     threads of Java or of guests that one talks to by        → messages, run
 *             messages
 * pool        calls of a module's exports on workers of its own        → run
 * shard       a run divided into many, here or elsewhere, their results   → run, programs
 *             in the order of one
 * spark       functions for Spark SQL, and shards on a cluster; compiled   → pool, shard
 *             under a profile only
 * serve       an HTTP server over a pool                               → pool
 * programs    the gallery's catalogue and its pure-Java                → memory
 *             implementations
 * pictures    the Game of Life as text, PNG and GIF, out of the        → programs, crew,
 *             players' memory                                            convention.worker
 * parity      run guest and Java implementations, mixed teams, compare → programs, run
 * trace       timelines and figures of what the threads of a run did   → crew
 * check       what is wrong with a guest's concurrency, from one run   → run, check.race, check.lock
 * check.race  data races in what it is told, knowing nothing of wasm   → nothing of ours
 * check.lock  locks that threads take in a circle                      → memory, check.race
 * bench       measure contenders side by side                          → parity, run
 * check.schedule  run a program under chosen schedules: find, shrink, → check
 *             replay and show what goes wrong
 * check.report  findings as a page, SARIF, XML and annotations; what is   → check, check.schedule
 *             known and what is suppressed
 * cli         picocli commands, rendering, exit codes; the only        → all
 *             System.exit, the only picocli
 * </pre>
 *
 * <p>An arrow reaches through: what {@code guest} may import, {@code crew} may too. Types of the
 * runtime, Chicory, appear only in {@code memory}, {@code module}, {@code compiler}, {@code engine}
 * and {@code guest}; conventions register host functions as {@code guest}'s own type. Everything is
 * package-private unless another package uses it. Of the packages that the module exports, a public
 * type is either part of the API or marked as {@link dev.wasmrun.Internal}; {@code PublicApiTest}
 * holds that.
 */
package dev.wasmrun;
