/**
 * WebAssembly on Apache Spark: exported functions as functions of Spark SQL, and runs in shards on
 * a cluster. Compiled under Maven's profile {@code spark} only; everything else does without Spark.
 *
 * <pre>
 *   driver                                       executor, once for each module
 *   WasmUdf ── ModuleBinary ──────────────────▶  ExecutorModules ─ ModuleInstances
 *   WasmTable   name, digest, bytes or           digest → compiled     idle instances
 *   WasmAggregate   a broadcast                                            │ borrowed for a task,
 *                                                                          ▼ given back at its end
 *                                                one for each task:   TaskGuest ── a row a call
 * </pre>
 *
 * <p>A function object of Spark is copied into each task, so that it is used by one thread, but for
 * what the driver works out by itself. May import {@code pool}, {@code shard} and what those may
 * import.
 */
package dev.wasmrun.spark;
