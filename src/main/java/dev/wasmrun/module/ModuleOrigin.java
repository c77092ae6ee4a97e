package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.CustomSection;
import com.dylibso.chicory.wasm.types.UnknownCustomSection;
import dev.wasmrun.source.SourceLines;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is known of a module from where its bytes came from, and stays so however it is rewritten.
 *
 * @param name what it is called in messages
 * @param lines the way to its sources
 * @param inFile whether it is in a file: the user may have built it, and build it again
 * @param script the JavaScript that belongs to it, if there is some beside it
 * @param wide whether a memory or a table of it has 64-bit addresses
 */
record ModuleOrigin(
    String name, SourceLines lines, boolean inFile, Optional<Path> script, boolean wide) {
  static ModuleOrigin of(ModuleSource source, WasmModule parsed) {
    int codeStart =
        SectionRange.find(source.bytes(), SectionRange.CODE).map(SectionRange::start).orElse(0);
    return new ModuleOrigin(
        source.name(),
        new SourceLines(sections(parsed), codeStart, source.file()),
        source.file().isPresent(),
        source.names().or(() -> source.file().flatMap(ScriptsBeside::ofName)),
        WideIndices.find(source.bytes()).isPresent());
  }

  private static Map<String, Supplier<byte[]>> sections(WasmModule parsed) {
    var sections = new HashMap<String, Supplier<byte[]>>();
    for (CustomSection section : parsed.customSections()) {
      if (section instanceof UnknownCustomSection unknown && SourceLines.reads(section.name())) {
        sections.putIfAbsent(section.name(), unknown::bytes); // which copies them
      }
    }
    return sections;
  }
}
