package dev.wasmrun.memory;

import java.util.List;

/** What a memory tells its {@link SignalListener}s; without one, next to nothing is done. */
final class Signals {
  static final Signals UNHEARD = new Signals(List.of());

  private final SignalListener[] listeners;

  Signals(List<SignalListener> listeners) {
    this.listeners = listeners.toArray(SignalListener[]::new);
  }

  /** Whether anybody wants to be told at present. */
  boolean heard() {
    for (SignalListener listener : listeners) {
      if (listener.listening()) {
        return true;
      }
    }
    return false;
  }

  /** The time for a wake-up's record, or 0 if nobody wants to know. */
  long now() {
    return heard() ? System.nanoTime() : 0;
  }

  /** A wait begins. */
  void waiting(WaitNode node, long timeoutNanos) {
    for (SignalListener listener : listeners) {
      if (listener.listening()) {
        listener.onWait(node.address(), node.width(), node.expected(), timeoutNanos);
      }
    }
  }

  /** A wait that was told when it began has ended. */
  void waited(WaitNode node, WaitEnding ending) {
    for (SignalListener listener : listeners) {
      if (listener.listening()) {
        listener.onWaitEnded(ending, node.waker(), node.wokenNanos());
      }
    }
  }

  /** A notify took effect. */
  void notified(int address, int count, int woken, long wokenNanos) {
    for (SignalListener listener : listeners) {
      if (listener.listening()) {
        listener.onNotify(address, count, woken, wokenNanos);
      }
    }
  }

  /** The memory grew. */
  void grew(int before, int after) {
    for (SignalListener listener : listeners) {
      if (listener.listening()) {
        listener.onGrow(before, after);
      }
    }
  }
}
