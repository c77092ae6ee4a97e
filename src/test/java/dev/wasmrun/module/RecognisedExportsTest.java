package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exports of Emscripten's whose names no script tells. */
@Timeout(60)
final class RecognisedExportsTest {
  private static final String OF_STACK =
      """
      (func (export "n") (param i32 i32) local.get 0 global.set $end local.get 1 global.set $base)
      (func (export "o") (param i32) local.get 0 global.set $sp)
      (func (export "p") (param i32) (result i32) (local i32)
        global.get $sp local.get 0 i32.sub i32.const -16 i32.and local.tee 1 global.set $sp local.get 1)
      (func (export "q") (result i32) global.get $sp)
      """;

  private static final String OF_THREADS =
      """
      (func (export "c") (result i32) i32.const 8 global.set $tls i32.const 8)
      (func (export "d") (result i32) global.get $self)
      (func (export "e") (param i32 i32 i32 i32 i32 i32)
        local.get 0 global.set $self local.get 1 global.set $main local.get 2 drop)
      (func (export "f"))
      (func (export "g") (param i32 i32 i32 i32 i32) (result f64) f64.const 0)
      (func (export "h") (param i32))
      (func (export "i") (param i32))
      (func (export "j") (param i32 f64))
      (func (export "k"))
      """;

  private static final String OF_EXCEPTIONS =
      """
      (func (export "l") (param i32 i32)
        i32.const 0 i32.load i32.eqz
        if i32.const 4 local.get 1 i32.store i32.const 0 local.get 0 i32.store end)
      (func (export "m") (param i32) local.get 0 global.set $second)
      """;

  @TempDir Path directory;

  private Map<String, String> names(String... functions) throws IOException {
    String text =
        """
        (module
          (import "a" "a" (func (param i32)))
          (memory 1)
          (global $sp (mut i32) (i32.const 65536)) (global $end (mut i32) (i32.const 0))
          (global $base (mut i32) (i32.const 0)) (global $self (mut i32) (i32.const 0))
          (global $main (mut i32) (i32.const 0)) (global $tls (mut i32) (i32.const 0))
          (global $second (mut i32) (i32.const 0))
          (func (export "b"))
          %s)
        """
            .formatted(String.join("", functions));
    Path file = Files.writeString(directory.resolve("module.wat"), text);
    return Minification.of(GuestModule.load(file)).orElseThrow().exports();
  }

  @Test
  void thoseOfTheStackAreKnownByTheirCode() throws IOException {
    assertEquals(
        Map.of(
            "emscripten_stack_set_limits", "n",
            "_emscripten_stack_restore", "o",
            "_emscripten_stack_alloc", "p",
            "emscripten_stack_get_current", "q"),
        names(OF_STACK));
  }

  @Test
  void thoseOfThreadsAreKnownByTheirOrder() throws IOException {
    Map<String, String> names = names(OF_THREADS, OF_EXCEPTIONS, OF_STACK);
    assertEquals("c", names.get("_emscripten_tls_init"));
    assertEquals("d", names.get("pthread_self"));
    assertEquals("e", names.get("_emscripten_thread_init"));
    assertEquals("h", names.get("_emscripten_thread_free_data"));
    assertEquals("i", names.get("_emscripten_thread_exit"));
    assertEquals("k", names.get("_emscripten_check_mailbox"));
    assertEquals("l", names.get("setThrew"));
    assertEquals("m", names.get("_emscripten_tempret_set"));
    assertEquals("o", names.get("_emscripten_stack_restore"));
    assertEquals(12, names.size());
  }

  @Test
  void whereSomethingElseStandsBetweenThemThreadsAreUnknown() throws IOException {
    String other = "(func (export \"x\") (param i64))\n";
    Map<String, String> names = names(OF_THREADS, other, OF_STACK);
    assertEquals(4, names.size(), names::toString);
    assertEquals(Map.of(), names(OF_STACK.replace("i32.sub", "i32.add")));
    assertEquals(Map.of(), names(OF_STACK.replace("global.get $sp)", "global.get $base)")));
  }

  @Test
  void twoThatFitAreOneTooMany() throws IOException {
    String again =
        OF_STACK.replace("\"n\"", "\"r\"").replace("\"o\"", "\"s\"").replace("\"p\"", "\"t\"");
    assertEquals(Map.of(), names(OF_STACK, again.replace("\"q\"", "\"u\"")));
  }
}
