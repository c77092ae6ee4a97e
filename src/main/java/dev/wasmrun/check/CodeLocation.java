package dev.wasmrun.check;

import java.util.Optional;

/**
 * A place in the code that a finding is about.
 *
 * @param function the name of a guest's function, of a host function, or a line of Java code
 * @param offset of the instruction in the file of the guest's module; {@link Site#NO_OFFSET} where
 *     it is not known or there is no such file
 * @param source where that is in the source; empty where it is not known
 */
public record CodeLocation(String function, int offset, Optional<Source> source) {

  /**
   * A place in a file of the guest's source.
   *
   * @param file its path, as the compiler was given it
   * @param line from 1
   * @param column from 1; 0 if it is not known
   * @param text the line itself; empty if it is not known
   */
  public record Source(String file, int line, int column, String text) {
    /** The file and the line, as {@code queue.c:12}. */
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  static CodeLocation of(Site site) {
    return new CodeLocation(site.function(), site.offset(), Optional.empty());
  }

  /** Somewhere in a function of which no more is known. */
  public static CodeLocation in(String function) {
    return new CodeLocation(function, Site.NO_OFFSET, Optional.empty());
  }

  /** Whether it is in the C library that a guest brings, judged by the function's name. */
  public boolean isInLibrary() {
    return LibraryNames.isLibrary(function);
  }

  /** The function and what is known of where in it, as {@code work (0x1a3)}. */
  @Override
  public String toString() {
    String at =
        offset == Site.NO_OFFSET
            ? function
            : "%s (0x%s)".formatted(function, Integer.toHexString(offset));
    return source.map(where -> at + " " + where).orElse(at);
  }
}
