package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Names as the JavaScript of several releases of Emscripten has them. */
final class OriginalNamesTest {
  private static final Set<String> IMPORTED = Set.of("a", "b", "c");
  private static final Set<String> EXPORTED = Set.of("d", "e", "f", "g");

  private static OriginalNames read(String text) {
    return new OriginalNames(text, IMPORTED, EXPORTED);
  }

  private static void assertNames(String text, Map<String, String> imports) {
    assertEquals(imports, read(text).imports(), text);
  }

  @Test
  void namesAreThoseOfOlderReleases() {
    OriginalNames names =
        read(
            """
            var asmLibraryArg={"a":wasmMemory||Module["wasmMemory"],"b":_emscripten_resize_heap,"c":_fd_write};
            Module["asm"]=exports;wasmTable=Module["asm"]["e"];registerTLSInit(Module["asm"]["g"]);
            var ___wasm_call_ctors=Module["___wasm_call_ctors"]=function(){return(___wasm_call_ctors=Module["___wasm_call_ctors"]=Module["asm"]["d"]).apply(null,arguments)};
            var _main=Module["_main"]=function(){return(_main=Module["_main"]=Module["asm"]["f"]).apply(null,arguments)};
            """);
    assertEquals(
        Map.of("a", "memory", "b", "emscripten_resize_heap", "c", "fd_write"), names.imports());
    assertEquals(
        Map.of(
            "d", "__wasm_call_ctors",
            "e", "__indirect_function_table",
            "f", "main",
            "g", "_emscripten_tls_init"),
        names.exports());
  }

  @Test
  void namesAreThoseOfToday() {
    OriginalNames names =
        read(
            """
            function initRuntime(){runtimeInitialized=true;wasmExports["d"]()}
            function assignWasmExports(wasmExports){_main=Module["_main"]=wasmExports["f"];_malloc=wasmExports["e"];memory=wasmMemory=wasmExports["g"]}
            var wasmImports={a:__abort_js,b:invoke_vi,c:___cxa_throw};
            """);
    assertEquals(Map.of("a", "_abort_js", "b", "invoke_vi", "c", "__cxa_throw"), names.imports());
    assertEquals(
        Map.of("d", "__wasm_call_ctors", "e", "malloc", "f", "main", "g", "memory"),
        names.exports());
  }

  @Test
  void aMapHasANameOnEachLine() {
    OriginalNames names = read("a:memory\nb:_abort_js\n\nf:main\nz:other\n");
    assertEquals(Map.of("a", "memory", "b", "_abort_js"), names.imports());
    assertEquals(Map.of("f", "main"), names.exports());
  }

  @Test
  void valuesMayBeMoreThanNames() {
    assertNames(
        "x({ /* all */ 'a' : _first, // the first\n b: _second(function() { return {c: 1} }, \"}\"), c: _third })",
        Map.of("a", "first", "b", "second", "c", "third"));
    assertNames("{a:_first,b:function(){},c:_third}", Map.of("a", "first", "c", "third"));
  }

  @Test
  void otherLiteralsAreNoLists() {
    assertNames(
        "{a:_one,z:_two}; {a:_first,b:_second,c:_third}; {c:_x}",
        Map.of("a", "first", "b", "second", "c", "third"));
    assertNames("{a:_first}", Map.of()); // too few to be it
    assertNames("{a:Pa,b:c,c:$b}", Map.of()); // minified again
    assertNames("function f(){a:for(;;){}} {\"a", Map.of());
    assertNames("", Map.of());
  }
}
