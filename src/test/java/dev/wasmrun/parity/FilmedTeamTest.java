package dev.wasmrun.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.convention.worker.GuestSquad;
import dev.wasmrun.convention.worker.Squad;
import dev.wasmrun.convention.worker.TeamRun;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.Outcome;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.pictures.Album;
import dev.wasmrun.pictures.FilmedSquad;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.GalleryMemory;
import dev.wasmrun.programs.LifeFrame;
import dev.wasmrun.programs.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The camera sees the same game, whoever plays it. */
@Timeout(120)
final class FilmedTeamTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Program LIFE = Catalogue.find("life").orElseThrow().program().orElseThrow();

  /** An album that keeps what it is given, as text. */
  private static final class Kept implements Album {
    private final List<String> pictures = new ArrayList<>();
    private boolean complete;
    private boolean closed;

    @Override
    public void add(LifeFrame frame, boolean last) {
      var cells = new StringBuilder("generation " + frame.generation() + "\n");
      for (int row = 0; row < frame.rows(); row++) {
        for (int column = 0; column < frame.columns(); column++) {
          cells.append(frame.isAlive(row, column) ? 'O' : '.');
        }
        cells.append('\n');
      }
      pictures.add(cells.toString());
      complete = last;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "13, 17, 9, 1, 7",
    "1, 1, 2, 1, 0",
    "5, 64, 4, 1, 3",
    "30, 40, 12, 2, 0",
    "20, 50, 31, 3, 0",
    "9, 9, 10, 4, 0"
  })
  void everyImplementationIsFilmedAlike(
      long rows, long columns, long generations, long pattern, long seed) throws Exception {
    long[] args = {rows, columns, generations, pattern, seed};
    List<String> expected = film(java(1, args), args).pictures;
    assertEquals(generations + 1, expected.size());
    assertTrue(rows == 1 || !expected.get(0).equals(expected.get(1)), "something happens");
    for (int threads : new int[] {1, 2, 5}) {
      assertEquals(expected, film(java(threads, args), args).pictures, "Java");
      for (String module : List.of("life.wasm", "life-c.wasm")) {
        for (Engine engine : Engine.values()) {
          Kept kept = film(guest(module, engine, threads, args), args);
          assertEquals(expected, kept.pictures, module + ", " + engine + ", " + threads);
          assertTrue(kept.complete && kept.closed);
        }
      }
    }
  }

  @Test
  void aCameraThatFailsEndsTheRunAndNoResultComes() throws Exception {
    long[] args = {10, 10, 1_000_000, 1, 0};
    var failure = new IllegalStateException("the film is full");
    var crew = new Crew("life");
    var output = new CollectedOutput();
    Album full =
        (frame, last) -> {
          if (frame.generation() == 3) {
            throw failure;
          }
        };
    var outcome = run(crew, guest("life-c.wasm", Engine.COMPILER, 2, args), args, full, output);

    assertEquals(new Outcome.Failed("life#camera", failure), outcome);
    assertEquals(List.of(), output.lines());
    assertEquals(List.of(), crew.running());
  }

  @Test
  void aTrapWhilePlayingClosesTheAlbum() throws Exception {
    long[] args = {-10, 10, 10, 1, 0};
    var kept = new Kept();
    var outcome =
        run(
            new Crew("life"),
            guest("life.wasm", Engine.COMPILER, 2, args),
            args,
            kept,
            new CollectedOutput());

    assertInstanceOf(Outcome.Trapped.class, outcome);
    assertEquals(List.of(), kept.pictures);
  }

  private static Squad java(int threads, long[] args) {
    return new JavaSquad(LIFE, threads, args, new CollectedOutput());
  }

  private static Squad guest(String module, Engine engine, int threads, long[] args) {
    return new GuestSquad(
        new RunRequest(
            GuestModule.load(module),
            engine,
            threads,
            Optional.empty(),
            Arrays.stream(args).mapToObj(Long::toString).toList(),
            MemoryLimit.NONE,
            TableLimit.DEFAULT,
            true,
            new CollectedOutput(),
            List.of(),
            false));
  }

  private static Kept film(Squad players, long[] args) throws InterruptedException {
    var kept = new Kept();
    var outcome = run(new Crew("life"), players, args, kept, new CollectedOutput());
    assertEquals(new Outcome.Finished(), outcome);
    return kept;
  }

  private static Outcome run(
      Crew crew, Squad players, long[] args, Album album, CollectedOutput output)
      throws InterruptedException {
    var memory = LinearMemory.create(GalleryMemory.TYPE);
    crew.watchForDeadlock(memory);
    var filmed = new FilmedSquad(players, crew, args, List.of(album));
    crew.spawn("leader", new TeamRun(List.of(filmed), memory, crew, output, false));
    return crew.await(LIMIT);
  }
}
