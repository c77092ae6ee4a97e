package dev.wasmrun.guest;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.module.MemoryFacts;
import java.util.function.Function;

/**
 * How large a run lets a linear memory become.
 *
 * @param bytes the limit; a maximum above it is capped, an initial size above it refused
 */
public record MemoryLimit(long bytes) {
  /** No limit but that of 32 bits. */
  public static final MemoryLimit NONE = new MemoryLimit(bytes(MemoryType.MAX_PAGES));

  /**
   * Checks the limit.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public MemoryLimit {
    if (bytes < 0) {
      throw new IllegalArgumentException("a memory limit is not negative: " + bytes);
    }
  }

  /**
   * Creates the memory that a module asks for, its maximum capped to this limit.
   *
   * @throws LinkException if already the initial size is above the limit
   */
  public LinearMemory create(String moduleName, MemoryFacts asked) {
    return create(moduleName, asked, LinearMemory::create);
  }

  /** Like {@link #create(String, MemoryFacts)}, by this way of creating one. */
  public LinearMemory create(
      String moduleName, MemoryFacts asked, Function<MemoryType, LinearMemory> creation) {
    if (bytes(asked.initialPages()) > bytes) {
      throw new LinkException(
          "cannot link %s: it needs %s bytes of memory, --max-memory allows %s"
              .formatted(moduleName, bytes(asked.initialPages()), bytes));
    }
    int allowed = (int) Math.min(MemoryType.MAX_PAGES, bytes / MemoryFacts.PAGE_SIZE);
    int maximum = Math.min(asked.maximumPages(), allowed);
    return creation.apply(new MemoryType(asked.initialPages(), maximum, asked.shared()));
  }

  private static long bytes(int pages) {
    return (long) pages * MemoryFacts.PAGE_SIZE;
  }
}
