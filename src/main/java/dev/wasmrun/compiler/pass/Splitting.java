package dev.wasmrun.compiler.pass;

import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.CompilerThread;
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
 * <p>Compilers make the cases of a switch a ladder: blocks that lie in each other and end one after
 * the other, a case behind each end, with the jump to the cases in the innermost.
 *
 * <pre>
 *   block                 ┐
 *     block               │
 *       block             │ stays in the method around them
 *         br_table 0 1 2  │
 *       end               ┘
 *       case 0            ┐
 *     end                 │ one part, which can be entered at each end in it
 *     case 1              ┘
 *   end
 *   case 2
 * </pre>
 *
 * <p>Were the inner blocks parts, a jump would return through as many methods as there are parts
 * around it. So neighbouring cases become a part instead, and a jump calls the one it leads into.
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

  /**
   * A run of a block's operations, or a block in it: what can become a part.
   *
   * @param weight what it weighs in the method around it
   * @param inner the parts in it
   * @param outlined whether it is a part itself
   * @param rung what a block consists of that may be one of a ladder; empty for all others
   */
  private record Item(
      int from, int to, int weight, List<Part> inner, boolean outlined, List<Item> rung) {
    Item(int from, int to, int weight, List<Part> inner, boolean outlined) {
      this(from, to, weight, inner, outlined, List.of());
    }
  }

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
      CompilerThread.checkAt(i);
      Op op = ops.get(i);
      switch (op.code()) {
        case BLOCK, LOOP, IF, TRY_TABLE -> open.push(new Open(i));
        case ELSE ->
            open.peek()
                .items
                .add(new Item(i, i + 1, Weight.of(op, function.whole()), List.of(), false));
        case END -> {
          Open closed = open.pop();
          if (open.isEmpty()) {
            return new Part(0, ops.size(), reduce(closed).stream().flatMap(this::parts).toList());
          }
          open.peek().items.add(closed(closed, i + 1));
        }
        default ->
            open.peek()
                .items
                .add(new Item(i, i + 1, Weight.of(op, function.whole()), List.of(), false));
      }
    }
    throw new IllegalStateException("a body without an end");
  }

  private Item closed(Open block, int to) {
    List<Item> items = reduce(block);
    int weight = Weight.BLOCK + items.stream().mapToInt(Item::weight).sum();
    List<Part> inner = items.stream().flatMap(this::parts).toList();
    return new Item(block.begin, to, weight, inner, false, isRung(block) ? items : List.of());
  }

  private boolean isRung(Open block) {
    Block begun = function.ops().get(block.begin).block();
    return begun.form() == Block.Form.BLOCK
        && begun.params().isEmpty()
        && begun.results().isEmpty();
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
      weight = outlineCases(items, weight);
    }
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

  /** Makes parts of the cases of a ladder, if there is one; the weight then. */
  private int outlineCases(List<Item> items, int before) {
    int at = heaviest(items);
    Item ladder = items.get(at);
    Item cut = new Ladder(ladder).cut();
    items.set(at, cut);
    return before - ladder.weight() + cut.weight();
  }

  private static int heaviest(List<Item> items) {
    int heaviest = 0;
    for (int i = 1; i < items.size(); i++) {
      if (items.get(i).weight() > items.get(heaviest).weight()) {
        heaviest = i;
      }
    }
    return heaviest;
  }

  /** Blocks in each other, of which each but the innermost has a case behind the next one's end. */
  private final class Ladder {
    private final Item outermost;
    private final Item innermost;
    private final Deque<List<Item>> cases = new ArrayDeque<>(); // the innermost first
    private final List<Part> parts = new ArrayList<>();
    private final List<Item> group = new ArrayList<>(); // cases that are to be a part together
    private int groupWeight;
    private int saved;

    Ladder(Item outermost) {
      this.outermost = outermost;
      Item rung = outermost;
      while (!rung.rung().isEmpty()) {
        int at = heaviest(rung.rung());
        Item next = rung.rung().get(at);
        if (!isAtItsFoot(next)) {
          break;
        }
        rung.rung().subList(0, at).stream().flatMap(Splitting.this::parts).forEach(parts::add);
        cases.push(rung.rung().subList(at + 1, rung.rung().size()));
        rung = next;
      }
      this.innermost = rung;
    }

    /**
     * Whether it is a block behind which the operand stack is as behind all blocks of the ladder.
     */
    private boolean isAtItsFoot(Item item) {
      if (item.outlined() || item.to() - item.from() == 1) {
        return false;
      }
      Block block = function.ops().get(item.from()).block();
      return block.below().height() + block.results().size() == belowIt();
    }

    private int belowIt() {
      return function.ops().get(outermost.from()).block().below().height();
    }

    /** The ladder with groups of cases as parts, each as large as it may be. */
    Item cut() {
      for (List<Item> next : cases) {
        int weight = next.stream().mapToInt(Item::weight).sum() + Weight.BLOCK;
        if (groupWeight + weight > limit) {
          endGroup();
        }
        group.addAll(next);
        groupWeight += weight;
      }
      endGroup();
      if (saved == 0) {
        return outermost;
      }
      if (outermost.weight() - saved > limit / 2 && innermost.weight() > 2 * call) {
        parts.add(new Part(innermost.from(), innermost.to(), innermost.inner()));
        saved += innermost.weight() - call;
      } else {
        parts.addAll(innermost.inner());
      }
      return new Item(
          outermost.from(), outermost.to(), outermost.weight() - saved, List.copyOf(parts), false);
    }

    private void endGroup() {
      List<Part> inner = group.stream().flatMap(Splitting.this::parts).toList();
      int from = group.isEmpty() ? 0 : group.get(0).from();
      int to = group.isEmpty() ? 0 : group.get(group.size() - 1).to();
      if (groupWeight > 2 * call && to - from > 1) {
        parts.add(new Part(from, to, inner));
        saved += groupWeight - call;
      } else {
        parts.addAll(inner);
      }
      group.clear();
      groupWeight = 0;
    }
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
