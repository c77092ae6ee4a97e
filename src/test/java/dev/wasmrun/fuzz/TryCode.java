package dev.wasmrun.fuzz;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Code with the first form of exceptions, as a tree that can be executed here, by the wording of
 * the proposal and nothing else, and that {@link TryModule} writes as a module's.
 *
 * <p>All it does is note numbers, one after the other, in a single number.
 */
sealed interface TryCode {
  /** The tag that stands for every tag. */
  int ANY = -1;

  /** A block's label. Each is equal to itself only. */
  final class Mark {
    /** Whether a branch to it takes a number along. */
    final boolean carries;

    Mark(boolean carries) {
      this.carries = carries;
    }
  }

  /** Code for an exception of a tag, or of {@link #ANY}; it notes first what the exception has. */
  record Handler(int tag, TryCode body) {}

  /** Notes a number. */
  record Note(int number) implements TryCode {}

  record Several(List<TryCode> all) implements TryCode {}

  record Block(Mark mark, TryCode body) implements TryCode {}

  /** Does something so many times; a branch to its label is to the next time. */
  record Loop(Mark mark, int times, TryCode body) implements TryCode {}

  /** Does something if a bit of what has been noted is set. */
  record If(int bit, Mark mark, TryCode body) implements TryCode {}

  /** Throws an exception with as many numbers as the tag says. */
  record Throw(int tag, int first) implements TryCode {}

  /**
   * A {@code try}.
   *
   * @param takes whether it takes a number from the stack, which it notes
   * @param leaves the number that its body leaves if its label carries one; handlers leave the next
   */
  record Try(Mark mark, boolean takes, int leaves, TryCode body, List<Handler> handlers)
      implements TryCode {}

  /**
   * A {@code try} that delegates.
   *
   * @param target null is the function
   */
  record Delegate(Mark mark, TryCode body, Mark target) implements TryCode {}

  record Rethrow(Mark mark) implements TryCode {}

  record Branch(Mark mark, int number) implements TryCode {}

  /** Branches by the low bits of what has been noted; the last one is for all the rest. */
  record Table(List<Mark> marks) implements TryCode {}

  record Call(int function, int argument) implements TryCode {}

  record Return() implements TryCode {}

  /** How many numbers exceptions of a tag have: as many as the tag's number. */
  static int numbers(int tag) {
    return Math.max(tag, 0);
  }

  /** What leaves code before its end. */
  abstract class Leaving extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Leaving() {
      super(null, null, false, false);
    }
  }

  /** An exception of the code's. */
  final class Thrown extends Leaving {
    private static final long serialVersionUID = 1L;

    final int tag;
    final int first;

    Thrown(int tag, int first) {
      this.tag = tag;
      this.first = first;
    }
  }

  /** The execution of functions. */
  final class Evaluation {
    private static final int MOST_STEPS = 20_000;

    private final List<TryCode> functions;
    private int noted;
    private int steps;

    Evaluation(List<TryCode> functions) {
      this.functions = functions;
    }

    /**
     * Executes the first function; what has been noted in the end, or nothing if it is too long.
     */
    Integer run() {
      try {
        call(0, 1);
      } catch (Thrown e) {
        handled(e);
      }
      return steps > MOST_STEPS ? null : noted;
    }

    private void handled(Thrown thrown) {
      note(thrown.tag);
      for (int i = numbers(thrown.tag) - 1; i >= 0; i--) {
        note(thrown.first + i);
      }
    }

    private void note(int number) {
      noted = noted * 31 + number;
    }

    private void call(int function, int argument) {
      note(argument);
      try {
        new Frame().execute(functions.get(function));
      } catch (Returned e) {
        return;
      } catch (Delegated e) {
        throw e.thrown;
      }
    }

    /** A call in progress. */
    private final class Frame {
      private final Map<Mark, Thrown> caught = new IdentityHashMap<>();

      private void execute(TryCode code) {
        if (++steps > MOST_STEPS) {
          throw new Returned();
        }
        if (code instanceof Note note) {
          note(note.number());
        } else if (code instanceof Several several) {
          several.all().forEach(this::execute);
        } else if (code instanceof Block block) {
          labelled(block.mark(), block.body());
        } else if (code instanceof Loop loop) {
          for (int i = 0; i < loop.times(); i++) {
            labelled(loop.mark(), loop.body());
          }
        } else if (code instanceof If condition) {
          if ((noted >>> condition.bit() & 1) == 1) {
            labelled(condition.mark(), condition.body());
          }
        } else if (code instanceof Try block) {
          execute(block);
        } else if (code instanceof Delegate block) {
          execute(block);
        } else {
          leave(code);
        }
      }

      private void leave(TryCode code) {
        if (code instanceof Throw exception) {
          throw new Thrown(exception.tag(), exception.first());
        } else if (code instanceof Rethrow again) {
          throw caught.get(again.mark());
        } else if (code instanceof Branch branch) {
          throw new Jump(branch.mark(), branch.number());
        } else if (code instanceof Table table) {
          int last = table.marks().size() - 1;
          throw new Jump(table.marks().get(Math.min(noted & 7, last)), 0);
        } else if (code instanceof Call call) {
          call(call.function(), call.argument());
        } else {
          throw new Returned();
        }
      }

      /** Executes a block; a delegate to it goes on as if thrown in it. */
      private Jump labelled(Mark mark, TryCode body) {
        try {
          execute(body);
          return null;
        } catch (Jump e) {
          return own(e, mark);
        } catch (Delegated e) {
          throw e.target == mark ? e.thrown : e;
        }
      }

      private static Jump own(Jump jump, Mark mark) {
        if (jump.mark != mark) {
          throw jump;
        }
        return jump;
      }

      private void execute(Try block) {
        if (block.takes()) {
          note(7);
        }
        int left = block.leaves();
        Jump jump = null;
        try {
          try {
            execute(block.body());
          } catch (Delegated e) {
            throw e.target == block.mark() ? e.thrown : e;
          }
        } catch (Jump e) {
          jump = own(e, block.mark());
        } catch (Thrown e) {
          jump = handle(e, block);
          left++;
        }
        if (block.mark().carries) {
          note(jump == null ? left : jump.number);
        }
      }

      private Jump handle(Thrown thrown, Try block) {
        for (Handler handler : block.handlers()) {
          if (handler.tag() == ANY) {
            caught.put(block.mark(), thrown);
            return labelled(block.mark(), handler.body());
          }
          if (handler.tag() == thrown.tag) {
            caught.put(block.mark(), thrown);
            handled(thrown);
            return labelled(block.mark(), handler.body());
          }
        }
        throw thrown;
      }

      private void execute(Delegate block) {
        try {
          execute(block.body());
        } catch (Jump e) {
          own(e, block.mark());
        } catch (Thrown e) {
          throw new Delegated(e, block.target());
        } catch (Delegated e) {
          throw e.target == block.mark() ? new Delegated(e.thrown, block.target()) : e;
        }
      }
    }

    private static final class Returned extends Leaving {
      private static final long serialVersionUID = 1L;
    }

    private static final class Jump extends Leaving {
      private static final long serialVersionUID = 1L;

      private final transient Mark mark;
      private final int number;

      Jump(Mark mark, int number) {
        this.mark = mark;
        this.number = number;
      }
    }

    private static final class Delegated extends Leaving {
      private static final long serialVersionUID = 1L;

      private final Thrown thrown;
      private final transient Mark target;

      Delegated(Thrown thrown, Mark target) {
        this.thrown = thrown;
        this.target = target;
      }
    }
  }
}
