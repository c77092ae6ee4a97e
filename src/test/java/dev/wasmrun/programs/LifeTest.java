package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import dev.wasmrun.memory.LinearMemory;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifeTest {
  private static final int GLIDER = 2;
  private static final int GUN = 3;
  private static final int R_PENTOMINO = 4;

  private final Life life = Life.scalar();

  @Property(tries = 300)
  void followsItsRulesOnEveryTorusWithAnyNumberOfThreads(
      @ForAll @IntRange(min = 1, max = 20) int rows,
      @ForAll @IntRange(min = 1, max = 34) int columns,
      @ForAll @IntRange(min = 1, max = 6) int generations,
      @ForAll @IntRange(min = 1, max = 4) int threads,
      @ForAll long seed)
      throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = {rows, columns, generations, 1, seed};
      life.setup(memory, threads, args);
      boolean[][] expected = cells(memory);
      for (int i = 0; i < generations; i++) {
        expected = next(expected);
      }

      ProgramTeam.run(memory, life, threads, args);

      assertArrayEquals(expected, cells(memory));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void anyNumberOfThreadsGetsTheSameGrid(int threads) throws Exception {
    assertEquals(
        "generation 100\npopulation 5993\nhash 16372122946678617166\n",
        ProgramTeam.run(life, threads).text());
  }

  @Test
  void aCellThatIsItsOwnNeighbourDiesOfOvercrowding() throws Exception {
    assertEquals(
        "generation 1\npopulation 0\nhash 0\n", ProgramTeam.run(life, 3, 1, 1, 1, GLIDER).text());
  }

  @Test
  void aGliderComesBackToWhereItBeganAfterOnceAroundTheTorus() throws Exception {
    String begin = ProgramTeam.run(life, 2, 11, 11, 4 * 11, GLIDER).text();
    String onceAround = ProgramTeam.run(life, 2, 11, 11, 8 * 11, GLIDER).text();

    assertEquals(begin.replace("generation 44", "generation 88"), onceAround);
    assertTrue(begin.contains("population 5\n"), begin);
  }

  @ParameterizedTest
  @CsvSource({"0, 36", "30, 41", "60, 46", "90, 51"})
  void theGunSendsOutAGliderEveryThirtyGenerations(long generations, int population)
      throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = {100, 100, generations, GUN, 0};
      if (generations == 0) { // Which would stand for the default.
        life.setup(memory, 2, args);
      } else {
        ProgramTeam.run(memory, life, 2, args);
      }

      assertEquals(population, frame(memory).population());
    }
  }

  @Test
  void theRPentominoLeavesItsFamousHundredAndSixteenCells() throws Exception {
    String text = ProgramTeam.run(life, 2, 640, 640, 1103, R_PENTOMINO).text();

    assertTrue(text.startsWith("generation 1103\npopulation 116\n"), text);
  }

  @Test
  void goesOnFromTheGenerationThatIsThere() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] whole = {30, 30, 7, 1, 5};
      String expected = ProgramTeam.run(memory, life, 3, whole).text();

      long[] one = {30, 30, 1, 1, 5};
      life.setup(memory, 3, one);
      for (int generation = 0; generation < 7; generation++) {
        assertEquals(generation, LifeGrid.in(memory).generation());
        Hammer.strike(3, thread -> life.work(memory, thread, 3, one));
      }

      assertEquals(expected, ProgramTeam.finish(memory, life, 3, one).text());
    }
  }

  @Test
  void aGridThatDoesNotFitIsRefused() throws Exception {
    assertTrue(ProgramTeam.run(life, 2, 1437, 1437, 1).text().startsWith("generation 1\n"));

    IllegalArgumentException large =
        assertThrows(IllegalArgumentException.class, () -> ProgramTeam.run(life, 2, 1500, 1500, 1));
    assertTrue(
        large.getMessage().startsWith("the grid of 1500 rows and 1500 columns takes"),
        large.getMessage());
    assertThrows(IllegalArgumentException.class, () -> ProgramTeam.run(life, 2, 1L << 40, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> ProgramTeam.run(life, 2, 32_767, 32_767, 1));
  }

  @Test
  void aPatternThatDoesNotExistIsRefused() {
    IllegalArgumentException unknown =
        assertThrows(IllegalArgumentException.class, () -> ProgramTeam.run(life, 1, 10, 10, 1, 5));

    assertEquals(
        "pattern is 1 random, 2 glider, 3 Gosper gun or 4 R-pentomino, not 5",
        unknown.getMessage());
  }

  @Test
  void aThreadThatIsInterruptedAtTheBarrierStops() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(life, 1, 1);
      life.setup(memory, 2, args);
      Thread.currentThread().interrupt();

      // The first of two threads has no row of the only one, so it comes to the barrier at once.
      assertThrows(InterruptedException.class, () -> life.work(memory, 0, 2, args));
    }
  }

  @Test
  void anInterruptedThreadComputesNoFurtherRow() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(life, 0, 0, Long.MAX_VALUE);
      life.setup(memory, 1, args);
      Thread.currentThread().interrupt();

      assertThrows(InterruptedException.class, () -> life.work(memory, 0, 1, args));

      assertEquals(0, LifeGrid.in(memory).generation());
    }
  }

  @Test
  void progressIsTheShareOfFinishedGenerations() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      long[] args = ProgramTeam.padded(life, 5, 5, 8);
      assertEquals(0, life.progress(memory, 2, args).orElseThrow().share());
      ProgramTeam.run(memory, life, 2, 5, 5, 2);
      assertEquals(0.25, life.progress(memory, 2, args).orElseThrow().share());
    }
  }

  @Test
  void aCellOutsideTheGridIsAnError() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      life.setup(memory, 1, ProgramTeam.padded(life, 3, 5, 1, GLIDER));
      LifeFrame frame = frame(memory);

      assertEquals(3, frame.rows());
      assertEquals(5, frame.columns());
      assertTrue(frame.isAlive(0, 2));
      assertFalse(frame.isAlive(0, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> frame.isAlive(3, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> frame.isAlive(0, 5));
      assertThrows(IndexOutOfBoundsException.class, () -> frame.isAlive(-1, 0));
    }
  }

  @Test
  void withoutTheBarrierOneThreadStillComputesTheRightGrid() throws Exception {
    assertEquals(
        ProgramTeam.run(life, 1, 50, 60, 70).text(),
        ProgramTeam.run(new RacyLife(), 1, 50, 60, 70).text());
  }

  @Test
  void withoutTheBarrierAThreadThatRunsAloneReadsOldRows() throws Exception {
    try (LinearMemory memory = LinearMemory.create(GalleryMemory.TYPE)) {
      RacyLife racy = new RacyLife();
      long[] args = ProgramTeam.padded(racy, 50, 60, 70);
      racy.setup(memory, 2, args);
      // One after the other: a schedule that the missing barrier allows.
      racy.work(memory, 0, 2, args);
      racy.work(memory, 1, 2, args);

      String wrong = ProgramTeam.finish(memory, racy, 2, args).text();

      assertTrue(wrong.startsWith("generation 70\n"), wrong);
      assertFalse(wrong.equals(ProgramTeam.run(life, 2, 50, 60, 70).text()), wrong);
    }
  }

  private static LifeFrame frame(LinearMemory memory) {
    LifeGrid grid = LifeGrid.in(memory);
    return grid.frame(grid.generation());
  }

  private static boolean[][] cells(LinearMemory memory) {
    return cells(frame(memory));
  }

  static boolean[][] cells(LifeFrame grid) {
    boolean[][] cells = new boolean[grid.rows()][grid.columns()];
    for (int row = 0; row < grid.rows(); row++) {
      for (int column = 0; column < grid.columns(); column++) {
        cells[row][column] = grid.isAlive(row, column);
      }
    }
    return cells;
  }

  /** The generation after this one, by the rules as Conway gave them. */
  static boolean[][] next(boolean[][] cells) {
    boolean[][] next = new boolean[cells.length][cells[0].length];
    for (int row = 0; row < cells.length; row++) {
      for (int column = 0; column < cells[0].length; column++) {
        int neighbours = neighbours(cells, row, column);
        next[row][column] = neighbours == 3 || (neighbours == 2 && cells[row][column]);
      }
    }
    return next;
  }

  private static int neighbours(boolean[][] cells, int row, int column) {
    int neighbours = 0;
    for (int down = -1; down <= 1; down++) {
      for (int right = -1; right <= 1; right++) {
        int y = Math.floorMod(row + down, cells.length);
        int x = Math.floorMod(column + right, cells[0].length);
        neighbours += (down != 0 || right != 0) && cells[y][x] ? 1 : 0;
      }
    }
    return neighbours;
  }
}
