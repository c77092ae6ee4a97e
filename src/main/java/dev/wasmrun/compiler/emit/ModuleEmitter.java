package dev.wasmrun.compiler.emit;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.BodyDecoder;
import dev.wasmrun.compiler.code.FunctionCode;
import dev.wasmrun.compiler.code.ModuleTypes;
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
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;
import org.objectweb.asm.Type;

/** Turns a module into classes. */
public final class ModuleEmitter {
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
  private final int[] firstFunctions;
  private final String prefix;
  private final int limit;
  private final Map<String, byte[]> classes = new LinkedHashMap<>();
  private final Map<String, int[]> lines = new LinkedHashMap<>();

  private ModuleEmitter(WasmModule module, String prefix, boolean observed, int limit) {
    this.module = module;
    this.prefix = prefix;
    this.limit = limit;
    this.types = new ModuleTypes(module);
    this.firstFunctions = groups();
    this.plan = new ModulePlan(prefix, module, types, observed, firstFunctions);
  }

  /**
   * Generates a module's classes.
   *
   * @param prefix what their names are to begin with
   * @param observed whether they tell which instruction is about to access the memory
   * @param limit the most that a method may weigh, as {@link Splitting} weighs it
   */
  public static GeneratedClasses emit(
      WasmModule module, String prefix, boolean observed, int limit) {
    return new ModuleEmitter(module, prefix, observed, limit).emit();
  }

  private int[] groups() {
    var first = new ArrayList<Integer>();
    int instructions = INSTRUCTIONS_PER_CLASS;
    int entries = 0;
    for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
      int size = body(i).instructions().size();
      int function = types.importedFunctions() + i;
      int entry = ENTRY + ENTRY_PARAMETER * types.functionType(function).params().size();
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

  private GeneratedClasses emit() {
    add(ContextEmitter.emit(plan));
    for (int i = 0; i < firstFunctions.length; i++) {
      emitGroup(i);
    }
    emitImports();
    emitIndirectCalls();
    return new GeneratedClasses(prefix, firstFunctions, classes, lines);
  }

  private void add(ClassFile file) {
    classes.put(file.name(), file.bytes());
    lines.put(file.name(), file.lines());
  }

  private void emitGroup(int number) {
    int weight = limit;
    var divisions = new HashMap<Integer, Integer>();
    while (true) {
      try {
        if (new Group(number, weight, divisions).emit()) {
          return;
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
    private final ClassFile file;
    private final int weight;
    private final int first;
    private final int end;
    private final List<ClassFile> more = new ArrayList<>();
    private final Map<Integer, Integer> divisions;
    private boolean again;

    /**
     * A group.
     *
     * @param weight the most that a method may weigh
     * @param divisions how often a function has been planned anew: first so that its parts pass
     *     less to each other, then so that each has half the weight
     */
    Group(int number, int weight, Map<Integer, Integer> divisions) {
      this.divisions = divisions;
      this.file = new ClassFile(plan.group(number), GROUP);
      this.weight = weight;
      this.first = firstFunctions[number];
      this.end =
          number + 1 < firstFunctions.length ? firstFunctions[number + 1] : types.functionCount();
    }

    /** Emits the classes; false if that has to be done again, since a function got too large. */
    boolean emit() {
      var entries = new Entries(plan, file);
      entries.constructor(GROUP);
      var all = new ArrayList<Integer>();
      var tailCalling = new ArrayList<Integer>();
      for (int function = first; function < end; function++) {
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
      add(file);
      more.forEach(ModuleEmitter.this::add);
      return true;
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
      FunctionCode code =
          BodyDecoder.decode(types, function, body(function - types.importedFunctions()));
      Part root = Splitting.split(code, weightOf(function));
      boolean huge = code.ops().size() > HUGE;
      int perClass = Math.max(1, HUGE / 2 * 3 / weightOf(function));
      String base = file.name() + "Of" + function + "Part";
      var functionPlan =
          new FunctionPlan(
              code,
              root,
              plan.name(function),
              number -> huge ? base + number / perClass : file.name(),
              divisions.containsKey(function));
      int largest = new PartEmitter(plan, functionPlan, file, root).emit();
      var sinks = new LinkedHashMap<String, ClassFile>();
      sinks.put(file.name(), file);
      Deque<Part> left = new ArrayDeque<>(root.inner());
      while (!left.isEmpty()) {
        Part part = left.pop();
        String owner = functionPlan.plan(part).owner();
        ClassFile sink = sinks.computeIfAbsent(owner, name -> new ClassFile(name, OBJECT));
        int bytes = new PartEmitter(plan, functionPlan, sink, part).emit();
        largest = Math.max(largest, bytes);
        part.inner().forEach(left::push);
      }
      check(function, largest);
      sinks.remove(file.name());
      more.addAll(sinks.values());
      return functionPlan.tailCalls;
    }
  }

  private void emitImports() {
    int imported = types.importedFunctions();
    for (int from = 0; from < imported; from += ModulePlan.IMPORTS_PER_CLASS) {
      var file = new ClassFile(plan.imports(from / ModulePlan.IMPORTS_PER_CLASS), OBJECT);
      var entries = new Entries(plan, file);
      for (int i = from; i < Math.min(imported, from + ModulePlan.IMPORTS_PER_CLASS); i++) {
        entries.imported(i);
      }
      add(file);
    }
  }

  private void emitIndirectCalls() {
    BitSet referable = References.of(module);
    addReferences(referable);
    Map<Integer, List<Integer>> byType = new LinkedHashMap<>();
    referable.stream()
        .filter(function -> function >= types.importedFunctions())
        .forEach(
            function ->
                byType
                    .computeIfAbsent(
                        types.canonicalType(types.typeOfFunction(function)),
                        unseen -> new ArrayList<>())
                    .add(function));
    for (int i = 0; i < plan.dispatchClasses(); i++) {
      var file = new ClassFile(plan.dispatchClass(i), OBJECT);
      for (int type : plan.dispatchTypes(i)) {
        emitIndirectCalls(type, byType.getOrDefault(type, List.of()), file);
      }
      add(file);
    }
  }

  private void emitIndirectCalls(int type, List<Integer> functions, ClassFile file) {
    if (functions.size() <= 1 << Entries.CHUNK_BITS) {
      new Entries(plan, file).dispatch(type, toArray(functions));
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
          var chunk = new ClassFile(chunkClass(type, upper), OBJECT);
          new Entries(plan, chunk).dispatch(type, toArray(some));
          add(chunk);
        });
    new Entries(plan, file)
        .dispatch(type, toArray(chunks.keySet()), upper -> chunkClass(type, upper));
  }

  private String chunkClass(int type, int upper) {
    return prefix + "IndirectOf" + type + "From" + upper;
  }

  private void addReferences(BitSet functions) {
    for (FunctionBody body : module.codeSection().functionBodies()) {
      for (var instruction : body.instructions()) {
        if (instruction.opcode() == OpCode.REF_FUNC) {
          functions.set((int) instruction.operand(0));
        }
      }
    }
  }

  private static int[] toArray(Iterable<Integer> numbers) {
    var array = new ArrayList<Integer>();
    numbers.forEach(array::add);
    return array.stream().mapToInt(Integer::intValue).toArray();
  }
}
