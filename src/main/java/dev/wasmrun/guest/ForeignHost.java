package dev.wasmrun.guest;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The hosts other than this one that modules are built for, as the names of their imports tell. */
enum ForeignHost {
  GO(
      item -> item.module().equals("gojs") || item.module().equals("go"),
      "the JavaScript of Go; GOOS=wasip1 GOARCH=wasm (TinyGo: -target=wasip1) builds for WASI"),
  WASM_BINDGEN(
      item ->
          item.module().equals("wbg")
              || item.module().startsWith("__wbindgen_")
              || item.name().startsWith("__wbg_")
              || item.name().startsWith("__wbindgen_"),
      "a library by wasm-bindgen, which BindgenLibraries opens from Java; --target wasm32-wasip1"
          + " without it builds for WASI"),
  NODE_API(
      item -> item.name().startsWith("napi_") || item.module().equals("emnapi"),
      "Node-API, which only Node has"),
  WASI_PREVIEW_2(
      item -> item.module().startsWith("wasi:"),
      "WASI preview 2; modules of preview 1 run here (--target wasm32-wasip1)"),
  FASTCOMP(
      item -> item.module().startsWith("global") || item.module().equals("asm2wasm"),
      "the JavaScript of Emscripten's old compiler, fastcomp; releases from 2.0 on build what runs here"),
  TEAVM(
      item -> item.module().startsWith("teavm"),
      "the JavaScript of TeaVM; its target WEBASSEMBLY_WASI builds for WASI"),
  KOTLIN(
      item -> item.module().equals("js_code") || item.module().equals("intrinsics"),
      "the JavaScript of Kotlin; the target wasmWasi builds for WASI"),
  DART(item -> item.module().startsWith("dart2wasm"), "the JavaScript of Dart");

  /** What the core module of a component exports, to be given room for what it is passed. */
  private static final String REALLOCATE = "cabi_realloc";

  private static final String COMPONENT =
      "a component, of which it is the core; --target wasm32-wasip1 builds a module of preview 1";

  private final Predicate<ImportedItem> names;
  private final String description;

  ForeignHost(Predicate<ImportedItem> names, String description) {
    this.names = names;
    this.description = description;
  }

  /** What an import is of and what to build instead, if its names tell. */
  static Optional<String> description(ImportedItem item) {
    return Stream.of(values())
        .filter(host -> host.names.test(item))
        .map(host -> host.description)
        .findFirst();
  }

  /** Likewise of a module that has no imports to tell it, but is a part of a component. */
  static Optional<String> component(GuestModule module) {
    return Optional.of(COMPONENT).filter(c -> module.exportedFunctions().containsKey(REALLOCATE));
  }
}
