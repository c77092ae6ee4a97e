package dev.wasmrun.wasi;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A guest's descriptors by number; a new one gets the lowest number that is free. Thread-safe. */
final class DescriptorTable {
  /** As many as a process may usually have open; a guest that leaks is told so, not the host. */
  private static final int MOST = 4096;

  // Guarded by this object's monitor; nothing is read, written or closed while it is held.
  private final TreeMap<Integer, Descriptor> descriptors = new TreeMap<>();
  private final List<Descriptor> held = new ArrayList<>();
  private boolean closed;

  /** Creates a table with descriptors numbered from 0. */
  DescriptorTable(List<Descriptor> first) {
    for (Descriptor descriptor : first) {
      descriptors.put(descriptors.size(), descriptor);
    }
  }

  /** Enters a descriptor; where it finds no room it is closed, and the error is that of open. */
  int add(Descriptor descriptor) throws IOException {
    synchronized (this) {
      if (!closed && descriptors.size() < MOST) {
        int number = lowestFree();
        descriptors.put(number, descriptor);
        return number;
      }
    }
    descriptor.close();
    throw new ErrnoException(Errno.MFILE);
  }

  synchronized Descriptor get(int number) {
    Descriptor descriptor = descriptors.get(number);
    if (descriptor == null) {
      throw new ErrnoException(Errno.BADF);
    }
    return descriptor;
  }

  /**
   * Gives what a number stands for a second one, the lowest that is free and not below {@code
   * least}.
   */
  synchronized int duplicate(int number, int least) {
    Descriptor descriptor = get(number);
    if (least < 0 || least >= MOST) {
      throw new ErrnoException(Errno.INVAL);
    }
    if (descriptors.size() >= MOST) {
      throw new ErrnoException(Errno.MFILE);
    }
    int free = least;
    while (descriptors.containsKey(free)) {
      free++;
    }
    descriptors.put(free, descriptor);
    return free;
  }

  /**
   * Has {@code to} mean what {@code from} means, too, closing what it meant before, if anything.
   */
  void duplicateAs(int from, int to) throws IOException {
    Descriptor replaced;
    synchronized (this) {
      Descriptor descriptor = get(from);
      if (to < 0 || to >= MOST) {
        throw new ErrnoException(Errno.BADF);
      }
      replaced = descriptors.put(to, descriptor);
      if (replaced == null || isOpen(replaced)) {
        return;
      }
    }
    replaced.close();
  }

  /** Frees a number, and closes what it stood for if no other number stands for it. */
  void close(int number) throws IOException {
    Descriptor removed;
    synchronized (this) {
      removed = descriptors.remove(number);
      if (removed == null) {
        throw new ErrnoException(Errno.BADF);
      }
      if (isOpen(removed)) {
        return;
      }
    }
    removed.close();
  }

  /** Whether some number stands for it; the caller holds the monitor. */
  private boolean isOpen(Descriptor descriptor) {
    return Stream.concat(descriptors.values().stream(), held.stream())
        .anyMatch(other -> other == descriptor);
  }

  /** Keeps a descriptor open though no number may stand for it any more. */
  synchronized void hold(Descriptor descriptor) {
    held.add(descriptor);
  }

  /** No longer keeps a descriptor open. */
  void release(Descriptor descriptor) throws IOException {
    synchronized (this) {
      held.remove(descriptor);
      if (closed || isOpen(descriptor)) {
        return;
      }
    }
    descriptor.close();
  }

  /** Has {@code to} mean what {@code from} meant, closing what it meant before, in one step. */
  void renumber(int from, int to) throws IOException {
    Descriptor replaced;
    synchronized (this) {
      Descriptor moving = get(from);
      get(to);
      if (from == to) {
        return;
      }
      descriptors.remove(from);
      replaced = descriptors.put(to, moving);
      if (isOpen(replaced)) {
        return;
      }
    }
    replaced.close();
  }

  /** All descriptors of one moment, by ascending number. */
  synchronized List<Descriptor> all() {
    return List.copyOf(descriptors.values());
  }

  /** How many descriptors are open. */
  synchronized int size() {
    return descriptors.size();
  }

  /** Closes every descriptor, for good; failures to do so are told and stop nothing. */
  void closeAll(Consumer<IOException> failures) {
    Set<Descriptor> closing = Collections.newSetFromMap(new IdentityHashMap<>());
    synchronized (this) {
      closed = true;
      closing.addAll(descriptors.values());
      closing.addAll(held);
      descriptors.clear();
    }
    for (Descriptor descriptor : closing) {
      try {
        descriptor.close();
      } catch (IOException e) {
        failures.accept(e);
      }
    }
  }

  private int lowestFree() {
    int number = 0;
    for (int taken : descriptors.keySet()) {
      if (taken != number) {
        break;
      }
      number++;
    }
    return number;
  }
}
