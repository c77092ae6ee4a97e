package dev.wasmrun.pool;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.Snapshot;
import dev.wasmrun.guest.UsageException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes instances that have nothing in common: the first in full, further ones of a snapshot.
 *
 * <p>Thread-safe; nobody waits for anybody else's instance.
 */
final class Template implements AutoCloseable {
  /*
   * The snapshot is of an instance that has begun, unless its beginning asked something of the host
   * such as the time, or told it something. Each instance then begins by itself, from a snapshot of
   * one that has not.
   */

  /** To read a larger one for an image takes longer than an instance or two. */
  private static final int MOST_PAGES = 1024;

  /**
   * The snapshot.
   *
   * @param begun whether its instances have begun
   */
  private record Start(Snapshot snapshot, boolean begun) {}

  private final Supplier<Guest> maker;
  private final Consumer<Guest> beginning;
  private final Consumer<Guest> end;
  private final AtomicBoolean claimed = new AtomicBoolean();
  private volatile Optional<Start> start = Optional.empty();

  /** Guarded by this. */
  private boolean closed;

  /**
   * A template.
   *
   * @param maker makes an instance in full that has not begun
   * @param beginning what an instance does before its first call
   * @param end gives an instance up that no thread uses
   */
  Template(Supplier<Guest> maker, Consumer<Guest> beginning, Consumer<Guest> end) {
    this.maker = maker;
    this.beginning = beginning;
    this.end = end;
  }

  /**
   * An instance that has begun, on the current thread.
   *
   * @throws RuntimeException if it cannot be made, or does not begin
   */
  Guest create() {
    Optional<Start> from = start;
    Guest guest = from.map(ready -> ready.snapshot().instantiate()).orElseGet(maker);
    try {
      if (from.isEmpty() || !from.get().begun()) {
        beginning.accept(guest);
      }
      if (from.isEmpty() && suits(guest) && claimed.compareAndSet(false, true)) {
        keep(guest);
      }
      return guest;
    } catch (RuntimeException e) {
      end.accept(guest);
      throw e;
    }
  }

  private static boolean suits(Guest guest) {
    return guest.module().memory().isEmpty() || guest.memory().pages() <= MOST_PAGES;
  }

  private void keep(Guest begun) {
    try {
      if (begun.hasAskedHost()) {
        keepUnbegun();
      } else {
        keep(new Start(Snapshot.of(begun), true));
      }
    } catch (UsageException e) {
      // It has something that a snapshot cannot hold. So each instance is made in full.
    }
  }

  private void keepUnbegun() {
    Guest unbegun = maker.get();
    try {
      keep(new Start(Snapshot.of(unbegun), false));
    } finally {
      end.accept(unbegun);
    }
  }

  private synchronized void keep(Start made) {
    if (closed) {
      made.snapshot().close();
    } else {
      start = Optional.of(made);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    start.ifPresent(made -> made.snapshot().close());
  }
}
