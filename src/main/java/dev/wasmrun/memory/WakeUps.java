package dev.wasmrun.memory;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The waits that one notify has ended, whose threads are still to be told. Whoever of them is awake
 * helps to tell the others.
 */
final class WakeUps {
  /*
   * A thread that is told may take the notifier's processor at once, and the others would not learn
   * that they may go on before the notifier runs again. So each first tells whoever is left.
   */

  /** In order of arrival. */
  private final WaitNode[] nodes;

  /** The first that nobody tells yet. */
  private final AtomicInteger next = new AtomicInteger();

  WakeUps(WaitNode[] nodes) {
    this.nodes = nodes;
  }

  /** Tells the threads that nobody has told, but no future. */
  void tellThreads() {
    if (next.get() < nodes.length) {
      for (int i = next.getAndIncrement(); i < nodes.length; i = next.getAndIncrement()) {
        nodes[i].wakeThread();
      }
    }
  }

  /** Tells the futures; the notifier does, for their executors may run what depends on them. */
  void tellFutures() {
    for (WaitNode node : nodes) {
      node.finishFuture();
    }
  }
}
