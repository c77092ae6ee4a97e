package dev.wasmrun.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.check.race.Race;
import dev.wasmrun.check.race.RaceDetector;
import dev.wasmrun.check.race.ThreadClock;
import dev.wasmrun.check.race.Trespass;
import dev.wasmrun.memory.LibraryFunction;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What blocks of memory tell of who uses them, without a guest. */
final class AllocationsTest {
  private static final int BLOCK = 0x1000;
  private static final int SIZE = 24;

  private final List<Race> races = new ArrayList<>();
  private final List<Trespass> trespasses = new ArrayList<>();
  private final RaceDetector detector = new RaceDetector(races::add, trespasses::add);
  private final ThreadClock owner = detector.root("owner");
  private final ThreadClock other = detector.spawn(owner, "other", 0);
  private final Allocations allocations =
      new Allocations(
          owner, detector, new MemoryErrors(new CodePlaces(), new Suppressions(List.of())));

  private void allocate(int address) {
    allocations.called(LibraryFunction.ALLOCATE, SIZE, 0, 1, true, List::of);
    allocations.returned(LibraryFunction.ALLOCATE, address);
  }

  private void free(int address) {
    allocations.called(LibraryFunction.FREE, address, 0, 2, true, List::of);
    allocations.returned(LibraryFunction.FREE, 0);
  }

  private void resize(int address, int size, int result) {
    allocations.called(LibraryFunction.REALLOCATE, address, size, 3, true, List::of);
    allocations.returned(LibraryFunction.REALLOCATE, result);
  }

  @Test
  void aBlockThatHasTakenAnOthersPlaceIsNotForWhoKnowsTheOther() {
    allocate(BLOCK);
    detector.release(owner, "handed over", 0);
    detector.acquire(other, "handed over", 0);
    detector.plain(other, BLOCK, 4, true, 9);
    assertEquals(List.of(), races);
    detector.release(other, "given back", 0);
    detector.acquire(owner, "given back", 0);
    free(BLOCK);
    allocate(BLOCK);
    detector.plain(other, BLOCK, 4, true, 9);
    assertEquals(1, races.size());
    assertEquals(List.of(), trespasses);
  }

  @Test
  void aBlockThatIsFreedIsNobodys() {
    allocate(BLOCK);
    free(BLOCK);
    detector.plain(owner, BLOCK + 8, 4, false, 9);
    assertEquals(1, trespasses.size());
  }

  @Test
  void aBlockThatStaysWhereItIsKeepsWhatWasDoneToIt() {
    allocate(BLOCK);
    detector.release(owner, "handed over", 0);
    detector.acquire(other, "handed over", 0);
    resize(BLOCK, 2 * SIZE, BLOCK);
    detector.plain(other, BLOCK, 4, false, 9);
    assertEquals(1, races.size());
    resize(BLOCK, SIZE, BLOCK);
    detector.plain(owner, BLOCK + SIZE - 4, 4, true, 9);
    assertEquals(List.of(), trespasses);
  }

  @Test
  void aBlockThatHasMovedIsLeftBehind() {
    allocate(BLOCK);
    resize(BLOCK, 100 * SIZE, 2 * BLOCK);
    detector.plain(owner, 2 * BLOCK, 4, true, 9);
    assertEquals(List.of(), trespasses);
    detector.plain(owner, BLOCK, 4, true, 9);
    // The allocator frees a block within: told by a call of its own.
    allocations.called(LibraryFunction.REALLOCATE, 2 * BLOCK, SIZE, 3, true, List::of);
    allocations.called(LibraryFunction.FREE, 2 * BLOCK, 0, 3, false, List::of);
    allocations.returned(LibraryFunction.FREE, 0);
    allocations.returned(LibraryFunction.REALLOCATE, 3 * BLOCK);
    detector.plain(owner, 2 * BLOCK, 4, true, 9);
    assertEquals(1, trespasses.size());
    assertEquals(List.of(), races);
  }
}
