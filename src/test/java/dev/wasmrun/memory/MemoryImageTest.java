package dev.wasmrun.memory;

import static dev.wasmrun.memory.MemoryType.PAGE_SIZE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.wasmrun.memory.MemoryTrap.Kind;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memories that begin as an image, by a mapping or a copy. */
class MemoryImageTest {
  private final LinearMemory memory = LinearMemory.create(new MemoryType(2, 6, true));

  @AfterEach
  void close() {
    memory.close();
  }

  private MemoryImage image(boolean mapped) {
    var image =
        MemoryImage.of(
            memory, mapped ? Reservation.defaultDirectories() : List.of(Path.of("/nowhere")));
    assertEquals(mapped, image.isShared());
    return image;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void memoriesBeginAsTheImageAndGoTheirOwnWays(boolean mapped) {
    memory.grow(1);
    memory.setLong(8, -1);
    memory.setInt(3 * PAGE_SIZE - 4, 5);
    try (MemoryImage image = image(mapped)) {
      memory.setLong(8, 0);
      LinearMemory first = image.create();
      LinearMemory second = image.create();
      assertEquals(memory.type(), first.type());
      assertEquals(3, first.pages());
      first.setInt(8, 1);
      assertEquals(3, first.grow(3));
      first.setInt(6 * PAGE_SIZE - 4, 6);
      assertEquals(-1, first.grow(1));
      assertEquals(-1, second.getLong(8));
      assertEquals(5, second.getInt(3 * PAGE_SIZE - 4));
      assertEquals(3, second.grow(3));
      assertEquals(0, second.getInt(6 * PAGE_SIZE - 4));
      first.close();
      assertEquals(-1, second.getLong(8));
      second.close();
      assertEquals(-1, image.create().getLong(8));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void memoryIsOverWhicheverWayItIsClosed(boolean mapped) {
    memory.setInt(0, 3);
    try (MemoryImage image = image(mapped)) {
      for (boolean unused : new boolean[] {true, false}) {
        LinearMemory own = image.create();
        if (unused) {
          own.closeUnused();
        } else {
          own.close();
        }
        own.close();
        own.closeUnused();
        LinearMemoryTest.assertTrap(Kind.CLOSED, () -> own.getInt(0));
        LinearMemoryTest.assertTrap(Kind.CLOSED, () -> own.getAndAddInt(0, 1));
        LinearMemoryTest.assertTrap(Kind.CLOSED, () -> own.read(0, new byte[8], 0, 8));
        LinearMemoryTest.assertTrap(Kind.CLOSED, () -> own.wait32(0, 3, 0));
        assertThrows(MemoryTrap.class, () -> own.grow(1));
      }
    }
  }

  /** Were the range given back, the JVM would end. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sliceStaysGood(boolean mapped) {
    memory.setInt(64, 3);
    try (MemoryImage image = image(mapped)) {
      LinearMemory own = image.create();
      ByteBuffer slice = own.writableSlice(64, 8);
      own.closeUnused();
      slice.putInt(4, 9);
      assertEquals(9, slice.getInt(4));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closedImageMakesNoMemories(boolean mapped) {
    MemoryImage image = image(mapped);
    image.close();
    image.close();
    assertThrows(IllegalStateException.class, image::create);
  }
}
