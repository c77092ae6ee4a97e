package dev.wasmrun.compiler.emit;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.code.ModuleTypes;
import dev.wasmrun.compiler.runtime.Context;
import dev.wasmrun.compiler.runtime.LibraryCalls;
import dev.wasmrun.memory.LibraryFunction;
import java.util.Arrays;
import java.util.Optional;
import org.objectweb.asm.Type;

/**
 * What the classes of a module are called and what is where, as all that is generated agrees on it.
 *
 * <p>Immutable.
 */
final class ModulePlan {
  static final String CONTEXT = Type.getInternalName(Context.class);
  static final String CONTEXT_DESCRIPTOR = Type.getDescriptor(Context.class);

  /** How many types share a class of indirect calls. */
  private static final int TYPES_PER_CLASS = 100;

  /** How many imported functions share a class. */
  static final int IMPORTS_PER_CLASS = 1000;

  private final String prefix;
  private final ModuleTypes types;
  private final boolean observed;
  private final LibraryCalls libraryCalls;
  private final int[] firstFunctions;
  private final WasmModule module;
  private final Optional<VectorTier> vectors;

  /**
   * A plan.
   *
   * @param prefix what the names of all classes begin with, as class files have it
   * @param vectors the form of functions in which vectors are whole, if there is one
   * @param firstFunctions the first function of each group of functions that share a class
   */
  ModulePlan(
      String prefix,
      WasmModule module,
      ModuleTypes types,
      boolean observed,
      int[] firstFunctions,
      Optional<VectorTier> vectors) {
    this.prefix = prefix;
    this.module = module;
    this.types = types;
    this.observed = observed;
    this.libraryCalls = observed ? LibraryCalls.of(module) : null;
    this.firstFunctions = firstFunctions.clone();
    this.vectors = vectors;
  }

  /** The form of functions in which vectors are whole; empty if there is none. */
  Optional<VectorTier> vectors() {
    return vectors;
  }

  /** What there is for whole vectors, now loaded; empty if vectors have to be halves. */
  Optional<LaneMethods.Written> vectorMethods() {
    return vectors.flatMap(tier -> tier.methods().get());
  }

  /** The class with the functions of a group that have whole vectors. */
  String wholeVectors(int group) {
    return prefix + "Vectors" + group;
  }

  /** The number of the group in the name of such a class; -1 if it is none. */
  int vectorsNumber(String unit) {
    return number(unit, "Vectors");
  }

  ModuleTypes types() {
    return types;
  }

  /** Whether the code tells which instruction is about to access the memory. */
  boolean observed() {
    return observed;
  }

  /** What a function does of whose calls the code tells; null for any other. */
  LibraryFunction told(int function) {
    return observed ? libraryCalls.at(function) : null;
  }

  String prefix() {
    return prefix;
  }

  String contextClass() {
    return contextClass(prefix);
  }

  static String contextClass(String prefix) {
    return prefix + "Context";
  }

  String contextDescriptor() {
    return "L" + contextClass() + ";";
  }

  static String field(int global) {
    return "global" + global;
  }

  /** The field with one half of a vector. */
  static String field(int global, boolean high) {
    return high ? field(global) + "high" : field(global);
  }

  boolean hasField(int global) {
    return Context.hasField(types, global);
  }

  String group(int number) {
    return group(prefix, number);
  }

  static String group(String prefix, int number) {
    return prefix + "Group" + number;
  }

  int groups() {
    return firstFunctions.length;
  }

  /** The first function of a group. */
  int firstFunction(int group) {
    return firstFunctions[group];
  }

  /** Behind the last function of a group. */
  int endOfGroup(int group) {
    return group + 1 < firstFunctions.length ? firstFunctions[group + 1] : types.functionCount();
  }

  /** A further class of a group, with parts of one of its functions. */
  static String partClass(String group, int function, int number) {
    return group + "Of" + function + "Part" + number;
  }

  int importClasses() {
    return (types.importedFunctions() + IMPORTS_PER_CLASS - 1) / IMPORTS_PER_CLASS;
  }

  /** A further class of a class of indirect calls, with some functions of a type. */
  String dispatchChunk(int type, int upper) {
    return dispatchOwner(type) + "Of" + type + "From" + upper;
  }

  /** The class together with which another is generated: the one that its name continues. */
  static String unitOf(String className) {
    int more = className.indexOf("Of", className.lastIndexOf('/'));
    return more < 0 ? className : className.substring(0, more);
  }

  /** The number in the name of a group; -1 if it is none. */
  int groupNumber(String unit) {
    return number(unit, "Group");
  }

  /** The number in the name of a class of imports; -1 if it is none. */
  int importsNumber(String unit) {
    return number(unit, "Imports");
  }

  /** The number in the name of a class of indirect calls; -1 if it is none. */
  int dispatchNumber(String unit) {
    return number(unit, "Indirect");
  }

  private int number(String unit, String kind) {
    String rest = unit.substring(prefix.length());
    return rest.startsWith(kind) ? Integer.parseInt(rest.substring(kind.length())) : -1;
  }

  int[] firstFunctions() {
    return firstFunctions.clone();
  }

  /** The class that has a function or, for an imported one, the method that calls it. */
  String owner(int function) {
    return function < types.importedFunctions()
        ? imports(function / IMPORTS_PER_CLASS)
        : group(groupOf(firstFunctions, function));
  }

  String imports(int number) {
    return prefix + "Imports" + number;
  }

  /** The number of the group that a function is in. */
  static int groupOf(int[] firstFunctions, int function) {
    int found = Arrays.binarySearch(firstFunctions, function);
    return found >= 0 ? found : -found - 2;
  }

  /** The method that calls a function. */
  String name(int function) {
    return MethodNames.of(module, function);
  }

  /** The method that has a function's body. */
  String bodyName(int function, boolean tailCalls) {
    return tailCalls ? name(function) + "$body" : name(function);
  }

  /** The method that has the body of a function of two forms, the one with halves of vectors. */
  String halvesName(int function) {
    return name(function) + "$halves";
  }

  String dispatchClass(int number) {
    return prefix + "Indirect" + number;
  }

  int dispatchClasses() {
    return (types.typeCount() + TYPES_PER_CLASS - 1) / TYPES_PER_CLASS;
  }

  /** The class of the method that makes indirect calls of a type. */
  String dispatchOwner(int type) {
    return dispatchClass(type / TYPES_PER_CLASS);
  }

  static String dispatchName(int type) {
    return "call" + type;
  }

  /** The types whose indirect calls a class makes. */
  int[] dispatchTypes(int number) {
    return java.util.stream.IntStream.range(
            number * TYPES_PER_CLASS, Math.min(types.typeCount(), (number + 1) * TYPES_PER_CLASS))
        .filter(type -> types.type(type) != null && types.canonicalType(type) == type)
        .toArray();
  }
}
