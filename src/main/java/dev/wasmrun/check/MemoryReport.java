package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Stack;
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
    private Stack stack(String what) {
      return new Stack(thread, what + " thread " + thread, site.frames());
    }
  }

  /**
   * A block of memory.
   *
   * @param size in bytes, as it was asked for
   * @param freed empty if it was not
   */
  public record Block(int address, int size, Deed allocated, Optional<Deed> freed) {
    /** Who allocated it, and who freed it. */
    List<Stack> stacks() {
      var stacks = new ArrayList<Stack>();
      stacks.add(
          allocated.stack(
              "the block of %s bytes at 0x%x was allocated by".formatted(size, address)));
      freed.ifPresent(deed -> stacks.add(deed.stack("and freed by")));
      return stacks;
    }
  }

  boolean isIn(Suppressions suppressions) {
    return suppressions.match(current.site().within(current.callers()));
  }

  /** The same as a finding. */
  public Finding finding() {
    String did = kind == Finding.Kind.DOUBLE_FREE ? "frees it" : current.action();
    var stacks = new ArrayList<Stack>();
    stacks.add(
        new Stack(
            current.thread(), "thread %s %s".formatted(current.thread(), did), current.frames()));
    stackOf.ifPresent(
        thread -> stacks.add(Stack.note("on the stack of %s, which has ended".formatted(thread))));
    block.ifPresent(found -> stacks.addAll(found.stacks()));
    return new Finding(
        kind,
        0,
        "%s at 0x%x".formatted(kind, address),
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
