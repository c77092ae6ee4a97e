package dev.wasmrun.serve;

import dev.wasmrun.pool.PoolStatistics;
import java.util.LinkedHashMap;

/** Whether a server can answer calls, for those who decide where calls go. */
final class Health {
  private Health() {}

  /** 200 if calls are accepted and there is a worker for them, else 503 and why not. */
  static Reply of(boolean stopping, PoolStatistics pool) {
    boolean stuck = pool.usable() == 0;
    var health = new LinkedHashMap<String, Object>();
    health.put("status", stopping ? "stopping" : stuck ? "stuck" : "ok");
    if (stopping) {
      health.put("error", "the server is stopping");
    } else if (stuck) {
      health.put(
          "error",
          "no worker can be freed: the calls of %s workers do not end".formatted(pool.stuck()));
    }
    health.put("workers", pool.workers());
    health.put("stuck", pool.stuck());
    health.put("replaced", pool.replacedWorkers());
    return stopping || stuck ? Reply.unavailable(health) : Reply.json(Reply.OK, health);
  }
}
