package dev.wasmrun.module;

/**
 * A memory of a module, as it declares it.
 *
 * @param imported whether the host provides it; otherwise the module defines it
 * @param module the import's module name; empty for a defined memory
 * @param name the import's field name; empty for a defined memory
 * @param initialPages the least size, in pages of 64 KiB
 * @param maximumPages the declared limit, in pages; 65536 where none is declared
 * @param shared whether threads may share it
 */
public record MemoryFacts(
    boolean imported,
    String module,
    String name,
    int initialPages,
    int maximumPages,
    boolean shared) {

  /** Bytes in a page of linear memory. */
  public static final int PAGE_SIZE = 65536;

  /** The same with no fewer pages at first than these, as far as its limit allows. */
  MemoryFacts withAtLeast(int pages) {
    int initial = Math.max(initialPages, Math.min(pages, maximumPages));
    return new MemoryFacts(imported, module, name, initial, maximumPages, shared);
  }

  /** Whether all threads of a run have this one memory: imported and shared. */
  public boolean commonToThreads() {
    return imported && shared;
  }
}
