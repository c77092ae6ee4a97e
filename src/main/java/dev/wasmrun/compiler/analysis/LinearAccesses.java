package dev.wasmrun.compiler.analysis;

import static com.dylibso.chicory.wasm.types.OpCode.*;

import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiConsumer;

/**
 * The loads and stores of a counting loop whose addresses grow by the same in every iteration, so
 * that one look in front of some iterations tells whether all of them are within the memory.
 *
 * <p>Addresses that differ by a constant have a {@link Range} in common. Where a loop has another
 * loop in it, or catches exceptions, none are found.
 *
 * @param from the index of the operation that begins what is repeated, behind the condition of a
 *     loop that compares first
 * @param to the index of the branch back
 * @param ranges what to look at
 * @param places where the accesses are, by their address in the module's file
 */
public record LinearAccesses(int from, int to, List<Range> ranges, Map<Integer, Place> places) {
  /** More looks than this cost a short loop more than they save. */
  private static final int MOST_RANGES = 8;

  /**
   * What accesses of one loop have in common: an address, modulo 2³², from which they have constant
   * distances.
   *
   * @param terms the factors of local variables, as they are in front of the first iteration, whose
   *     sum is the address in the first iteration
   * @param each by how much it grows with every iteration
   * @param least the least distance of an access
   * @param end the largest distance of the end of one, from which on there is none
   */
  public record Range(SortedMap<Integer, Integer> terms, int each, long least, long end) {}

  /**
   * Where an access is.
   *
   * @param range the index of its range
   * @param distance of its address, without the instruction's offset, from the range's
   */
  public record Place(int range, long distance) {}

  /** How many operations are repeated. */
  public int size() {
    return to - from + 1;
  }

  /** Whether an operation is repeated. */
  public boolean covers(int index) {
    return index >= from && index <= to;
  }

  /** Those of a loop, if there are any. */
  public static Optional<LinearAccesses> of(FunctionCode function, CountedLoop loop, Block block) {
    return new Finder(function, loop, block).find();
  }

  /** The addresses that differ by constants only. */
  private record Line(SortedMap<Integer, Integer> terms, int each) {}

  /** An access on a line. */
  private record Access(int file, int constant, long end) {}

  private static final class Finder {
    private final FunctionCode function;
    private final CountedLoop loop;
    private final Block block;
    private final int from;

    /** Locals that are stored in the loop, and those of them that not every iteration stores. */
    private final Set<Integer> stored = new HashSet<>();

    private final Set<Integer> uncertain = new HashSet<>();

    /** What every iteration adds to a local. */
    private final Map<Integer, Integer> steps = new HashMap<>();

    private final Map<Line, List<Access>> lines = new LinkedHashMap<>();

    // Of the iteration that is evaluated.
    private final Map<Integer, Sum> values = new HashMap<>();
    private final Map<Integer, Sum> stack = new HashMap<>();

    Finder(FunctionCode function, CountedLoop loop, Block block) {
      this.function = function;
      this.loop = loop;
      this.block = block;
      this.from = loop.first() ? decides() + 1 : block.begin() + 1;
    }

    private Op op(int index) {
      return function.ops().get(index);
    }

    private int decides() {
      int index = loop.condition();
      while (op(index).code() != IF && op(index).code() != BR_IF) {
        index++;
      }
      return index;
    }

    Optional<LinearAccesses> find() {
      for (int i = from; i <= loop.back(); i++) {
        if (op(i).code() == LOOP || op(i).code() == TRY_TABLE) {
          return Optional.empty();
        }
      }
      findStores();
      findSteps();
      iterate((local, value) -> {}, this::note);
      return ranges();
    }

    private void findStores() {
      int depth = 0;
      for (int i = block.begin(); i <= block.end(); i++) {
        switch (op(i).code()) {
          case LOCAL_SET, LOCAL_TEE -> {
            stored.add(op(i).index());
            if (depth > 0 || i < from || i > loop.back()) {
              uncertain.add(op(i).index());
            }
          }
          case BLOCK, IF -> depth += i < from ? 0 : 1;
          case END -> depth -= i > loop.back() ? 0 : 1;
          default -> {}
        }
      }
    }

    /** Finds the locals that are in the end what they were in the beginning, and a constant. */
    private void findSteps() {
      stored.stream().filter(local -> !uncertain.contains(local)).forEach(l -> steps.put(l, 0));
      var last = new HashMap<Integer, Optional<Sum>>();
      iterate((local, value) -> last.put(local, value), (op, address) -> {});
      steps.clear();
      last.forEach(
          (local, value) ->
              value
                  .filter(sum -> sum.terms().equals(Map.of(local, 1)))
                  .filter(sum -> !uncertain.contains(local))
                  .ifPresent(sum -> steps.put(local, sum.constant())));
    }

    /** Evaluates an iteration. */
    private void iterate(
        BiConsumer<Integer, Optional<Sum>> stores, BiConsumer<Op, Optional<Sum>> accesses) {
      values.clear();
      stack.clear();
      for (int local = 0; local < function.locals().size(); local++) {
        if (!stored.contains(local) || steps.containsKey(local)) {
          values.put(local, Sum.ofLocal(local, steps.getOrDefault(local, 0)));
        }
      }
      for (int i = from; i < loop.back(); i++) {
        evaluate(op(i), stores, accesses);
      }
    }

    private void evaluate(
        Op op, BiConsumer<Integer, Optional<Sum>> stores, BiConsumer<Op, Optional<Sum>> accesses) {
      if (op.before() == null) {
        stack.clear();
        return;
      }
      int height = op.before().height();
      switch (op.code()) {
        case I32_CONST -> push(height, Optional.of(Sum.ofConstant((int) op.a())));
        case LOCAL_GET -> push(height, Optional.ofNullable(values.get(op.index())));
        case LOCAL_SET, LOCAL_TEE -> {
          Optional<Sum> value = at(height - 1);
          stores.accept(op.index(), value);
          values.remove(op.index());
          value
              .filter(sum -> !uncertain.contains(op.index()))
              .ifPresent(sum -> values.put(op.index(), sum));
        }
        case I32_ADD, I32_SUB, I32_MUL, I32_SHL ->
            push(height - 2, calculate(op, at(height - 2), at(height - 1)));
        case BLOCK, IF, ELSE, END -> stack.clear();
        default -> {
          if (isAccess(op)) {
            int operands = isStore(op) ? 2 : 1;
            accesses.accept(op, at(height - operands));
          }
          stack.keySet().removeIf(position -> position >= op.low());
        }
      }
    }

    private Optional<Sum> at(int position) {
      return Optional.ofNullable(stack.get(position));
    }

    private void push(int position, Optional<Sum> value) {
      value.ifPresentOrElse(sum -> stack.put(position, sum), () -> stack.remove(position));
    }

    private static Optional<Sum> calculate(Op op, Optional<Sum> left, Optional<Sum> right) {
      if (left.isEmpty() || right.isEmpty()) {
        return Optional.empty();
      }
      Sum first = left.get();
      Sum second = right.get();
      return switch (op.code()) {
        case I32_ADD -> Optional.of(first.plus(second));
        case I32_SUB -> Optional.of(first.plus(second.times(-1)));
        case I32_MUL ->
            first.isConstant()
                ? Optional.of(second.times(first.constant()))
                : second.isConstant()
                    ? Optional.of(first.times(second.constant()))
                    : Optional.empty();
        default ->
            second.isConstant()
                ? Optional.of(first.times(1 << second.constant()))
                : Optional.empty();
      };
    }

    /** Loads and stores of the first memory. */
    private static boolean isAccess(Op op) {
      return op.code().compareTo(I32_LOAD) >= 0
          && op.code().compareTo(I64_STORE32) <= 0
          && op.b() == 0;
    }

    private static boolean isStore(Op op) {
      return op.code().compareTo(I32_STORE) >= 0;
    }

    private static int width(Op op) {
      return switch (op.code()) {
        case I32_LOAD8_S, I32_LOAD8_U, I64_LOAD8_S, I64_LOAD8_U, I32_STORE8, I64_STORE8 ->
            Byte.BYTES;
        case I32_LOAD16_S, I32_LOAD16_U, I64_LOAD16_S, I64_LOAD16_U, I32_STORE16, I64_STORE16 ->
            Short.BYTES;
        case I64_LOAD, I64_STORE, F64_LOAD, F64_STORE -> Long.BYTES;
        default -> Integer.BYTES;
      };
    }

    private void note(Op op, Optional<Sum> address) {
      address
          .filter(sum -> sum.each() % loop.step() == 0)
          .ifPresent(
              sum ->
                  lines
                      .computeIfAbsent(new Line(sum.terms(), sum.each()), l -> new ArrayList<>())
                      .add(new Access(op.address(), sum.constant(), end(op, sum))));
    }

    private static long end(Op op, Sum address) {
      return address.constant() + Integer.toUnsignedLong((int) op.a()) + width(op);
    }

    private Optional<LinearAccesses> ranges() {
      var ranges = new ArrayList<Range>();
      var places = new HashMap<Integer, Place>();
      for (Map.Entry<Line, List<Access>> entry : lines.entrySet()) {
        List<Access> accesses = entry.getValue();
        if (ranges.size() < MOST_RANGES) {
          for (Access access : accesses) {
            places.put(access.file(), new Place(ranges.size(), access.constant()));
          }
          ranges.add(
              new Range(
                  entry.getKey().terms(),
                  entry.getKey().each(),
                  accesses.stream().mapToLong(Access::constant).min().orElseThrow(),
                  accesses.stream().mapToLong(Access::end).max().orElseThrow()));
        }
      }
      return ranges.isEmpty()
          ? Optional.empty()
          : Optional.of(new LinearAccesses(from, loop.back(), ranges, places));
    }
  }
}
