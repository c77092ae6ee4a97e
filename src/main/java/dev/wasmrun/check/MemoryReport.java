package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Backtrace;
import dev.wasmrun.check.RaceReport.Side;
import java.util.ArrayList;
import java.util.List;
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
    Finding.Kind kind, int address, Side current, Optional<Block> block, Optional<String> stackOf) {

  /**
   * Who did something to a block, and where.
   *
   * @param thread its name
   */
  public record Deed(String thread, Site site) {
    private Backtrace backtrace(String what) {
      return new Backtrace(thread, what + " thread " + thread, List.of(CodeLocation.of(site)));
    }
  }

  /**
   * A block of memory.
   *
   * @param size in bytes, as it was asked for
   * @param freed empty if it was not
   */
  public record Block(int address, int size, Deed allocated, Optional<Deed> freed) {}

  boolean isIn(Suppressions suppressions) {
    return suppressions.match(current.site().function())
        || current.callers().stream().anyMatch(suppressions::match);
  }

  /** The same as a finding. */
  public Finding finding() {
    String did = kind == Finding.Kind.DOUBLE_FREE ? "frees it" : current.action();
    var stacks = new ArrayList<Backtrace>();
    stacks.add(
        new Backtrace(
            current.thread(), "thread %s %s".formatted(current.thread(), did), current.frames()));
    stackOf.ifPresent(
        thread ->
            stacks.add(Backtrace.note("on the stack of %s, which has ended".formatted(thread))));
    block.ifPresent(
        found -> {
          stacks.add(
              found
                  .allocated()
                  .backtrace(
                      "the block of %s bytes at 0x%s was allocated by"
                          .formatted(found.size(), Integer.toHexString(found.address()))));
          found.freed().ifPresent(deed -> stacks.add(deed.backtrace("and freed by")));
        });
    return new Finding(
        kind,
        0,
        "%s at 0x%s".formatted(kind, Integer.toHexString(address)),
        "%s %s in %s".formatted(current.thread(), did, current.site()),
        stacks,
        identity());
  }

  private List<String> identity() {
    var identity = new ArrayList<String>();
    identity.add(current.site().function());
    block.ifPresent(
        found -> {
          identity.add("allocated " + found.allocated().site().function());
          found.freed().ifPresent(deed -> identity.add("freed " + deed.site().function()));
        });
    return identity;
  }
}
