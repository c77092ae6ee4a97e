package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Kind;
import dev.wasmrun.check.RaceReport.Side;
import dev.wasmrun.check.race.RaceSide;
import dev.wasmrun.check.race.Trespass;
import dev.wasmrun.source.SourceFrame;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The accesses of a run to memory that belonged to nobody, folded: one report for each place in the
 * code and kind of error.
 *
 * <p>Thread-safe.
 */
final class MemoryErrors {
  private final CodePlaces places;
  private final Suppressions suppressions;
  private final Heap heap = new Heap();

  /** Guarded by itself; in the order in which they were found. */
  private final Map<Key, MemoryReport> reports = new LinkedHashMap<>();

  private record Key(Kind kind, long place) {}

  MemoryErrors(CodePlaces places, Suppressions suppressions) {
    this.places = places;
    this.suppressions = suppressions;
  }

  Heap heap() {
    return heap;
  }

  /**
   * Takes in an access to bytes that belong to nobody, on the thread that made it.
   *
   * @param active the functions active on this thread, innermost first
   */
  void add(Trespass trespass, Supplier<List<SourceFrame>> active) {
    int address = trespass.address();
    RaceSide access = trespass.access();
    Optional<String> stack = heap.stackAt(address);
    if (stack.isPresent()) {
      add(Kind.USE_OF_A_DEAD_STACK, address, access, Optional.empty(), stack, active);
      return;
    }
    Optional<Heap.Block> block = heap.at(address);
    boolean inside =
        block.filter(found -> Integer.toUnsignedLong(address) < found.end()).isPresent();
    if (inside && block.get().freed().isPresent()) {
      add(Kind.USE_AFTER_FREE, address, access, block, stack, active);
    } else if (!inside && access.touch().writes()) { // libraries read whole words, and use a part
      add(Kind.BEYOND_A_BLOCK, address, access, block, stack, active);
    }
  }

  /** A block that has been freed before is freed by this thread. */
  void addDoubleFree(Heap.Block block, RaceSide access, Supplier<List<SourceFrame>> active) {
    add(Kind.DOUBLE_FREE, block.address(), access, Optional.of(block), Optional.empty(), active);
  }

  private void add(
      Kind kind,
      int address,
      RaceSide access,
      Optional<Heap.Block> block,
      Optional<String> stack,
      Supplier<List<SourceFrame>> active) {
    var key = new Key(kind, access.place());
    Site site = places.site(access.place());
    synchronized (reports) {
      if (reports.containsKey(key) || LibraryNames.isLibrary(site.function())) {
        return;
      }
    }
    var report =
        new MemoryReport(
            kind, address, Side.of(access, site, active.get()), block.map(this::block), stack);
    if (!report.isIn(suppressions)) {
      synchronized (reports) {
        reports.putIfAbsent(key, report);
      }
    }
  }

  /** What is at an address. */
  AccessedObject objectAt(int address) {
    Optional<MemoryReport.Block> block =
        heap.at(address)
            .filter(found -> Integer.toUnsignedLong(address) < found.end())
            .map(this::block);
    return new AccessedObject(
        block.isPresent() ? Optional.empty() : places.variableAt(address), block);
  }

  private MemoryReport.Block block(Heap.Block block) {
    return new MemoryReport.Block(
        block.address(), block.size(), deed(block.allocated()), block.freed().map(this::deed));
  }

  private MemoryReport.Deed deed(Heap.Deed deed) {
    return new MemoryReport.Deed(deed.thread(), places.site(deed.place()));
  }

  /** All of them, the first one found first. */
  List<MemoryReport> reports() {
    synchronized (reports) {
      return List.copyOf(reports.values());
    }
  }
}
