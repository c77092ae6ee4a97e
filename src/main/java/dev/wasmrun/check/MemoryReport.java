package dev.wasmrun.check;

import dev.wasmrun.check.RaceReport.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An access to memory that belonged to nobody any more, or a block that was freed twice.
 *
 * @param address of the first byte concerned
 * @param current the access, or the call that freed the block again
 * @param block the block concerned; empty for a stack
 * @param stackOf the thread that had the stack and has ended; empty for a block
 */
public record MemoryReport(
    Kind kind, int address, Side current, Optional<Block> block, Optional<String> stackOf) {

  /** What can be wrong with an access. */
  public enum Kind {
    /** The block had been freed. */
    USE_AFTER_FREE,
    /** The block ends before. */
    BEYOND_A_BLOCK,
    /** The block had been freed before it was freed. */
    DOUBLE_FREE,
    /** The thread whose stack it was had ended. */
    USE_OF_A_DEAD_STACK;

    /** As words, such as {@code use after free}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * Who did something to a block, and where.
   *
   * @param thread its name
   */
  public record Deed(String thread, Site site) {
    /** For example {@code by main#1 in take (0x1f2)}. */
    @Override
    public String toString() {
      return "by %s in %s".formatted(thread, site);
    }
  }

  /**
   * A block of memory.
   *
   * @param size in bytes, as it was asked for
   * @param freed empty if it was not
   */
  public record Block(int address, int size, Deed allocated, Optional<Deed> freed) {
    List<String> lines() {
      var lines = new ArrayList<String>();
      lines.add(
          "  the block of %s bytes at 0x%x was allocated by %s"
              .formatted(size, address, allocated.thread()));
      lines.addAll(allocated.site().lines(List.of()));
      freed.ifPresent(
          deed -> {
            lines.add("  and freed by " + deed.thread());
            lines.addAll(deed.site().lines(List.of()));
          });
      return lines;
    }
  }

  boolean isIn(Suppressions suppressions) {
    return suppressions.match(current.site().within(current.callers()));
  }

  /** The report as lines of text, the first one a headline. */
  public List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add("%s at 0x%x".formatted(kind, address));
    lines.add(
        "  thread %s %s"
            .formatted(current.thread(), kind == Kind.DOUBLE_FREE ? "frees it" : current.action()));
    lines.addAll(current.site().lines(current.callers()));
    stackOf.ifPresent(
        thread -> lines.add("  on the stack of %s, which has ended".formatted(thread)));
    block.ifPresent(found -> lines.addAll(found.lines()));
    return lines;
  }
}
