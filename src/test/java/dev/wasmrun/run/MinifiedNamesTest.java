package dev.wasmrun.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Minification;
import dev.wasmrun.module.ModuleException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A program whose names are minified, with what tells the names it had. */
@Timeout(120)
final class MinifiedNamesTest {
  private static final String MAP =
      """
      a:memory
      b:emscripten_get_now
      c:__emscripten_thread_cleanup
      d:__pthread_create_js
      e:fd_write
      f:_emscripten_default_pthread_stack_size
      g:emscripten_unwind_to_js_event_loop
      h:__emscripten_init_main_thread_js
      i:emscripten_receive_on_main_thread_js
      j:emscripten_set_canvas_element_size
      k:emscripten_webgl_create_context
      l:emscripten_resize_heap
      m:emscripten_memcpy_big
      n:emscripten_check_blocking_allowed
      o:exit
      p:_emscripten_notify_thread_queue
      q:__wasm_call_ctors
      r:main
      s:__indirect_function_table
      t:emscripten_tls_init
      u:__stdio_exit
      v:__funcs_on_exit
      x:_emscripten_thread_init
      y:emscripten_current_thread_process_queued_calls
      D:_emscripten_thread_free_data
      E:_emscripten_thread_exit
      F:pthread_self
      G:free
      H:malloc
      I:emscripten_stack_set_limits
      J:stackSave
      K:stackRestore
      L:stackAlloc
      """;

  private static final String PRINTED = "hello from a thread\nhello from main\n";

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void writeModule() throws IOException {
    file = Files.write(directory.resolve("prog.wasm"), Fixtures.bytes("pthreads-minified"));
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void aMapTellsTheNames(Engine engine) throws Exception {
    Path map = Files.writeString(directory.resolve("names.txt"), MAP);
    GuestModule module = GuestModule.load(file.toString(), map);
    assertEquals(PRINTED, ModuleRun.of(module).engine(engine).run().output());
  }

  @Test
  void theScriptBesideTheModuleTellsThem() throws Exception {
    Files.writeString(directory.resolve("prog.js"), script());
    assertEquals(PRINTED, ModuleRun.of(GuestModule.load(file)).run().output());
  }

  @Test
  void aScriptThatHasTheModuleInItIsRun() throws Exception {
    String encoded = Base64.getEncoder().encodeToString(Files.readAllBytes(file));
    String small = Base64.getEncoder().encodeToString(Fixtures.bytes("wasi-command"));
    Path single =
        Files.writeString(
            directory.resolve("single.mjs"),
            "f('%s');\nvar wasmBinaryFile=\"data:application/octet-stream;base64,%s\";\n%s"
                .formatted(small, encoded, script()));
    GuestModule module = GuestModule.load(single);
    assertEquals("single.mjs", module.name());
    assertEquals(PRINTED, ModuleRun.of(module).run().output());
  }

  @Test
  void theMemoryOfAnOlderReleaseHasItsName() throws Exception {
    Path old = directory.resolve("old.wasm");
    Files.write(old, Fixtures.bytes("minified-functions"));
    Files.writeString(
        directory.resolve("old.js"),
        "var asmLibraryArg={a:_emscripten_resize_heap,memory:wasmMemory};"
            + "var _answer=Module[\"asm\"][\"b\"];");
    var run = ModuleRun.of(GuestModule.load(old)).invoke("answer").run().orThrow();
    assertEquals(42, run.returned().get(0).asInt());
  }

  @Test
  void exportsAreKnownWhereTheScriptIsMinifiedToo() throws Exception {
    Path twice = directory.resolve("twice.wasm");
    Files.write(twice, Fixtures.bytes("minified-twice"));
    Files.writeString(
        directory.resolve("twice.js"),
        "var f={a:q,b:r};k._plain=h.c;x._other=y.d;function z(){p=k._asks=h.e;}");
    GuestModule module = GuestModule.load(twice);
    assertEquals(7, ModuleRun.of(module).invoke("plain").run().orThrow().returned().get(0).asInt());
    var asking = ModuleRun.of(module).invoke("asks").run();
    assertTrue(
        asking
            .outcome()
            .toString()
            .contains(
                "it called a.a () -> (i32), which this host does not have: its name is minified, and nothing tells what it was"),
        asking.outcome().toString());
    var refused = assertThrows(LinkException.class, () -> ModuleRun.of(module).run());
    assertTrue(refused.getMessage().contains("does not tell those of a"), refused.getMessage());
  }

  @Test
  void functionsAreRecognisedWhereTheScriptIsMinifiedToo() throws Exception {
    Path twice = directory.resolve("twice.wasm");
    Files.write(twice, Fixtures.bytes("minified-twice"));
    Files.writeString(
        directory.resolve("twice.js"), "var f={a:()=>2147483648,b:r};k._plain=h.c;k._asks=h.e;");
    GuestModule module = GuestModule.load(twice);
    Minification names = Minification.of(module).orElseThrow();
    assertEquals(Set.of("env.emscripten_get_heap_max"), names.recognised());
    assertEquals("a", names.imports().get("env.emscripten_get_heap_max"));
    assertEquals(1, ModuleRun.of(module).invoke("asks").run().orThrow().returned().size());
  }

  @Test
  @Timeout(60) // Reading the names took time with the square of the length of a word.
  void aLongWordInAScriptIsReadOnce() throws Exception {
    Files.writeString(
        directory.resolve("prog.js"), "var x='" + "w".repeat(3_000_000) + "';" + script());
    assertEquals(PRINTED, ModuleRun.of(GuestModule.load(file)).run().output());
  }

  @Test
  void aScriptOfAnotherNameIsFoundIfItMentionsTheModule() throws Exception {
    Path main =
        Files.writeString(directory.resolve("main.mjs"), "locate('prog.wasm');\n" + script());
    Files.writeString(directory.resolve("other.js"), script().replace(":_fd_write", ":_exit"));
    GuestModule module = GuestModule.load(file);
    assertEquals(PRINTED, ModuleRun.of(module).run().output());
    assertEquals(Optional.of(main), Minification.of(module).orElseThrow().file());
  }

  @Test
  void scriptsThatTellDifferentNamesTellNone() throws Exception {
    Files.writeString(directory.resolve("main.js"), "locate('prog.wasm');\n" + script());
    Files.writeString(
        directory.resolve("older.js"),
        "locate('prog.wasm');\n" + script().replace(":_fd_write", ":_fd_read"));
    var refused =
        assertThrows(LinkException.class, () -> ModuleRun.of(GuestModule.load(file)).run());
    assertTrue(
        refused.getMessage().contains("no .js file beside it tells what they were"),
        refused::getMessage);
  }

  @Test
  void ofTwoListsInAScriptTheOneIsRightThatHasNoOthers() throws Exception {
    String longer = script().replace("{a:wasmMemory,", "{z:_z,a:_wrong,");
    Files.writeString(directory.resolve("prog.js"), longer.lines().findFirst().get() + script());
    assertEquals(PRINTED, ModuleRun.of(GuestModule.load(file)).run().output());
    Files.writeString(
        directory.resolve("prog.js"),
        script().lines().findFirst().get().replace(":_exit", ":_proc_exit") + script());
    assertThrows(LinkException.class, () -> ModuleRun.of(GuestModule.load(file)).run());
  }

  @Test
  void dataInAFileForJavaScriptAreMissed() throws Exception {
    Path bare = directory.resolve("bare.wasm");
    Files.write(bare, new byte[] {0, 'a', 's', 'm', 1, 0, 0, 0});
    GuestModule.load(bare);
    Files.write(directory.resolve("bare.js.mem"), new byte[8]);
    var refused = assertThrows(ModuleException.class, () -> GuestModule.load(bare));
    assertEquals(
        "cannot load bare.wasm: its static data are in bare.js.mem, for JavaScript to put in place; build it with -sWASM=1 instead of -sWASM=2",
        refused.getMessage());
  }

  @Test
  void aScriptWithoutAModuleIsRefused() throws Exception {
    Path none = Files.writeString(directory.resolve("none.js"), script());
    var refused = assertThrows(ModuleException.class, () -> GuestModule.load(none));
    assertEquals(
        "cannot load none.js: there is no module in this JavaScript; name the .wasm file that it loads, or build it with -sWASM=1 if there is none",
        refused.getMessage());
    Path broken = Files.writeString(directory.resolve("broken.cjs"), "f('AGFzbQEAAAAA')");
    assertTrue(
        assertThrows(ModuleException.class, () -> GuestModule.load(broken))
            .getMessage()
            .startsWith("cannot load broken.cjs"));
  }

  /** As Emscripten writes it: imports as a literal, exports as assignments. */
  private static String script() {
    String imports =
        MAP.lines()
            .limit(16)
            .map(line -> line.replace(":memory", ":wasmMemory").replaceFirst(":(?!wasm)", ":_"))
            .collect(Collectors.joining(","));
    String exports =
        MAP.lines()
            .skip(16)
            .map(
                line ->
                    "var _%s=Module[\"asm\"][\"%s\"];".formatted(line.substring(2), line.charAt(0)))
            .collect(Collectors.joining("\n"));
    return "var asmLibraryArg={" + imports + "};\n" + exports;
  }

  @Test
  void whatIsNotToldIsNamed() throws Exception {
    Path map =
        Files.writeString(
            directory.resolve("names.txt"), MAP.lines().skip(2).collect(Collectors.joining("\n")));
    GuestModule module = GuestModule.load(file.toString(), map);
    var refused = assertThrows(LinkException.class, () -> ModuleRun.of(module).run().orThrow());
    assertTrue(
        refused.getMessage().contains(map + " does not tell those of b"), refused::getMessage);
  }

  @Test
  void aFileWithoutNamesIsRefused() throws Exception {
    Path other = Files.writeString(directory.resolve("other.js"), "console.log(1)");
    var refused =
        assertThrows(ModuleException.class, () -> GuestModule.load(file.toString(), other));
    assertEquals(
        "cannot read names from %s: it has none of the 16 imports and 22 exports of the module"
            .formatted(other),
        refused.getMessage());
    Path missing = directory.resolve("missing");
    assertEquals(
        "cannot read names from %s: no such file".formatted(missing),
        assertThrows(ModuleException.class, () -> GuestModule.load(file.toString(), missing))
            .getMessage());
  }
}
