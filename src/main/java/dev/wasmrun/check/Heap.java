package dev.wasmrun.check;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The blocks of memory that a guest has allocated, and those that it has freed until others take
 * their place; and the stacks of threads that have ended.
 *
 * <p>Thread-safe.
 */
final class Heap {
  /** By address; of a freed block of which others have taken the beginning, that of the rest. */
  private final ConcurrentSkipListMap<Long, Block> blocks = new ConcurrentSkipListMap<>();

  /** By the lowest address. */
  private final ConcurrentSkipListMap<Long, Stack> stacks = new ConcurrentSkipListMap<>();

  /** What a thread did where, in the terms of {@link CodePlaces}. */
  record Deed(String thread, long place) {}

  /**
   * A block.
   *
   * @param size in bytes, as it was asked for
   * @param freed empty while it is the guest's
   */
  record Block(int address, int size, Deed allocated, Optional<Deed> freed) {
    boolean isAt(int other) {
      return address == other;
    }

    long end() {
      return Integer.toUnsignedLong(address) + Integer.toUnsignedLong(size);
    }
  }

  /**
   * The stack of a thread that has ended.
   *
   * @param end behind its highest byte
   */
  record Stack(long end, String thread) {}

  /** A block is the guest's now; of those that were there before, what is left stays freed. */
  void allocated(int address, int size, Deed by) {
    long from = Integer.toUnsignedLong(address);
    var block = new Block(address, size, by, Optional.empty());
    long end = Math.max(from + 1, block.end());
    Map.Entry<Long, Block> last = blocks.lowerEntry(end);
    blocks.subMap(from, end).clear();
    stacks.subMap(from, end).clear();
    blocks.put(from, block);
    if (last != null && last.getValue().freed().isPresent() && last.getValue().end() > end) {
      blocks.putIfAbsent(end, last.getValue());
    }
  }

  /**
   * A block is no longer the guest's.
   *
   * @return it as it was, which is freed already if it is freed twice; empty if none is known there
   */
  Optional<Block> freed(int address, Deed by) {
    Block block = blocks.get(Integer.toUnsignedLong(address));
    if (block == null || block.address() != address) {
      return Optional.empty();
    }
    if (block.freed().isEmpty()) {
      blocks.put(
          Integer.toUnsignedLong(address),
          new Block(address, block.size(), block.allocated(), Optional.of(by)));
    }
    return Optional.of(block);
  }

  /** The stack of a thread is nobody's until it is allocated for something else. */
  void stackGone(int from, int end, String thread) {
    stacks.put(Integer.toUnsignedLong(from), new Stack(Integer.toUnsignedLong(end), thread));
  }

  /** The block that has an address or, if none has, ends closest before it. */
  Optional<Block> at(int address) {
    return Optional.ofNullable(blocks.floorEntry(Integer.toUnsignedLong(address)))
        .map(Map.Entry::getValue);
  }

  /** Whose stack had an address, if it was that of a thread that has ended. */
  Optional<String> stackAt(int address) {
    long wanted = Integer.toUnsignedLong(address);
    return Optional.ofNullable(stacks.floorEntry(wanted))
        .map(Map.Entry::getValue)
        .filter(stack -> wanted < stack.end())
        .map(Stack::thread);
  }
}
