package dev.wasmrun.source;

import java.io.Serializable;

/**
 * A function that was active, and where. Functions that the compiler has put into their callers are
 * frames of their own: they come before the one that they are part of.
 *
 * @param function its name
 * @param offset of the instruction in the file of the module; {@link #NO_OFFSET} if not known
 * @param file the source file, relative to the directory of the compilation if it is below that;
 *     empty if not known
 * @param line the line in the file, from 1; 0 if not known
 * @param column the column, from 1; 0 if not known
 * @param inlined whether it has become part of its caller, which is the next frame
 * @param text the line, without space around it; empty if it cannot be had
 */
public record SourceFrame(
    String function, int offset, String file, int line, int column, boolean inlined, String text)
    implements Serializable {
  /** The offset of what is not in a module, or is not known. */
  public static final int NO_OFFSET = -1;

  /** A frame of which no more is known than its function and, perhaps, its offset. */
  public SourceFrame(String function, int offset) {
    this(function, offset, "", 0, 0, false, "");
  }

  /** Whether file and line are known. */
  public boolean hasLine() {
    return line > 0;
  }

  /** File and line, as {@code work.c:12}; empty if not known. */
  public String place() {
    return hasLine() ? file + ":" + line : "";
  }

  /** The same without its offset. */
  public SourceFrame withoutOffset() {
    return new SourceFrame(function, NO_OFFSET, file, line, column, inlined, text);
  }

  /** As a text that says where in the function, if only by the offset: {@code work (0x1a3)}. */
  public String located() {
    return hasLine() || offset == NO_OFFSET ? toString() : "%s (0x%x)".formatted(function, offset);
  }

  /** For example {@code work}, {@code work (work.c:12)} or {@code add (work.c:3, inlined)}. */
  @Override
  public String toString() {
    return hasLine()
        ? "%s (%s%s)".formatted(function, place(), inlined ? ", inlined" : "")
        : function;
  }
}
