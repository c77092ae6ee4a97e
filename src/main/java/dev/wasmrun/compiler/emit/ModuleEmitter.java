package dev.wasmrun.compiler.emit;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionBody;
import dev.wasmrun.compiler.code.BodyDecoder;
import dev.wasmrun.compiler.code.CompilerThread;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.ModuleTypes;
import dev.wasmrun.compiler.code.VectorOp;
import dev.wasmrun.compiler.pass.Part;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.compiler.runtime.CodeGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Type;

/** Turns a module into classes. */
public final class ModuleEmitter implements UnitSource {
  /** How many instructions of functions a class has, if not one function has more. */
  private static final int INSTRUCTIONS_PER_CLASS = 6000;

  /** About how many bytes the method may have by which Java code calls a class's functions. */
  private static final int ENTRIES_PER_CLASS = 6500;

  private static final int ENTRY = 40;
  private static final int ENTRY_PARAMETER = 8;

  /** A function of so many instructions spreads over several classes. */
  private static final int HUGE = 40_000;

  /** A method of the JVM that is still too large is divided further, down to this weight. */
  private static final int LEAST_LIMIT = 200;

  /** HotSpot compiles no method of more bytes. */
  private static final int MOST_COMPILED = 8000;

  /** How often a function is planned anew of which HotSpot would not compile a method. */
  private static final int MOST_DIVISIONS = 4;

  private static final String GROUP = Type.getInternalName(CodeGroup.class);
  private static final String OBJECT = "java/lang/Object";

  private final WasmModule module;
  private final ModuleTypes types;
  private final ModulePlan plan;
  private final int limit;

  /** The functions that indirect calls can reach; null until it is asked for, then the same. */
  private volatile BitSet referable;

  /**
   * Generates a module's classes.
   *
   * @param prefix what their names are to begin with
   * @param observed whether they tell which instruction is about to access the memory
   * @param limit the most that a method may weigh, as {@link Splitting} weighs it
   * @param vectors the form of functions in which vectors are whole, if there is one
   */
  public ModuleEmitter(
      WasmModule module, String prefix, boolean observed, int limit, Optional<VectorTier> vectors) {
    this.module = module;
    this.limit = limit;
    this.types = new ModuleTypes(module);
    this.plan = new ModulePlan(prefix, module, types, observed, groups(), vectors);
  }

  /** All classes at once; the arguments as the constructor has them. */
  public static GeneratedClasses emit(
      WasmModule module, String prefix, boolean observed, int limit, Optional<VectorTier> vectors) {
    return new ModuleEmitter(module, prefix, observed, limit, vectors).emitAll();
  }

  /** All classes at once. */
  public GeneratedClasses emitAll() {
    var classes = new LinkedHashMap<String, byte[]>();
    var lines = new LinkedHashMap<String, int[]>();
    for (String unit : units()) {
      GeneratedUnit generated = emit(unit);
      classes.putAll(generated.classes());
      lines.putAll(generated.lines());
    }
    return new GeneratedClasses(plan.prefix(), plan.firstFunctions(), classes, lines);
  }

  @Override
  public String prefix() {
    return plan.prefix();
  }

  @Override
  public String contextClass() {
    return plan.contextClass();
  }

  @Override
  public String groupOf(int function) {
    return plan.owner(function);
  }

  @Override
  public List<String> units() {
    var units = new ArrayList<String>();
    units.add(plan.contextClass());
    IntStream.range(0, plan.groups()).mapToObj(plan::group).forEach(units::add);
    IntStream.range(0, plan.groups())
        .filter(group -> functions(group).anyMatch(this::hasTwoForms))
        .mapToObj(plan::wholeVectors)
        .forEach(units::add);
    IntStream.range(0, plan.importClasses()).mapToObj(plan::imports).forEach(units::add);
    IntStream.range(0, plan.dispatchClasses()).mapToObj(plan::dispatchClass).forEach(units::add);
    return units;
  }

  @Override
  public String unitOf(String className) {
    return ModulePlan.unitOf(className);
  }

  @Override
  public GeneratedUnit emit(String unit) {
    if (unit.equals(plan.contextClass())) {
      return unit(List.of(ContextEmitter.emit(plan)));
    }
    int group = plan.groupNumber(unit);
    if (group >= 0) {
      return unit(emitGroup(group, false));
    }
    int vectors = plan.vectorsNumber(unit);
    if (vectors >= 0) {
      return unit(emitGroup(vectors, true));
    }
    int imports = plan.importsNumber(unit);
    return imports >= 0
        ? unit(List.of(emitImports(imports)))
        : unit(emitIndirectCalls(plan.dispatchNumber(unit), referable()));
  }

  @Override
  public GeneratedUnit interpreted(String unit) {
    int group = plan.groupNumber(unit);
    if (group >= 0) {
      var file = new ClassFile(unit, GROUP);
      var entries = new Entries(plan, file);
      int[] functions = functions(group).toArray();
      IntStream.of(functions).forEach(entries::interpreted);
      entries.constructor(GROUP);
      entries.of(functions, new int[0]);
      return unit(List.of(file));
    }
    int vectors = plan.vectorsNumber(unit);
    if (vectors >= 0) {
      var file = new ClassFile(unit, OBJECT);
      functions(vectors).filter(this::hasTwoForms).forEach(new Entries(plan, file)::interpreted);
      return unit(List.of(file));
    }
    int dispatch = plan.dispatchNumber(unit);
    if (dispatch >= 0) {
      return unit(emitIndirectCalls(dispatch, new BitSet()));
    }
    throw new IllegalArgumentException("nothing stands for " + unit);
  }

  @Override
  public boolean prepare(String unit) {
    return plan.vectorsNumber(unit) < 0 || plan.vectorMethods().isPresent();
  }

  /** Whether a function has two forms, unless it makes tail calls. */
  private boolean hasTwoForms(int function) {
    return plan.vectors().isPresent() && VectorOp.isIn(body(function - types.importedFunctions()));
  }

  private IntStream functions(int group) {
    return IntStream.range(plan.firstFunction(group), plan.endOfGroup(group));
  }

  private static GeneratedUnit unit(List<ClassFile> files) {
    var classes = new LinkedHashMap<String, byte[]>();
    var lines = new LinkedHashMap<String, int[]>();
    for (ClassFile file : files) {
      classes.put(file.name(), file.bytes());
      lines.put(file.name(), file.lines());
    }
    return new GeneratedUnit(classes, lines);
  }

  private int[] groups() {
    var first = new ArrayList<Integer>();
    int instructions = INSTRUCTIONS_PER_CLASS;
    int entries = 0;
    for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
      int size = body(i).instructions().size();
      int function = types.importedFunctions() + i;
      int entry = ENTRY + ENTRY_PARAMETER * Kind.of(types.functionType(function).params()).size();
      if (instructions + size > INSTRUCTIONS_PER_CLASS || entries + entry > ENTRIES_PER_CLASS) {
        first.add(function);
        instructions = 0;
        entries = 0;
      }
      instructions += size;
      entries += entry;
    }
    return first.stream().mapToInt(Integer::intValue).toArray();
  }

  private FunctionBody body(int defined) {
    return module.codeSection().getFunctionBody(defined);
  }

  /**
   * Emits the functions of a group.
   *
   * @param second whether the second form of those that have one
   */
  private List<ClassFile> emitGroup(int number, boolean second) {
    int weight = limit;
    var divisions = new HashMap<Integer, Integer>();
    while (true) {
      try {
        var group = new Group(number, second, weight, divisions);
        if (second ? group.emitSecond() : group.emit()) {
          return group.files;
        }
      } catch (MethodTooLargeException | ClassTooLargeException e) {
        weight /= 2;
        if (weight < LEAST_LIMIT) {
          throw e;
        }
      }
    }
  }

  /** The functions of one class, and further classes with parts of them. */
  private final class Group {
    private final int number;
    private final ClassFile file;
    private final boolean second;
    private final boolean whole;
    private final int weight;
    private final List<ClassFile> files = new ArrayList<>();
    private final Map<Integer, Integer> divisions;
    private boolean again;

    /**
     * A group.
     *
     * @param second whether it has the second form of the functions that have two
     * @param weight the most that a method may weigh
     * @param divisions how often a function has been planned anew: first so that its parts pass
     *     less to each other, then so that each has half the weight
     */
    Group(int number, boolean second, int weight, Map<Integer, Integer> divisions) {
      this.number = number;
      this.second = second;
      this.whole = second && plan.vectorMethods().isPresent();
      this.divisions = divisions;
      this.file =
          second
              ? new ClassFile(plan.wholeVectors(number), OBJECT)
              : new ClassFile(plan.group(number), GROUP);
      this.weight = weight;
      files.add(file);
    }

    /** Emits the classes; false if that has to be done again, since a function got too large. */
    boolean emit() {
      var entries = new Entries(plan, file);
      entries.constructor(GROUP);
      var all = new ArrayList<Integer>();
      var tailCalling = new ArrayList<Integer>();
      for (int function : functions(number).toArray()) {
        all.add(function);
        if (emitFunction(function)) {
          tailCalling.add(function);
          entries.tailCalling(function);
        }
      }
      if (again) {
        return false;
      }
      entries.of(toArray(all), toArray(tailCalling));
      return true;
    }

    /** Emits the second form of those that have one; likewise. */
    boolean emitSecond() {
      if (whole) {
        files.add(VectorAccesses.emit(VectorAccesses.name(file.name())));
      }
      functions(number).filter(ModuleEmitter.this::hasTwoForms).forEach(this::emitFunction);
      return !again;
    }

    private int weightOf(int function) {
      int halvings = Math.max(0, divisions.getOrDefault(function, 0) - 1);
      return Math.max(LEAST_LIMIT, weight >> halvings);
    }

    /** Has a function divided anew if a method of it is larger than HotSpot compiles. */
    private void check(int function, int bytes) {
      int already = divisions.getOrDefault(function, 0);
      if (bytes > MOST_COMPILED && already < MOST_DIVISIONS) {
        divisions.put(function, already + 1);
        again = true;
      }
    }

    /** Emits a function; whether it makes tail calls. */
    private boolean emitFunction(int function) {
      CompilerThread.check();
      FunctionCode code =
          BodyDecoder.decode(types, function, body(function - types.importedFunctions()), whole);
      Part root = Splitting.split(code, weightOf(function));
      boolean huge = code.ops().size() > HUGE;
      int perClass = Math.max(1, HUGE / 2 * 3 / weightOf(function));
      var functionPlan =
          new FunctionPlan(
              code,
              root,
              plan.name(function),
              part ->
                  huge ? ModulePlan.partClass(file.name(), function, part / perClass) : file.name(),
              divisions.containsKey(function),
              !second && hasTwoForms(function));
      if (second && functionPlan.tailCalls) {
        return true; // it has one form only
      }
      if (functionPlan.twoForms) {
        new Entries(plan, file).twoForms(function, plan.vectors().orElseThrow().atOnce());
      }
      int largest = new PartEmitter(plan, functionPlan, file, root).emit();
      var sinks = new LinkedHashMap<String, ClassFile>();
      sinks.put(file.name(), file);
      Deque<Part> left = new ArrayDeque<>(root.inner());
      while (!left.isEmpty()) {
        CompilerThread.check();
        Part part = left.pop();
        String owner = functionPlan.plan(part).owner();
        ClassFile sink = sinks.computeIfAbsent(owner, name -> new ClassFile(name, OBJECT));
        int bytes = new PartEmitter(plan, functionPlan, sink, part).emit();
        largest = Math.max(largest, bytes);
        part.inner().forEach(left::push);
      }
      check(function, largest);
      sinks.remove(file.name());
      files.addAll(sinks.values());
      return functionPlan.tailCalls;
    }
  }

  private ClassFile emitImports(int number) {
    var file = new ClassFile(plan.imports(number), OBJECT);
    var entries = new Entries(plan, file);
    int from = number * ModulePlan.IMPORTS_PER_CLASS;
    int to = Math.min(types.importedFunctions(), from + ModulePlan.IMPORTS_PER_CLASS);
    IntStream.range(from, to).forEach(entries::imported);
    return file;
  }

  private BitSet referable() {
    BitSet functions = referable;
    if (functions == null) {
      functions = References.of(module);
      referable = functions;
    }
    return functions;
  }

  private List<ClassFile> emitIndirectCalls(int number, BitSet functions) {
    Map<Integer, List<Integer>> byType = new HashMap<>();
    functions.stream()
        .filter(function -> function >= types.importedFunctions())
        .forEach(
            function ->
                byType
                    .computeIfAbsent(
                        types.canonicalType(types.typeOfFunction(function)),
                        unseen -> new ArrayList<>())
                    .add(function));
    var files = new ArrayList<ClassFile>();
    var file = new ClassFile(plan.dispatchClass(number), OBJECT);
    files.add(file);
    for (int type : plan.dispatchTypes(number)) {
      emitIndirectCalls(type, byType.getOrDefault(type, List.of()), files);
    }
    return files;
  }

  private void emitIndirectCalls(int type, List<Integer> functions, List<ClassFile> files) {
    var entries = new Entries(plan, files.get(0));
    if (functions.size() <= 1 << Entries.CHUNK_BITS) {
      entries.dispatch(type, toArray(functions));
      return;
    }
    Map<Integer, List<Integer>> chunks = new LinkedHashMap<>();
    functions.forEach(
        function ->
            chunks
                .computeIfAbsent(function >> Entries.CHUNK_BITS, unseen -> new ArrayList<>())
                .add(function));
    chunks.forEach(
        (upper, some) -> {
          var chunk = new ClassFile(plan.dispatchChunk(type, upper), OBJECT);
          new Entries(plan, chunk).dispatch(type, toArray(some));
          files.add(chunk);
        });
    entries.dispatch(type, toArray(chunks.keySet()), upper -> plan.dispatchChunk(type, upper));
  }

  private static int[] toArray(Iterable<Integer> numbers) {
    var array = new ArrayList<Integer>();
    numbers.forEach(array::add);
    return array.stream().mapToInt(Integer::intValue).toArray();
  }
}
