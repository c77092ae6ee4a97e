package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.LinkException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Libraries that Java opens, with threads and without. */
@Timeout(120)
final class OpenedLibraryTest {

  @Test
  void aLibraryOfOneThreadIsCalledOnTheCurrentOne() {
    try (var library = Library.open(Fixtures.module("library-lacks"))) {
      assertEquals(5, library.guest().call("add", 2, 3)[0]);
      assertEquals(5L, (long) library.apply(guest -> guest.call("add", 2, 3)[0]));
      assertSame(Thread.currentThread(), library.apply(guest -> Thread.currentThread()));
    }
  }

  @Test
  void aLibraryThatStartsThreadsKeepsThemUntilItIsClosed() {
    var out = new ByteArrayOutputStream();
    var config = RunConfig.builder().out(out).build();
    try (var library = Library.open(Fixtures.module("pthreads-called"), config)) {
      assertNotSame(Thread.currentThread(), library.apply(guest -> Thread.currentThread()));
      assertEquals(5050L, (long) library.apply(guest -> guest.call("add_up", 100, 3)[0]));
      // From within, too, as a function of the host may do.
      Thread within = library.apply(guest -> library.apply(same -> Thread.currentThread()));
      assertSame(library.apply(guest -> Thread.currentThread()), within);
    }
    assertEquals("added by a pool\n", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aTrapInAThreadEndsTheCallThatWaitsForIt() {
    try (var library = Library.open(Fixtures.module("pthreads-called"))) {
      var failed =
          assertThrows(
              GuestFailure.class, () -> library.apply(guest -> guest.call("trap_in_thread")));
      assertTrue(failed.getMessage().contains("unreachable"), failed::getMessage);
    }
  }

  @Test
  void aProgramOfWasiThatStartsThreadsIsNone() {
    var refused =
        assertThrows(LinkException.class, () -> Library.open(Fixtures.module("wasi-threads")));
    assertEquals(
        "cannot open wasi-threads.wasm: it is a program that starts threads, and has a _start of its own",
        refused.getMessage());
  }
}
