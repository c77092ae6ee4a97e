package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.nothing;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.MemoryFacts;
import java.util.Map;

/** The imports that grow, measure and copy linear memory. */
final class MemoryImports {
  private static final long PAGE = MemoryFacts.PAGE_SIZE;

  /** Growing by a fifth at a time keeps the number of growths of a large heap small. */
  private static final int LEAST_GROWTH_DIVISOR = 5;

  private static final long MOST_UNASKED_GROWTH = 96L << 20;

  private final LinearMemory memory;
  private final boolean declaredGrowable;

  /**
   * Creates the imports for a memory.
   *
   * @param declared what the module says of its memory
   */
  MemoryImports(LinearMemory memory, MemoryFacts declared) {
    this.memory = memory;
    this.declaredGrowable = declared.maximumPages() > declared.initialPages();
  }

  Map<String, Import> all() {
    var copy = new Import(3, (caller, args) -> copy((int) args[0], (int) args[1], (int) args[2]));
    return Map.ofEntries(
        Map.entry(
            "emscripten_resize_heap",
            new Import(1, (caller, args) -> resize(Integer.toUnsignedLong((int) args[0])))),
        Map.entry(
            "emscripten_get_heap_max",
            new Import(0, (caller, args) -> memory.maximumPages() * PAGE)),
        Map.entry("emscripten_memcpy_big", copy),
        Map.entry("emscripten_memcpy_js", copy),
        Map.entry("_emscripten_memcpy_js", copy),
        Map.entry("emscripten_notify_memory_growth", nothing()));
  }

  private int copy(int to, int from, int length) {
    memory.copy(to, from, length);
    return to;
  }

  /**
   * Grows the memory to at least this many bytes.
   *
   * @return 1, or 0 if it cannot become that large
   */
  private int resize(long bytes) {
    if (!declaredGrowable) {
      // The C library does not check here whether it got what it asked for.
      EndImports.abort(
          "out of memory: the program needs %s bytes and its memory cannot grow beyond %s; build it with -sALLOW_MEMORY_GROWTH or a larger -sINITIAL_MEMORY"
              .formatted(bytes, memory.byteSize()));
    }
    long before = memory.byteSize();
    long generous = before + Math.min(before / LEAST_GROWTH_DIVISOR, MOST_UNASKED_GROWTH);
    return growTo(Math.max(bytes, generous)) || growTo(bytes) ? 1 : 0;
  }

  /** Other threads may grow it at the same time; only the size in the end counts. */
  private boolean growTo(long bytes) {
    long missing = bytes - memory.byteSize();
    return missing <= 0
        || memory.grow((int) Math.min((missing + PAGE - 1) / PAGE, Integer.MAX_VALUE)) >= 0;
  }
}
