package dev.wasmrun.check;

import dev.wasmrun.source.Backtrace;
import dev.wasmrun.source.SourceFrame;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Something that is wrong with a run, in the one form that every report is made of.
 *
 * @param kind what sort of thing
 * @param code what the guest exited with; 0 if it did not
 * @param title a headline, such as {@code data race at 0x408}
 * @param message one line that says all that matters, without the kind
 * @param stacks who did what, and where; lines of explanation have no thread and no locations
 * @param identity what tells it from others of its kind, the same after the module was compiled
 *     anew: names of functions, but no addresses
 */
public record Finding(
    Kind kind, int code, String title, String message, List<Stack> stacks, List<String> identity) {

  /** Of the hash, so many bytes are kept: enough for any number of findings that people read. */
  private static final int FINGERPRINT_BYTES = 8;

  /** The sorts of things that are wrong with runs. */
  public enum Kind {
    /** Two threads accessed the same bytes with nothing that orders them. */
    RACE(
        "data race",
        "data races",
        "Two accesses to the same bytes, one of them a write, that nothing orders"),
    /** A block was used that had been freed. */
    USE_AFTER_FREE(
        "use after free", "uses after free", "A block of memory is used after it was freed"),
    /** A write went beyond the end of a block. */
    BEYOND_A_BLOCK(
        "beyond a block", "accesses beyond a block", "A write beyond the end of a block of memory"),
    /** A block was freed twice. */
    DOUBLE_FREE("double free", "double frees", "A block of memory is freed twice"),
    /** A stack was used whose thread had ended. */
    USE_OF_A_DEAD_STACK(
        "use of a dead stack", "uses of a dead stack", "A stack is used whose thread has ended"),
    /** A lock was given back by a thread that did not hold it, or destroyed while it was held. */
    LOCK_MISUSE(
        "lock misuse",
        "lock misuses",
        "A lock is given back by a thread that does not hold it, or destroyed while it is held"),
    /** Threads took locks in a circle, and so may deadlock. */
    LOCK_ORDER("lock order", "lock orders", "Threads take locks in a circle, and so may deadlock"),
    /** Every thread waits for another. */
    DEADLOCK("deadlock", "deadlocks", "Every thread waits for another"),
    /** It took more steps than it may, and nothing changed any more. */
    LIVELOCK("livelock", "livelocks", "Threads run on, and nothing changes any more"),
    /** It took more steps or more time than it may. */
    TOO_LONG("too long", "runs too long", "A run takes more steps or more time than it may"),
    /** It printed something else than it should. */
    WRONG_ANSWER("wrong answer", "wrong answers", "A run prints something else than it should"),
    /** A guest trapped; so do its failed assertions. */
    TRAP("trap", "traps", "A guest traps, as it does when an assertion fails"),
    /** The guest exited with a code other than 0. */
    EXIT("exit", "exits", "A guest exits with a code other than 0"),
    /** A thread failed in the host, or in Java. */
    FAILURE("failure", "failures", "A thread fails in the host");

    private final String label;
    private final String several;
    private final String description;

    Kind(String label, String several, String description) {
      this.label = label;
      this.several = several;
      this.description = description;
    }

    /** As words, such as {@code data race}. */
    @Override
    public String toString() {
      return label;
    }

    /** So many of them, as words: {@code 2 data races}. */
    public String counted(int count) {
      return "%s %s".formatted(count, count == 1 ? label : several);
    }

    /** As one word for programs and files, such as {@code data-race}. */
    public String id() {
      return label.replace(' ', '-');
    }

    /** One line that explains it. */
    public String description() {
      return description;
    }

    /** Whether memory was accessed as it must not be: that has happened, and not only may. */
    public boolean isOfMemory() {
      return switch (this) {
        case RACE, USE_AFTER_FREE, BEYOND_A_BLOCK, DOUBLE_FREE, USE_OF_A_DEAD_STACK -> true;
        default -> false;
      };
    }

    /** The kind of that id; empty if there is none. */
    public static Optional<Kind> of(String id) {
      return Stream.of(values()).filter(kind -> kind.id().equals(id)).findFirst();
    }
  }

  /**
   * Who did something, and where.
   *
   * @param thread the name of the thread; empty if no thread is meant
   * @param what what it did, with its name
   * @param frames where, innermost first; may be empty
   */
  public record Stack(String thread, String what, List<SourceFrame> frames) {
    /** Copies the list. */
    public Stack {
      frames = List.copyOf(frames);
    }

    /** A line of explanation. */
    static Stack note(String text) {
      return new Stack("", text, List.of());
    }

    /** A stack of which functions and lines are told, but no offsets. */
    public static Stack of(String thread, String what, List<SourceFrame> frames) {
      return new Stack(thread, what, frames.stream().map(SourceFrame::withoutOffset).toList());
    }

    /** The innermost place that is in no library; else the innermost; empty if there is none. */
    public Optional<SourceFrame> place() {
      return frames.stream()
          .filter(frame -> !isInLibrary(frame))
          .findFirst()
          .or(() -> frames.stream().findFirst());
    }
  }

  /** Copies the lists. */
  public Finding {
    stacks = List.copyOf(stacks);
    identity = List.copyOf(identity);
  }

  /** A finding that is told by the functions in which its threads were. */
  public static Finding of(Kind kind, String message, List<Stack> stacks) {
    String line = message.lines().findFirst().orElse("");
    return new Finding(kind, 0, kind.toString(), line, stacks, functions(stacks));
  }

  /** The guest exited with a code other than 0. */
  public static Finding ofExit(int code) {
    String message = "exit code " + code;
    return new Finding(
        Kind.EXIT, code, Kind.EXIT.toString(), message, List.of(), List.of(Integer.toString(code)));
  }

  private static List<String> functions(List<Stack> stacks) {
    return stacks.stream()
        .flatMap(stack -> stack.place().stream())
        .map(SourceFrame::function)
        .sorted()
        .toList();
  }

  /** Whether a function is of the C library that a guest brings, judged by its name. */
  public static boolean isInLibrary(SourceFrame frame) {
    return LibraryNames.isLibrary(frame.function());
  }

  /** The innermost place of the first stack that has one. */
  public Optional<SourceFrame> place() {
    return stacks.stream().flatMap(stack -> stack.place().stream()).findFirst();
  }

  /**
   * What it is known by from one run to the next: 16 hexadecimal digits that depend on its kind and
   * its {@link #identity}.
   */
  public String fingerprint() {
    String text = kind.id() + "\n" + String.join("\n", identity);
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Whether another run shows the same defect, as far as can be told. */
  public boolean isLike(Finding other) {
    return kind == other.kind && code == other.code;
  }

  /** The finding as lines of text, the first one its title. */
  public List<String> lines() {
    return lines(title);
  }

  /** The finding as lines of text, the first one its kind and its message. */
  public List<String> linesWithMessage() {
    return lines("%s: %s".formatted(kind, message));
  }

  private List<String> lines(String first) {
    var lines = new ArrayList<String>();
    lines.add(first);
    for (Stack stack : stacks) {
      lines.add("  " + stack.what());
      lines.addAll(Backtrace.lines(stack.frames(), SourceFrame::located));
    }
    return lines;
  }
}
