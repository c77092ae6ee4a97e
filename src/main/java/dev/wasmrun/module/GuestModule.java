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
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A parsed and validated module with the facts read from it.
 *
 * <p>Immutable; one is shared by all instances and threads of a run.
 */
public final class GuestModule {
  private static final Pattern OF_EMSCRIPTEN =
      Pattern.compile("_?emscripten_|_embind_|_emval_|__syscall_|__cxa_|invoke_|_abort_js$");

  private final String name;
  private static final String DEBUG_INFORMATION = ".debug_info";

  /** Functions of Emscripten's C library of a few instructions, which many others call. */
  private static final Pattern SMALL =
      Pattern.compile("(a_(cas|swap|inc|dec|store|fetch_add)|__get_tp)(\\.\\d+)?");

  /**
   * What starts threads, which is large; a program that has one call of it may have it as a part.
   */
  private static final Pattern STARTS =
      Pattern.compile("(emscripten_builtin_|__)?pthread_create(\\.\\d+)?");

  private static final String STARTED = "__pthread_create_js";

  private final WasmModule wasm;
  private final OptionalInt startFunction;
  private final FunctionNames functionNames;
  private final CodeMap codeMap;
  private final ModuleSources sources;
  private final List<ImportedItem> imports;
  private final Map<String, Kind> exports;
  private final Map<String, Signature> exportedFunctions;
  private final List<MemoryFacts> memories;
  private final Set<Feature> features;
  private final Optional<StackPointer> stackPointer;
  private final Optional<SideModule> sideModule;
  private final List<AddressRange> staticData;
  private final SlicedWaits slicedWaits;
  private final WasmModule parsed;
  private final Optional<Minification> minification;

  private final Optional<ThreadLocals> threadLocals;

  /** Guarded by this; null until somebody asks. */
  private WaitingFunctions waitingFunctions;

  /** Guarded by this; null until somebody asks. */
  private GuestModule sharing;

  private final ModuleOrigin origin;

  private GuestModule(
      ModuleOrigin origin,
      WasmModule parsed,
      WasmModule executable,
      Optional<Minification> minification) {
    this.origin = origin;
    this.parsed = parsed;
    this.minification = minification;
    this.name = origin.name();
    this.startFunction =
        parsed
            .startSection()
            .map(start -> OptionalInt.of((int) start.startIndex()))
            .orElseGet(OptionalInt::empty);
    this.wasm = executable;
    this.functionNames = new FunctionNames(parsed);
    this.codeMap = new CodeMap(parsed);
    this.sources = new ModuleSources(this, codeMap, origin);
    this.imports = wasm.importSection().stream().map(i -> imported(wasm, i)).toList();
    this.exports = exports(wasm);
    this.exportedFunctions = exportedFunctions(wasm);
    this.sideModule = SideModule.of(wasm, origin.script());
    this.memories = memories(parsed, sideModule);
    this.features = Collections.unmodifiableSet(features(wasm, origin.wide()));
    this.stackPointer = StackPointer.find(wasm);
    this.staticData = StaticData.ranges(wasm, startFunction);
    this.slicedWaits = SlicedWaits.of(parsed);
    this.threadLocals = ThreadLocals.of(parsed);
  }

  /** The JavaScript that belongs to it, if there is some beside it. */
  Optional<Path> script() {
    return origin.script();
  }

  private static GuestModule read(ModuleSource source) {
    WasmModule asWritten = ModuleReader.parse(source);
    source.file().ifPresent(file -> SeparateData.refuse(asWritten, file));
    var restored = Minification.restore(asWritten, source.names(), source.file());
    WasmModule parsed = restored.map(Minification.Restored::module).orElse(asWritten);
    return new GuestModule(
        ModuleOrigin.of(source, parsed),
        parsed,
        ModuleReader.executable(parsed, source.bytes()),
        restored.map(Minification.Restored::minification));
  }

  private static GuestModule loaded(ModuleSource source) {
    try {
      return read(source);
    } catch (OutOfMemoryError | StackOverflowError e) {
      throw ModuleReader.tooLarge(source, e);
    }
  }

  /**
   * Loads the file at a path or, where there is none, the bundled module of that name.
   *
   * @throws ModuleException if there is no such module, or it is malformed or invalid
   */
  public static GuestModule load(String pathOrName) {
    return loaded(ModuleSource.find(pathOrName));
  }

  /**
   * Like {@link #load(String)}, for a module whose names are minified.
   *
   * @param names the JavaScript that belongs to the module, or the map that Emscripten's {@code
   *     --emit-minification-map} writes; without it, a {@code NAME.js} beside {@code NAME.wasm} is
   *     read
   * @throws ModuleException also if the file of names cannot be read or tells none of the names
   */
  public static GuestModule load(String pathOrName, Path names) {
    return read(ModuleSource.find(pathOrName).named(Optional.of(names)));
  }

  /**
   * The bytes that {@link #load(String)} loads, neither parsed nor validated.
   *
   * @throws ModuleException if there is no such module
   */
  public static byte[] bytesOf(String pathOrName) {
    return ModuleSource.find(pathOrName).bytes();
  }

  /**
   * Loads the file at a path; never a bundled module.
   *
   * @throws ModuleException if there is no such file, it cannot be read, or it is malformed or
   *     invalid
   */
  public static GuestModule load(Path file) {
    return loaded(ModuleSource.read(file));
  }

  /**
   * Loads a module from memory. The array is not kept: it may be changed afterwards.
   *
   * @param name what messages and thread names call it
   * @throws ModuleException if it is malformed or invalid
   */
  public static GuestModule of(String name, byte[] bytes) {
    return loaded(new ModuleSource(name, bytes));
  }

  /**
   * Loads a module from a stream, which is read to its end and left open.
   *
   * @param name what messages and thread names call it
   * @throws ModuleException if the stream fails, or the module is malformed or invalid
   */
  public static GuestModule of(String name, InputStream in) {
    return loaded(ModuleSource.read(name, in));
  }

  /**
   * The same module with its memory shared among threads: one that it defines, or imports without
   * sharing it, is imported as a shared one. Whether its code can bear that is another question:
   * what was built for one thread may allocate for one only.
   *
   * @throws ModuleException if it has no memory, or several
   */
  public synchronized GuestModule sharingMemory() {
    if (memory().filter(MemoryFacts::commonToThreads).isPresent()) {
      return this;
    }
    if (sharing == null) {
      WasmModule shared = MemoryOnRequest.shared(name, withDigest(), memories);
      sharing =
          new GuestModule(
              origin, shared, ModuleReader.executable(shared, new byte[0]), minification);
    }
    return sharing;
  }

  /** As it was parsed, with a digest, which only what is executed surely has. */
  private WasmModule withDigest() {
    return parsed.digest() != null
        ? parsed
        : ModuleCopy.of(parsed).withValidation(false).withDigest(wasm.digest()).build();
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
    if (importsStackPointer()) {
      return sideModule.map(SideModule::stack);
    }
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

  /**
   * The index of the global with the address of its stack, exported or not, if it defines one that
   * surely is one; empty if an instance cannot be told by it where its stack is.
   */
  public OptionalInt stackPointerGlobal() {
    return stackPointer
        .filter(StackPointer::certain)
        .map(pointer -> OptionalInt.of(pointer.globalIndex()))
        .orElse(OptionalInt.empty());
  }

  /** What its code tells of thread-local variables; empty if it has none, or does not tell. */
  Optional<ThreadLocals> threadLocals() {
    return threadLocals;
  }

  /** Whether it imports the global in which it keeps the address of its stack. */
  public boolean importsStackPointer() {
    return imports.stream()
        .anyMatch(
            item ->
                item.kind() == Kind.GLOBAL
                    && item.module().equals(SideModule.ENVIRONMENT)
                    && item.name().equals(SideModule.STACK_POINTER));
  }

  /** Where it lies, if it leaves that to its host. */
  Optional<SideModule> sideModule() {
    return sideModule;
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

  /**
   * The addresses from which functions of some names load by a constant: those of their variables.
   */
  public Set<Integer> variablesLoadedBy(Predicate<String> names) {
    return ConstantLoads.of(parsed, index -> names.test(functionName(index)));
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

  /** How its names were minified, if they were. */
  Optional<Minification> minification() {
    return minification;
  }

  /** Whether the names of imports are minified, and what they mean is not known. */
  public boolean hasMinifiedImports() {
    return minification.filter(names -> !names.unknown().isEmpty()).isPresent();
  }

  /** The convention that the imports and exports ask for. */
  public ConventionName convention() {
    if (importsThreadSpawn()) {
      return ConventionName.WASI_THREADS;
    }
    if (importsPthreadCreate()) {
      return ConventionName.EMSCRIPTEN;
    }
    return hasMinifiedImports() || importsLibraryOfEmscripten()
        ? ConventionName.EMSCRIPTEN
        : ConventionName.WORKER;
  }

  /** Whether it has no entry point of its own: its user says what is called. */
  public boolean isLibrary() {
    return !exportedFunctions.containsKey("work") && !exportedFunctions.containsKey("_start");
  }

  /** Whether it imports what only the JavaScript of Emscripten has, and has no work for workers. */
  private boolean importsLibraryOfEmscripten() {
    return !exportedFunctions.containsKey("work")
        && imports.stream()
            .anyMatch(
                item ->
                    item.kind() == Kind.FUNCTION
                        && item.module().equals("env")
                        && OF_EMSCRIPTEN.matcher(item.name()).lookingAt());
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
   * that are small, and what starts threads, where there are any.
   */
  public boolean hasSeparateLibrary() {
    return parsed.customSection(DEBUG_INFORMATION) != null
        || functionNames.anyMatches(SMALL)
            && (!startsThreads() || functionNames.anyMatches(STARTS));
  }

  private boolean startsThreads() {
    return imports().stream().anyMatch(item -> item.name().equals(STARTED));
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
    return functionName(functionAt(offset));
  }

  /** The index of that function. */
  int functionAt(int offset) {
    return codeMap
        .functionAt(offset)
        .orElseThrow(
            () -> new IllegalArgumentException("there is no code at 0x%x".formatted(offset)));
  }

  /** The way from its code and memory to its sources. */
  ModuleSources sources() {
    return sources;
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

  private static List<MemoryFacts> memories(WasmModule module, Optional<SideModule> side) {
    var memories = new ArrayList<MemoryFacts>();
    module.importSection().stream()
        .filter(MemoryImport.class::isInstance)
        .map(MemoryImport.class::cast)
        .map(item -> facts(true, item.module(), item.name(), item.limits()))
        .forEach(memories::add);
    if (side.isPresent() && !memories.isEmpty()) {
      memories.set(0, memories.get(0).withAtLeast(side.get().pages()));
    }
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

  private static Set<Feature> features(WasmModule module, boolean wide) {
    var features = EnumSet.noneOf(Feature.class);
    if (wide) {
      features.add(Feature.MEMORY64);
    }
    for (var body : module.codeSection().functionBodies()) {
      for (var instruction : body.instructions()) {
        Feature.of(instruction.opcode()).ifPresent(features::add);
      }
    }
    return features;
  }
}
