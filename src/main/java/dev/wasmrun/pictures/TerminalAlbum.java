package dev.wasmrun.pictures;

import dev.wasmrun.programs.LifeFrame;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Generations as text, two rows of cells to a line of half blocks, each with a line that names it.
 *
 * <p>On a terminal each is drawn over the one before, at a pace at which people can follow;
 * elsewhere one follows the other. Of a grid that is larger than the window the middle is shown,
 * where patterns begin.
 */
public final class TerminalAlbum implements Album {
  /** The text for pictures that are not shown on a terminal. */
  private static final TerminalSize PAGE = new TerminalSize(26, 80);

  /** Lines of a window that show no cells: the one that names the generation, and the cursor's. */
  private static final int OTHER_LINES = 2;

  private static final long NANOS_PER_PICTURE = TimeUnit.MILLISECONDS.toNanos(50);

  private static final String CURSOR_UP = "\033[%sA";
  private static final String CLEAR_REST_OF_LINE = "\033[K";

  private final Consumer<String> text;
  private final boolean inPlace;
  private final TerminalSize size;

  private int linesBefore;
  private long shownAt;

  /**
   * Creates an album.
   *
   * @param text gets each picture, as one text
   * @param terminal the size of the window that shows it; empty if it is not shown on a terminal
   */
  public TerminalAlbum(Consumer<String> text, Optional<TerminalSize> terminal) {
    this.text = text;
    this.inPlace = terminal.isPresent();
    this.size = terminal.orElse(PAGE);
  }

  @Override
  public void add(LifeFrame frame, boolean last) throws InterruptedException {
    String endOfLine = inPlace ? CLEAR_REST_OF_LINE + "\n" : "\n";
    var picture = new StringBuilder();
    if (inPlace && linesBefore > 0) {
      picture.append(CURSOR_UP.formatted(linesBefore));
      TimeUnit.NANOSECONDS.sleep(shownAt + NANOS_PER_PICTURE - System.nanoTime());
    }
    var blocks = HalfBlocks.of(frame, size.columns(), 2 * (size.lines() - OTHER_LINES));
    String caption = caption(frame, blocks);
    // A line that is too long would become two, and the next picture begin one too low.
    int room = inPlace ? Math.min(size.columns(), caption.length()) : caption.length();
    picture.append(caption, 0, room).append(endOfLine);
    for (String line : blocks.lines()) {
      picture.append(line).append(endOfLine);
    }
    text.accept(picture.toString());
    linesBefore = blocks.lines().size() + 1;
    shownAt = System.nanoTime();
  }

  private static String caption(LifeFrame frame, HalfBlocks blocks) {
    String name = "generation %s, population %s".formatted(frame.generation(), frame.population());
    return blocks.rows() == frame.rows() && blocks.columns() == frame.columns()
        ? name
        : name
            + ", the middle %s of %s rows, %s of %s columns"
                .formatted(blocks.rows(), frame.rows(), blocks.columns(), frame.columns());
  }
}
