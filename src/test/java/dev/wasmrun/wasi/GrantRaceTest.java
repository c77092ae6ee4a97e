package dev.wasmrun.wasi;

import static dev.wasmrun.wasi.WasiCaller.CREATE;
import static dev.wasmrun.wasi.WasiCaller.DIRECTORY;
import static dev.wasmrun.wasi.WasiCaller.FILE_RIGHTS;
import static dev.wasmrun.wasi.WasiCaller.GRANT;
import static dev.wasmrun.wasi.WasiCaller.TRUNCATE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Hammer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guests use names while another program, or the guest itself, changes what they mean. */
final class GrantRaceTest {
  private static final String SECRET = "the secret outside";

  /** A short form of ten seconds of it, which are some 2000. */
  private static final int ROUNDS = Integer.getInteger("wasi.rounds", 300);

  @TempDir Path temporary;
  private Path inside;
  private Path outside;
  private WasiCaller guest;

  @BeforeEach
  void grant() throws IOException {
    inside = Files.createDirectory(temporary.resolve("inside"));
    outside = Files.createDirectory(temporary.resolve("outside"));
    for (Path parent : new Path[] {outside, Files.createDirectory(inside.resolve("real"))}) {
      Files.createDirectory(parent.resolve("sub"));
      Files.writeString(parent.resolve("file"), parent.equals(outside) ? SECRET : "inside");
    }
    Files.createSymbolicLink(inside.resolve("real/link"), Path.of("inside-target"));
    Files.createSymbolicLink(outside.resolve("link"), Path.of("outside-target"));
    guest = WasiCaller.granted(inside);
  }

  /** Whatever a race made of a name, it is no failure of the device, and no reason to wait. */
  @AfterEach
  void close() {
    guest.close();
    assertFalse(guest.answers.contains(Errno.IO), guest.answers::toString);
    assertFalse(guest.answers.contains(Errno.AGAIN), guest.answers::toString);
  }

  /**
   * "swap" is by turns a directory of the grant and a link to the directory outside, two system
   * calls apart.
   */
  private void swapUntil(AtomicBoolean done, AtomicInteger swaps) throws IOException {
    Path swap = inside.resolve("swap");
    Path parked = inside.resolve("parked");
    Path real = inside.resolve("real");
    Files.createSymbolicLink(parked, outside);
    while (!done.get()) {
      Files.move(real, swap, StandardCopyOption.ATOMIC_MOVE);
      Files.move(swap, real, StandardCopyOption.ATOMIC_MOVE);
      Files.move(parked, swap, StandardCopyOption.ATOMIC_MOVE);
      Files.move(swap, parked, StandardCopyOption.ATOMIC_MOVE);
      swaps.incrementAndGet();
    }
  }

  @Test
  void aDirectorySwappedWithALinkNeverLeadsOut() throws Exception {
    var done = new AtomicBoolean();
    var swaps = new AtomicInteger();
    var through = new AtomicInteger();
    var working = new AtomicInteger(2);
    Hammer.Work user =
        thread -> {
          WasiCaller own = guest.at(thread);
          try {
            for (int i = 0; i < ROUNDS || through.get() == 0; i++) {
              for (int look = 0; look < 8; look++) {
                lookThrough(own, through);
              }
              change(own, thread + "-" + i, through);
            }
          } finally {
            if (working.decrementAndGet() == 0) {
              done.set(true); // by the last alone: set to false, it would revoke another's true
            }
          }
        };
    Hammer.strike(user, user, thread -> swapUntil(done, swaps));
    assertTrue(swaps.get() > 0);
    assertTrue(through.get() > 0, "no operation ever met the directory: the race was not run");
    try (var left = Files.list(outside)) {
      assertEquals(3, left.count());
    }
    assertEquals(SECRET, Files.readString(outside.resolve("file")));
    try (var left = Files.list(outside.resolve("sub"))) {
      assertEquals(0, left.count());
    }
  }

  private static void lookThrough(WasiCaller own, AtomicInteger through) {
    if (own.open("swap/file") == Errno.SUCCESS) {
      int file = own.opened();
      assertEquals(Errno.SUCCESS, own.read(file, 100));
      assertNotEquals(SECRET, own.text());
      own.close(file);
      through.incrementAndGet();
    }
    if (own.stat("swap/file", true) == Errno.SUCCESS) {
      assertNotEquals(SECRET.length(), own.statSize());
    }
    if (own.readLink("swap/link") == Errno.SUCCESS) {
      assertEquals("inside-target", own.linkRead());
    }
  }

  private static void change(WasiCaller own, String unique, AtomicInteger through) {
    if (own.open(GRANT, "swap/new" + unique, true, CREATE | TRUNCATE, FILE_RIGHTS, 0)
        == Errno.SUCCESS) {
      own.close(own.opened());
      through.incrementAndGet();
    }
    own.onPath("path_create_directory", "swap/dir" + unique);
    own.onPath("path_remove_directory", "swap/dir" + unique);
    own.onPath("path_remove_directory", "swap/sub");
    own.onPath("path_create_directory", "swap/sub/made");
    own.symlink("file", "swap/sym" + unique);
    own.hardLink("swap/file", false, "hard" + unique);
    if (own.open("hard" + unique) == Errno.SUCCESS) {
      int linked = own.opened();
      assertEquals(Errno.SUCCESS, own.read(linked, 100));
      assertNotEquals(SECRET, own.text());
      own.close(linked);
      own.onPath("path_unlink_file", "hard" + unique);
    }
    own.two("path_rename", "swap/file", "swap/sub/file");
    own.two("path_rename", "swap/sub/file", "swap/file");
  }

  @Test
  void aNameSwappedWithALinkNeverLeadsOut() throws Exception {
    var done = new AtomicBoolean();
    var working = new AtomicInteger(2);
    var through = new AtomicInteger();
    Path name = inside.resolve("name");
    Hammer.Work swapper =
        thread -> {
          Path parked = inside.resolve("parked");
          while (!done.get()) {
            Files.createSymbolicLink(parked, outside.resolve("file"));
            Files.move(parked, name, StandardCopyOption.ATOMIC_MOVE);
            Files.writeString(parked, "inside");
            Files.move(parked, name, StandardCopyOption.ATOMIC_MOVE);
          }
        };
    Hammer.Work user =
        thread -> {
          WasiCaller own = guest.at(thread);
          try {
            for (int i = 0; i < ROUNDS || through.get() == 0; i++) {
              int flags = i % 2 == 0 ? 0 : CREATE | TRUNCATE;
              if (own.open(GRANT, "name", true, flags, FILE_RIGHTS, 0) == Errno.SUCCESS) {
                int file = own.opened();
                own.read(file, 100);
                assertNotEquals(SECRET, own.text());
                own.write(file, "overwritten");
                own.close(file);
                through.incrementAndGet();
              }
              if (own.stat("name", true) == Errno.SUCCESS) {
                assertNotEquals(SECRET.length(), own.statSize());
              }
            }
          } finally {
            if (working.decrementAndGet() == 0) {
              done.set(true); // by the last alone: set to false, it would revoke another's true
            }
          }
        };
    Hammer.strike(user, user, swapper);
    assertTrue(through.get() > 0);
    assertEquals(SECRET, Files.readString(outside.resolve("file")));
  }

  /** The guest's own threads rename a directory with an open one in it and climb out of that. */
  @Test
  void threadsOfTheGuestDoNotRaceOneAnotherOut() throws Exception {
    assertEquals(Errno.SUCCESS, guest.onPath("path_create_directory", "deep"));
    assertEquals(
        Errno.SUCCESS, guest.open(GRANT, "real/sub", true, DIRECTORY, Right.OF_DIRECTORY, 0));
    int sub = guest.opened();
    Hammer.strike(
        thread -> {
          WasiCaller own = guest.at(thread);
          for (int i = 0; i < ROUNDS; i++) {
            assertEquals(Errno.SUCCESS, own.two("path_rename", "real/sub", "deep/sub"));
            assertEquals(Errno.SUCCESS, own.two("path_rename", "deep/sub", "real/sub"));
          }
        },
        thread -> {
          WasiCaller own = guest.at(thread);
          for (int i = 0; i < ROUNDS; i++) {
            assertNotEquals(Errno.SUCCESS, own.open("real/sub/../../../outside/file"));
            assertEquals(Errno.PERM, own.open(sub, "../file", true, 0, FILE_RIGHTS, 0));
            assertEquals(Errno.SUCCESS, own.open(sub, "made", true, CREATE, FILE_RIGHTS, 0));
            own.close(own.opened());
          }
        });
    assertEquals(SECRET, Files.readString(outside.resolve("file")));
  }
}
