package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.source.SourceVariable;
import java.util.List;
import java.util.Optional;

/**
 * What is at an address, as far as it is known.
 *
 * @param variable the variable that has it, by the module's debug information
 * @param block the block that was allocated there, where the allocator is known
 */
public record AccessedObject(
    Optional<SourceVariable> variable, Optional<MemoryReport.Block> block) {
  static final AccessedObject UNKNOWN = new AccessedObject(Optional.empty(), Optional.empty());

  /** An address in words: {@code 0x408} or {@code 0x408, counter+4 (counter.c:3)}. */
  String at(int address) {
    return "0x%x%s".formatted(address, variable.map(found -> ", " + found.at(address)).orElse(""));
  }

  /** What was done to the block, if there is one. */
  List<Stack> stacks() {
    return block.map(MemoryReport.Block::stacks).orElse(List.of());
  }
}
