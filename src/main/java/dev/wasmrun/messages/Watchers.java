package dev.wasmrun.messages;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Futures that complete when something next holds. Guarded by the lane's lock. */
final class Watchers {
  private final List<CompletableFuture<Void>> futures = new ArrayList<>(0);

  /** One more future; it is complete if the thing holds already. */
  CompletableFuture<Void> add(boolean holds) {
    if (holds) {
      return CompletableFuture.completedFuture(null);
    }
    var future = new CompletableFuture<Void>();
    futures.add(future);
    return future;
  }

  /** One that nobody waits for any more. */
  void remove(CompletableFuture<Void> future) {
    futures.remove(future);
  }

  /** Moves the futures, if the thing holds now, to those that are to be completed. */
  void moveTo(List<CompletableFuture<Void>> due, boolean holds) {
    if (holds) {
      due.addAll(futures);
      futures.clear();
    }
  }
}
