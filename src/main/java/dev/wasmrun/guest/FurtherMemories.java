package dev.wasmrun.guest;

import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryView;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memories of a module's instances beside their first: one for all of them where it is imported
 * and shared, else one for each.
 *
 * <p>They are released when the garbage collector finds them unused. Thread-safe.
 */
final class FurtherMemories {
  private final GuestModule module;
  private final MemoryLimit limit;

  /** Those that all instances have, by their index; guarded by itself. */
  private final Map<Integer, LinearMemory> common = new HashMap<>();

  /**
   * Those of a module.
   *
   * @param limit of each of them
   */
  FurtherMemories(GuestModule module, MemoryLimit limit) {
    this.module = module;
    this.limit = limit;
  }

  /**
   * All views of an instance.
   *
   * @param first of its first memory
   * @throws LinkException if one is larger than the limit
   */
  List<MemoryView> behind(MemoryView first, Guest guest) {
    var views = new ArrayList<MemoryView>(List.of(first));
    List<MemoryFacts> declared = module.memories();
    for (int i = 1; i < declared.size(); i++) {
      int sameImport = firstOfSameImport(declared, i);
      views.add(sameImport < i ? views.get(sameImport) : view(i, declared.get(i), guest));
    }
    return views;
  }

  /** Two imports of the same names are one memory. */
  private static int firstOfSameImport(List<MemoryFacts> declared, int index) {
    MemoryFacts own = declared.get(index);
    for (int i = 0; i < index; i++) {
      MemoryFacts other = declared.get(i);
      if (own.imported()
          && other.imported()
          && own.module().equals(other.module())
          && own.name().equals(other.name())) {
        return i;
      }
    }
    return index;
  }

  private MemoryView view(int index, MemoryFacts declared, Guest guest) {
    if (!declared.commonToThreads()) {
      LinearMemory own = limit.create(module.name(), declared);
      return MemoryView.of(own, ActiveData.WRITE, guest, guest::waitEnded);
    }
    synchronized (common) {
      LinearMemory known = common.get(index);
      if (known != null) {
        return MemoryView.of(known, ActiveData.SKIP, guest, guest::waitEnded);
      }
      LinearMemory created = limit.create(module.name(), declared);
      common.put(index, created);
      return MemoryView.of(created, ActiveData.WRITE, guest, guest::waitEnded);
    }
  }
}
