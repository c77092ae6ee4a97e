package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import dev.wasmrun.module.ImportedItem.Kind;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A parsed and validated module with the facts read from it.
 *
 * <p>Immutable; one is shared by all instances and threads of a run.
 */
public final class GuestModule {
  private final String name;
  private static final String DEBUG_INFORMATION = ".debug_info";

  /** Functions of Emscripten's C library of a few instructions, which many others call. */
  private static final Pattern SMALL =
      Pattern.compile("(a_(cas|swap|inc|dec|store|fetch_add)|__get_tp)(\\.\\d+)?");

  private final WasmModule wasm;
  private final OptionalInt startFunction;
  private final FunctionNames functionNames;
  private final CodeMap codeMap;
  private final List<ImportedItem> imports;
  private final Map<String, Kind> exports;
  private final Map<String, Signature> exportedFunctions;
  private final List<MemoryFacts> memories;
  private final Set<Feature> features;
  private final Optional<StackPointer> stackPointer;
  private final List<AddressRange> staticData;
  private final SlicedWaits slicedWaits;
  private final WasmModule parsed;

  /** Guarded by this; null until somebody asks. */
  private WaitingFunctions waitingFunctions;

  private GuestModule(ModuleSource source) {
    parsed = ModuleReader.parse(source);
    this.name = source.name();
    this.startFunction =
        parsed
            .startSection()
            .map(start -> OptionalInt.of((int) start.startIndex()))
            .orElseGet(OptionalInt::empty);
    this.wasm = ModuleReader.executable(parsed, source.bytes());
    this.functionNames = new FunctionNames(parsed);
    this.codeMap = new CodeMap(parsed);
    this.imports = wasm.importSection().stream().map(i -> imported(wasm, i)).toList();
    this.exports = exports(wasm);
    this.exportedFunctions = exportedFunctions(wasm);
    this.memories = memories(parsed);
    this.features = Collections.unmodifiableSet(features(wasm));
    this.stackPointer = StackPointer.find(wasm);
    this.staticData = StaticData.ranges(wasm, startFunction);
    this.slicedWaits = SlicedWaits.of(parsed);
  }

  /**
   * Loads the file at a path or, where there is none, the bundled module of that name.
   *
   * @throws ModuleException if there is no such module, or it is malformed or invalid
   */
  public static GuestModule load(String pathOrName) {
    return new GuestModule(ModuleSource.find(pathOrName));
  }

  /**
   * Loads the file at a path; never a bundled module.
   *
   * @throws ModuleException if there is no such file, it cannot be read, or it is malformed or
   *     invalid
   */
  public static GuestModule load(Path file) {
    return new GuestModule(ModuleSource.read(file));
  }

  /**
   * Loads a module from memory. The array is not kept: it may be changed afterwards.
   *
   * @param name what messages and thread names call it
   * @throws ModuleException if it is malformed or invalid
   */
  public static GuestModule of(String name, byte[] bytes) {
    return new GuestModule(new ModuleSource(name, bytes));
  }

  /**
   * Loads a module from a stream, which is read to its end and left open.
   *
   * @param name what messages and thread names call it
   * @throws ModuleException if the stream fails, or the module is malformed or invalid
   */
  public static GuestModule of(String name, InputStream in) {
    return new GuestModule(ModuleSource.read(name, in));
  }

  /** The file name, without directories. */
  public String name() {
    return name;
  }

  /** As {@link Executable} says. */
  WasmModule wasm() {
    return wasm;
  }

  /** Index of the function to call once when the module's memory is new. */
  public OptionalInt startFunction() {
    return startFunction;
  }

  /** The imports in the order of the module's import section. */
  public List<ImportedItem> imports() {
    return imports;
  }

  /** What each export is, in the order of the export section. */
  public Map<String, Kind> exports() {
    return exports;
  }

  /** The exported functions' signatures by name, in the order of the export section. */
  public Map<String, Signature> exportedFunctions() {
    return exportedFunctions;
  }

  /** The memories, imported ones first. */
  public List<MemoryFacts> memories() {
    return memories;
  }

  /** The first memory; empty for a module that has none. */
  public Optional<MemoryFacts> memory() {
    return memories.stream().findFirst();
  }

  /** The proposals the code makes use of. */
  public Set<Feature> features() {
    return features;
  }

  /**
   * Where the shadow stack lies; empty where there is none. Its high end is what the stack pointer
   * starts with, its low end where the static data below it ends, or address 0.
   */
  public Optional<AddressRange> shadowStack() {
    return stackPointer.map(
        pointer -> {
          long high = Integer.toUnsignedLong(pointer.initial());
          long low =
              staticData.stream()
                  .mapToLong(AddressRange::end)
                  .filter(end -> end <= high)
                  .max()
                  .orElse(0);
          return new AddressRange(low, high - low);
        });
  }

  /** What its code tells of waits that it cuts into slices. */
  public SlicedWaits slicedWaits() {
    return slicedWaits;
  }

  /** Which functions may wait for another thread. */
  public synchronized WaitingFunctions waitingFunctions() {
    if (waitingFunctions == null) {
      waitingFunctions = WaitingFunctions.of(parsed);
    }
    return waitingFunctions;
  }

  /** Where the module's static data lies, as far as its constants tell. */
  public List<AddressRange> staticData() {
    return staticData;
  }

  /** Whether the static data contains a text, in UTF-8, as it does if the code has it literally. */
  public boolean mentions(String text) {
    return mentions(text, StandardCharsets.UTF_8);
  }

  /** Whether the static data contains a text as a language keeps it that encodes its texts so. */
  public boolean mentions(String text, Charset encoding) {
    return StaticData.contains(wasm, text.getBytes(encoding));
  }

  /**
   * Whether the imports have names of a letter or two, all from one module {@code a}, as Emscripten
   * gives them at its highest optimisation level; only the JavaScript beside the module knows what
   * they mean.
   */
  public boolean hasMinifiedImports() {
    return !imports.isEmpty()
        && imports.stream().allMatch(i -> i.module().equals("a") && i.name().length() <= 2);
  }

  /** The convention that the imports and exports ask for. */
  public ConventionName convention() {
    if (importsThreadSpawn()) {
      return ConventionName.WASI_THREADS;
    }
    if (importsPthreadCreate()) {
      return ConventionName.EMSCRIPTEN;
    }
    return hasMinifiedImports() && memory().filter(MemoryFacts::commonToThreads).isPresent()
        ? ConventionName.EMSCRIPTEN
        : ConventionName.WORKER;
  }

  /** Whether the imports ask for threads in more ways than one. */
  public boolean mixesConventions() {
    return importsThreadSpawn() && importsPthreadCreate();
  }

  private boolean importsThreadSpawn() {
    return imports.stream()
        .anyMatch(item -> item.module().equals("wasi") && item.name().equals("thread-spawn"));
  }

  private boolean importsPthreadCreate() {
    return imports.stream()
        .anyMatch(item -> item.module().equals("env") && item.name().equals("__pthread_create_js"));
  }

  /** What a backtrace calls the function: its import, name or export, else its index. */
  public String functionName(int functionIndex) {
    return functionNames.of(functionIndex);
  }

  /**
   * Whether the functions of a C library are as they were compiled, rather than having become parts
   * of their callers: so it is where an optimiser had to keep DWARF, or has left functions alone
   * that are small.
   */
  public boolean hasSeparateLibrary() {
    return parsed.customSection(DEBUG_INFORMATION) != null || functionNames.anyMatches(SMALL);
  }

  /** The offset in the module's file of its last instruction; -1 if it has none. */
  public int endOfCode() {
    return codeMap.end();
  }

  /**
   * The name of the function that has an instruction at an offset of the module's file.
   *
   * @throws IllegalArgumentException if none has
   */
  public String functionNameAt(int offset) {
    return functionName(
        codeMap
            .functionAt(offset)
            .orElseThrow(
                () -> new IllegalArgumentException("there is no code at 0x%x".formatted(offset))));
  }

  private static ImportedItem imported(WasmModule module, Import item) {
    Optional<Signature> signature =
        item instanceof FunctionImport function
            ? Optional.of(Signature.of(module.typeSection().getType(function.typeIndex())))
            : Optional.empty();
    return new ImportedItem(item.module(), item.name(), kind(item.importType()), signature);
  }

  private static Kind kind(ExternalType type) {
    return switch (type) {
      case FUNCTION -> Kind.FUNCTION;
      case TABLE -> Kind.TABLE;
      case MEMORY -> Kind.MEMORY;
      case GLOBAL -> Kind.GLOBAL;
      case TAG -> Kind.TAG;
    };
  }

  private static Map<String, Kind> exports(WasmModule module) {
    var exports = new LinkedHashMap<String, Kind>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      exports.put(export.name(), kind(export.exportType()));
    }
    return Collections.unmodifiableMap(exports);
  }

  private static Map<String, Signature> exportedFunctions(WasmModule module) {
    var importedTypes =
        module.importSection().stream()
            .filter(FunctionImport.class::isInstance)
            .map(item -> ((FunctionImport) item).typeIndex())
            .toList();
    var functions = new LinkedHashMap<String, Signature>();
    for (int i = 0; i < module.exportSection().exportCount(); i++) {
      var export = module.exportSection().getExport(i);
      if (export.exportType() == ExternalType.FUNCTION) {
        int index = export.index();
        int type =
            index < importedTypes.size()
                ? importedTypes.get(index)
                : module.functionSection().getFunctionType(index - importedTypes.size());
        functions.put(export.name(), Signature.of(module.typeSection().getType(type)));
      }
    }
    return Collections.unmodifiableMap(functions);
  }

  private static List<MemoryFacts> memories(WasmModule module) {
    var memories = new ArrayList<MemoryFacts>();
    module.importSection().stream()
        .filter(MemoryImport.class::isInstance)
        .map(MemoryImport.class::cast)
        .map(item -> facts(true, item.module(), item.name(), item.limits()))
        .forEach(memories::add);
    module
        .memorySection()
        .ifPresent(
            section -> {
              for (int i = 0; i < section.memoryCount(); i++) {
                memories.add(facts(false, "", "", section.getMemory(i).limits()));
              }
            });
    return List.copyOf(memories);
  }

  private static MemoryFacts facts(
      boolean imported, String module, String name, MemoryLimits limits) {
    return new MemoryFacts(
        imported, module, name, limits.initialPages(), limits.maximumPages(), limits.shared());
  }

  private static Set<Feature> features(WasmModule module) {
    var features = EnumSet.noneOf(Feature.class);
    for (var body : module.codeSection().functionBodies()) {
      for (var instruction : body.instructions()) {
        Feature.of(instruction.opcode()).ifPresent(features::add);
      }
    }
    return features;
  }
}
