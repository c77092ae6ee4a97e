package dev.wasmrun.check;

import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Names of functions of which nothing is told; {@code *} in a pattern stands for any text. */
final class Suppressions {
  /**
   * Functions of Emscripten's C and C++ libraries that race by the letter: the number of threads is
   * changed outside the lock of their list, a lock's owner is looked at without holding it, calls
   * of {@code setjmp} are numbered plainly, an exception that several threads throw at a time says
   * in one byte whether it is caught, and the allocator looks at the head of a block that it has
   * given away, where a bit is about the block before.
   */
  static final List<String> C_LIBRARY =
      List.of(
          "__pthread_create",
          "_emscripten_thread_exit",
          "__pthread_rwlock_*",
          "saveSetjmp",
          "dlcalloc",
          "dlrealloc",
          "dlmalloc_usable_size",
          "env.__cxa_*");

  private final List<Pattern> patterns;

  Suppressions(List<String> patterns) {
    this(patterns.stream().map(NamePattern::compile));
  }

  private Suppressions(Stream<Pattern> patterns) {
    this.patterns = patterns.toList();
  }

  /** These and more. */
  Suppressions and(List<String> more) {
    return new Suppressions(
        Stream.concat(patterns.stream(), more.stream().map(NamePattern::compile)));
  }

  boolean match(String function) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(function).matches());
  }

  /** Whether one of the functions is meant. */
  boolean match(List<SourceFrame> frames) {
    return frames.stream().anyMatch(frame -> match(frame.function()));
  }
}
