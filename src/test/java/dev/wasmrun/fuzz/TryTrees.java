package dev.wasmrun.fuzz;

import dev.wasmrun.fuzz.TryCode.Handler;
import dev.wasmrun.fuzz.TryCode.Mark;
import java.util.ArrayList;
import java.util.List;

/** Random {@link TryCode}: a few functions, each of which calls only later ones. */
final class TryTrees {
  private static final int FUNCTIONS = 3;
  private static final int DEPTH = 6;
  private static final int MOST_PIECES = 60;

  private final Choices choices;
  private final List<Mark> open = new ArrayList<>();

  /** The tries in whose handlers the code is. */
  private final List<Mark> handling = new ArrayList<>();

  private int function;
  private int pieces;

  private TryTrees(Choices choices) {
    this.choices = choices;
  }

  static List<TryCode> of(long seed) {
    var trees = new TryTrees(new Choices(seed));
    var functions = new ArrayList<TryCode>();
    for (int i = 0; i < FUNCTIONS; i++) {
      trees.function = i;
      trees.pieces = 0;
      functions.add(trees.several(DEPTH));
    }
    return functions;
  }

  private TryCode several(int depth) {
    var all = new ArrayList<TryCode>();
    for (int i = choices.between(1, 3); i > 0; i--) {
      all.add(any(depth));
    }
    return new TryCode.Several(all);
  }

  private TryCode any(int depth) {
    boolean inner = depth > 0 && ++pieces < MOST_PIECES;
    return switch (choices.below(inner ? 16 : 6)) {
      case 0 -> new TryCode.Throw(choices.below(TryModule.TAGS), choices.below(100));
      case 1 -> rethrow();
      case 2 -> branch();
      case 3 -> call();
      case 4, 5 -> new TryCode.Note(choices.below(100));
      case 6 -> within(new Mark(false), mark -> new TryCode.Block(mark, several(depth - 1)));
      case 7 ->
          within(
              new Mark(false),
              mark -> new TryCode.Loop(mark, choices.between(1, 3), several(depth - 1)));
      case 8, 9 ->
          within(
              new Mark(false), mark -> new TryCode.If(choices.below(4), mark, several(depth - 1)));
      case 10, 11, 12 -> delegate(depth - 1);
      default -> tried(depth - 1);
    };
  }

  private interface Inside {
    TryCode of(Mark mark);
  }

  private TryCode within(Mark mark, Inside inside) {
    open.add(mark);
    TryCode code = inside.of(mark);
    open.remove(open.size() - 1);
    return code;
  }

  private TryCode tried(int depth) {
    return within(
        new Mark(choices.oneIn(3)),
        mark -> {
          TryCode body = several(depth);
          var handlers = new ArrayList<Handler>();
          handling.add(mark);
          for (int i = choices.below(3); i > 0; i--) {
            handlers.add(new Handler(choices.below(TryModule.TAGS), several(depth)));
          }
          if (choices.oneIn(3)) {
            handlers.add(new Handler(TryCode.ANY, several(depth)));
          }
          handling.remove(handling.size() - 1);
          return new TryCode.Try(
              mark, choices.oneIn(4), choices.below(100), body, List.copyOf(handlers));
        });
  }

  private TryCode delegate(int depth) {
    Mark target = open.isEmpty() || choices.oneIn(5) ? null : choices.of(open);
    return within(new Mark(false), mark -> new TryCode.Delegate(mark, several(depth), target));
  }

  private TryCode rethrow() {
    return handling.isEmpty() ? new TryCode.Note(1) : new TryCode.Rethrow(choices.of(handling));
  }

  private TryCode branch() {
    List<Mark> plain = open.stream().filter(mark -> !mark.carries).toList();
    if (open.isEmpty() || choices.oneIn(8)) {
      return new TryCode.Return();
    }
    if (!plain.isEmpty() && choices.oneIn(3)) {
      return new TryCode.Table(List.of(choices.of(plain), choices.of(plain), choices.of(plain)));
    }
    return new TryCode.Branch(choices.of(open), choices.below(100));
  }

  private TryCode call() {
    return function + 1 < FUNCTIONS
        ? new TryCode.Call(choices.between(function + 1, FUNCTIONS - 1), choices.below(100))
        : new TryCode.Note(2);
  }
}
