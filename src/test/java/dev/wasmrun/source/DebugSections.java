package dev.wasmrun.source;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a module's bytes have of debug information.
 *
 * @param byName copies of the sections, which may be changed
 */
record DebugSections(Map<String, byte[]> byName, int codeStart) {
  static DebugSections of(byte[] module) {
    var byName = new HashMap<String, byte[]>();
    int codeStart = 0;
    var in = new SectionReader(module, 8);
    while (in.remaining() > 0) {
      int id = in.u8();
      long size = in.uleb();
      int start = in.at();
      in.skip(size);
      if (id == 10) {
        codeStart = start;
      } else if (id == 0) {
        SectionReader inside = in.range(start, in.at());
        byName.put(inside.text(inside.uleb()), inside.bytes(inside.remaining()));
      }
    }
    byName.keySet().removeIf(name -> !SourceLines.reads(name));
    return new DebugSections(byName, codeStart);
  }

  SourceLines lines(Optional<Path> file) {
    var sections = new HashMap<String, Supplier<byte[]>>();
    byName.forEach((name, bytes) -> sections.put(name, () -> bytes));
    return new SourceLines(sections, codeStart, file);
  }

  /** Copies of all sections. */
  DebugSections copy() {
    var copies = new HashMap<String, byte[]>();
    byName.forEach((name, bytes) -> copies.put(name, bytes.clone()));
    return new DebugSections(copies, codeStart);
  }
}
