package dev.wasmrun.check;

import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in the code that a run executes.
 *
 * @param function the name of a guest's function, of a host function, or a line of Java code
 * @param offset of the instruction in the file of the guest's module; {@link #NO_OFFSET} for others
 * @param frames the functions there, innermost first, with files and lines where they are known:
 *     first those that have become part of this one, which is the last
 */
public record Site(String function, int offset, List<SourceFrame> frames) {
  /** The offset of what is not in a module. */
  public static final int NO_OFFSET = SourceFrame.NO_OFFSET;

  /** Copies the lists. */
  public Site {
    frames = List.copyOf(frames);
  }

  /** A place of which the sources tell nothing. */
  Site(String function) {
    this(function, NO_OFFSET, List.of(new SourceFrame(function, NO_OFFSET)));
  }

  /** The innermost frame: a function, and a file and a line where they are known. */
  public SourceFrame innermost() {
    return frames.get(0);
  }

  /**
   * The frames of the site and of what was around it.
   *
   * @param active all frames that were active, the site's own first, or none
   */
  public List<SourceFrame> within(List<SourceFrame> active) {
    int own = 0;
    while (own < active.size() && active.get(own).inlined()) {
      own++;
    }
    var all = new ArrayList<>(frames);
    active.stream().skip(own + 1L).map(SourceFrame::withoutOffset).forEach(all::add);
    return all;
  }

  /**
   * The function with file and line or, where they are not known, with the offset, if there is one:
   * {@code work (work.c:12)}, {@code work (0x1a3)}.
   */
  @Override
  public String toString() {
    return innermost().located();
  }
}
