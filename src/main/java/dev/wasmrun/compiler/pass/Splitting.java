package dev.wasmrun.compiler.pass;

import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Divides a function into parts, each of which becomes a method that the JVM accepts and HotSpot
 * compiles.
 *
 * <p>HotSpot compiles no method of more than 8000 bytes, and gives up on many that are shorter. So
 * wherever a block is too large, its largest inner blocks become parts until the rest is small; and
 * where none is left, straight runs of operations do.
 *
 * <p>Needs: nothing. Leaves: the operations as they are, and ranges of them. It does not recurse.
 */
public final class Splitting {
  /** The estimated size of a method, in bytes. */
  public static final int DEFAULT_LIMIT = 5000;

  /** What calling a part takes, roughly; less where methods are to be small, so that they are. */
  private static final int CALL = 120;

  private static final int CALLS_PER_METHOD = 3;

  private final FunctionCode function;
  private final int limit;
  private final int call;
  private final Deque<Open> open = new ArrayDeque<>();

  private Splitting(FunctionCode function, int limit) {
    this.function = function;
    this.limit = limit;
    this.call = Math.min(CALL, limit / CALLS_PER_METHOD);
  }

  /**
   * The parts of a function.
   *
   * @param limit the most that one may weigh, in estimated bytes
   * @return the outermost part, the whole function
   */
  public static Part split(FunctionCode function, int limit) {
    return new Splitting(function, limit).split();
  }

  /** A run of a block's operations, or a block in it: what can become a part. */
  private record Item(int from, int to, int weight, List<Part> inner, boolean outlined) {}

  /** A block, or one way of an if, whose end has not been seen. */
  private static final class Open {
    private final int begin;
    private final List<Item> items = new ArrayList<>();

    Open(int begin) {
      this.begin = begin;
    }
  }

  private Part split() {
    List<Op> ops = function.ops();
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      switch (op.code()) {
        case BLOCK, LOOP, IF, TRY_TABLE -> open.push(new Open(i));
        case ELSE -> open.peek().items.add(new Item(i, i + 1, Weight.of(op), List.of(), false));
        case END -> {
          Open closed = open.pop();
          if (open.isEmpty()) {
            return new Part(0, ops.size(), reduce(closed).stream().flatMap(this::parts).toList());
          }
          open.peek().items.add(closed(closed, i + 1));
        }
        default -> open.peek().items.add(new Item(i, i + 1, Weight.of(op), List.of(), false));
      }
    }
    throw new IllegalStateException("a body without an end");
  }

  private Item closed(Open block, int to) {
    List<Item> items = reduce(block);
    int weight = Weight.BLOCK + items.stream().mapToInt(Item::weight).sum();
    List<Part> inner = items.stream().flatMap(this::parts).toList();
    return new Item(block.begin, to, weight, inner, false);
  }

  private java.util.stream.Stream<Part> parts(Item item) {
    return item.outlined()
        ? java.util.stream.Stream.of(new Part(item.from(), item.to(), item.inner()))
        : item.inner().stream();
  }

  /** The items of a block, with as many of them parts as it takes to make it small enough. */
  private List<Item> reduce(Open block) {
    List<Item> items = block.items;
    int weight = items.stream().mapToInt(Item::weight).sum();
    if (weight > limit) {
      weight = outlineBlocks(items, weight);
    }
    while (weight > limit) {
      List<Item> shorter = outlineRuns(items);
      int now = shorter.stream().mapToInt(Item::weight).sum();
      if (now >= weight) {
        break; // nothing here can be cut any further
      }
      items = shorter;
      weight = now;
    }
    return items;
  }

  /** Makes the largest blocks parts; the weight then. */
  private int outlineBlocks(List<Item> items, int before) {
    int weight = before;
    List<Integer> largestFirst =
        java.util.stream.IntStream.range(0, items.size())
            .boxed()
            .filter(i -> items.get(i).weight() > 2 * call)
            .sorted(Comparator.comparing((Integer i) -> -items.get(i).weight()))
            .toList();
    for (int i : largestFirst) {
      if (weight <= limit) {
        break;
      }
      Item item = items.get(i);
      if (item.to() - item.from() > 1) {
        items.set(i, new Item(item.from(), item.to(), call, item.inner(), true));
        weight -= item.weight() - call;
      }
    }
    return weight;
  }

  /** Makes parts of runs of items that are as large as they may be. */
  private List<Item> outlineRuns(List<Item> items) {
    var shorter = new ArrayList<Item>();
    int run = 0; // where the run begins
    int weight = 0;
    for (int i = 0; i < items.size(); i++) {
      boolean divides = function.ops().get(items.get(i).from()).code() == ELSE;
      if (divides || weight + items.get(i).weight() > limit && weight > 0) {
        shorter.addAll(outlined(items.subList(run, i)));
        run = i;
        weight = 0;
      }
      if (divides) {
        shorter.add(items.get(i));
        run = i + 1;
      } else {
        weight += items.get(i).weight();
      }
    }
    shorter.addAll(outlined(items.subList(run, items.size())));
    return shorter;
  }

  private static final com.dylibso.chicory.wasm.types.OpCode ELSE =
      com.dylibso.chicory.wasm.types.OpCode.ELSE;

  /** A run as one part, if that is worth it. */
  private List<Item> outlined(List<Item> run) {
    int weight = run.stream().mapToInt(Item::weight).sum();
    if (weight <= 2 * call || run.size() < 2) {
      return List.copyOf(run);
    }
    List<Part> inner = run.stream().flatMap(this::parts).toList();
    int from = run.get(0).from();
    int to = run.get(run.size() - 1).to();
    return List.of(new Item(from, to, call, inner, true));
  }
}
