package dev.wasmrun.module;

import dev.wasmrun.Internal;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.source.SourceFrame;
import dev.wasmrun.source.SourceLines;
import dev.wasmrun.source.SourceVariable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way from a module's code and memory to its sources: the one place where a function and an
 * offset become the frames that people read. Nothing of it is read before somebody asks.
 */
@Internal
public final class ModuleSources {
  private static final int MOST_KNOWN = 10_000;

  private final GuestModule module;
  private final CodeMap codeMap;
  private final SourceLines lines;

  private final boolean inFile;

  /** Frames by offset: of a deep recursion most are alike. Cleared when it gets large. */
  private final Map<Integer, List<SourceFrame>> known = new ConcurrentHashMap<>();

  ModuleSources(GuestModule module, CodeMap codeMap, ModuleOrigin origin) {
    this.module = module;
    this.codeMap = codeMap;
    this.inFile = origin.inFile();
    this.lines = origin.lines();
  }

  /** Those of a module. */
  public static ModuleSources of(GuestModule module) {
    return module.sources();
  }

  /**
   * The frames as which a function is shown, innermost first: those of functions that have become
   * part of it, then its own.
   *
   * @param function its index, imported ones counted
   * @param offset where it is, in the module's file; {@link SourceFrame#NO_OFFSET} if not known
   */
  public List<SourceFrame> frames(int function, int offset) {
    if (offset == SourceFrame.NO_OFFSET || !lines.present()) {
      return List.of(new SourceFrame(module.functionName(function), offset));
    }
    if (known.size() > MOST_KNOWN) {
      known.clear();
    }
    return known.computeIfAbsent(offset, unknown -> read(function, offset));
  }

  private List<SourceFrame> read(int function, int offset) {
    return lines.frames(module.functionName(function), codeMap.begin(function), offset).stream()
        .map(ModuleSources::readable)
        .toList();
  }

  /**
   * Likewise for the function that has an instruction at an offset.
   *
   * @throws IllegalArgumentException if none has
   */
  public List<SourceFrame> framesAt(int offset) {
    return frames(module.functionAt(offset), offset);
  }

  /** The variable that has an address in the module's memory, if debug information tells. */
  public Optional<SourceVariable> variableAt(int address) {
    return lines
        .variableAt(address)
        .map(
            found ->
                new SourceVariable(
                    ShownNames.of(found.name()),
                    found.address(),
                    found.size(),
                    ShownNames.of(found.file()),
                    found.line()));
  }

  /** An address in words, such as {@code counter+4 (counter.c:3)}; empty if nothing is known. */
  public String nameOf(int address) {
    return variableAt(address).map(found -> found.at(address)).orElse("");
  }

  private static SourceFrame readable(SourceFrame frame) {
    return frame.hasLine()
        ? new SourceFrame(
            ShownNames.of(frame.function()),
            frame.offset(),
            ShownNames.of(frame.file()),
            frame.line(),
            frame.column(),
            frame.inlined(),
            ShownNames.inFull(frame.text().replace('\t', ' ')))
        : frame;
  }

  /**
   * What would have given reports files and lines, or why there are none; empty if there are, or
   * nothing is known of who has built it, and how. To be asked after the frames.
   */
  public Optional<String> hint() {
    if (lines.problem().isPresent()) {
      return Optional.of(
          "no source lines: the debug information cannot be read: "
              + ShownNames.of(lines.problem().get()));
    }
    if (lines.present() || !inFile) {
      return Optional.empty();
    }
    return flag().map(flag -> "no source lines: compile with %s to get them".formatted(flag));
  }

  private Optional<String> flag() {
    boolean script =
        module.imports().stream()
            .anyMatch(
                item ->
                    item.kind() == Kind.FUNCTION
                        && item.module().equals("env")
                        && item.name().equals("abort")
                        && item.signature().filter(of -> of.params().size() == 4).isPresent());
    if (script) {
      return Optional.of("--sourceMap");
    }
    boolean system =
        module.convention() != ConventionName.WORKER
            || module.imports().stream().anyMatch(item -> item.module().startsWith("wasi_"));
    return system ? Optional.of("-g") : Optional.empty();
  }
}
