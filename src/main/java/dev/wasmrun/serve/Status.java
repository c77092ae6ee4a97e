package dev.wasmrun.serve;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.pool.PoolStatistics;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the page shows: the exports, what the workers do, and what has failed. */
final class Status {
  private Status() {}

  /** As the fields of a JSON object. */
  static Map<String, Object> of(GuestModule module, PoolStatistics pool, RecentFailures failures) {
    var status = new LinkedHashMap<String, Object>();
    status.put("module", module.name());
    status.put(
        "exports",
        module.exportedFunctions().entrySet().stream()
            .map(export -> export(export.getKey(), export.getValue()))
            .toList());
    status.put("workers", workers(pool));
    status.put("failures", failures.fields());
    return status;
  }

  private static Map<String, Object> export(String name, Signature signature) {
    var export = new LinkedHashMap<String, Object>();
    export.put("name", name);
    export.put("params", signature.params().stream().map(ValueType::toString).toList());
    export.put("results", signature.results().stream().map(ValueType::toString).toList());
    export.put("callable", isCallable(signature));
    return export;
  }

  /** Whether JSON has a form for what an export takes and returns. */
  static boolean isCallable(Signature signature) {
    return Reply.canTell(signature.params()) && Reply.canTell(signature.results());
  }

  private static Map<String, Object> workers(PoolStatistics pool) {
    var workers = new LinkedHashMap<String, Object>();
    workers.put("workers", pool.workers());
    workers.put("stuck", pool.stuck());
    workers.put("replaced", pool.replacedWorkers());
    workers.put("running", pool.running());
    workers.put("queued", pool.queued());
    workers.put("completed", pool.completed());
    workers.put("failed", pool.failed());
    workers.put("timed out", pool.timedOut());
    workers.put("rejected", pool.rejected());
    workers.put("instances replaced", pool.replaced());
    return workers;
  }
}
