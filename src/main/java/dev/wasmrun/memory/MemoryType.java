package dev.wasmrun.memory;

/**
 * The limits and sharing of one linear memory, in pages of 64 KiB, as a module's {@code memory}
 * declaration or import states them.
 *
 * @param initialPages pages at creation, 0 to {@link #MAX_PAGES}
 * @param maximumPages pages that growth may reach, {@code initialPages} to {@link #MAX_PAGES}; a
 *     module that declares more is capped by whoever reads it, and growth beyond answers -1
 * @param shared whether several agents may use it; waiting on an unshared memory traps
 */
public record MemoryType(int initialPages, int maximumPages, boolean shared) {
  /** Bytes in a page. */
  public static final int PAGE_SIZE = 65_536;

  /** The largest number of pages whose bytes 32 bits can address: 4 GiB. */
  public static final int MAX_PAGES = 65_536;

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException unless 0 ≤ initial ≤ maximum ≤ {@link #MAX_PAGES}
   */
  public MemoryType {
    if (initialPages < 0 || initialPages > MAX_PAGES) {
      throw new IllegalArgumentException(
          "initial memory of %s pages: must be from 0 to %s (4 GiB)"
              .formatted(initialPages, MAX_PAGES));
    }
    if (maximumPages < initialPages || maximumPages > MAX_PAGES) {
      throw new IllegalArgumentException(
          "maximum memory of %s pages: must be from the initial %s to %s"
              .formatted(maximumPages, initialPages, MAX_PAGES));
    }
  }
}
