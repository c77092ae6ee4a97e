package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.LibraryThread;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What a guest has bound by embind, and the imports by which it does, while its constructors run.
 *
 * <p>A function may be bound before the types that it mentions, so these are looked up at the first
 * call. Used by one thread at a time.
 */
final class Bindings {
  /** A type, a signature, a function, and what that gets first. */
  private static final int ACCESS_ARGUMENTS = 4;

  /** More than any function has. */
  private static final int MOST_TYPES = 1 << 16;

  private final Map<Integer, BoundType> types = new HashMap<>();
  private final Map<Integer, BoundClass> classes = new HashMap<>();
  private final Map<String, BoundClass> classesByName = new TreeMap<>();

  private final ValueHandles handles;

  /** Where the guest is called; null for the caller's own thread. Set before it is called. */
  private LibraryThread thread;

  /** Free functions and static methods, by their names; a static method's is Class.method. */
  private final Map<String, Supplier<BoundFunction>> functions = new TreeMap<>();

  /** What is to be done when all types are known. */
  private final List<Runnable> later = new ArrayList<>();

  /**
   * Creates bindings without any.
   *
   * @param handles the values of JavaScript that the guest holds
   */
  Bindings(ValueHandles handles) {
    this.handles = handles;
  }

  /** Has what is bound called on a thread of the guest's. */
  void callOn(LibraryThread calling) {
    thread = calling;
  }

  /** Does something on the thread that calls the guest. */
  <T> T on(Supplier<T> work) {
    return thread == null ? work.get() : thread.call(work);
  }

  /** Ends the guest's threads, and releases what it has. */
  void end(Crew crew) {
    if (thread == null) {
      crew.abandon();
    } else {
      thread.close();
    }
  }

  /** The values of JavaScript that the guest holds. */
  ValueHandles handles() {
    return handles;
  }

  Map<String, Import> all() {
    var imports = new HashMap<String, Import>();
    defineTypes(imports);
    defineFunctions(imports);
    defineClasses(imports);
    return imports;
  }

  private void defineTypes(Map<String, Import> imports) {
    type(imports, "void", (guest, args) -> new BoundType.Nothing(text(guest, args[1])));
    type(imports, "bool", (guest, args) -> new BoundType.Truth(text(guest, args[1])));
    Maker whole =
        (guest, args) ->
            new BoundType.Whole(text(guest, args[1]), (int) args[2], (int) args[3] != 0);
    type(imports, "integer", whole);
    type(
        imports,
        "bigint",
        (guest, args) -> new BoundType.Whole(text(guest, args[1]), Long.BYTES, args[3] != 0));
    type(
        imports, "float", (guest, args) -> new BoundType.Real(text(guest, args[1]), (int) args[2]));
    type(imports, "std_string", (guest, args) -> new BoundType.Text(text(guest, args[1])));
    type(imports, "std_wstring", (guest, args) -> new BoundType.Foreign(text(guest, args[2])));
    type(imports, "emval", (guest, args) -> new BoundType.AnyValue(handles));
    type(imports, "user_type", (guest, args) -> new BoundType.Foreign(text(guest, args[1])));
    type(imports, "optional", (guest, args) -> new BoundType.Foreign("std::optional"));
    type(imports, "memory_view", Bindings::view);
    type(imports, "value_array", (guest, args) -> struct(guest, args, false));
    type(imports, "value_object", (guest, args) -> struct(guest, args, true));
    imports.put(
        "_embind_register_value_array_element",
        ofVoid(9, (guest, args) -> addElement(args, null, 1)));
    imports.put(
        "_embind_register_value_object_field",
        ofVoid(10, (guest, args) -> addElement(args, text(guest, args[1]), 2)));
    type(
        imports,
        "enum",
        (guest, args) -> new BoundType.Choice(text(guest, args[1]), (int) args[2]));
    imports.put("_embind_register_enum_value", ofVoid(3, this::enumValue));
    for (String ignored :
        List.of(
            "_embind_finalize_value_array",
            "_embind_finalize_value_object",
            "_embind_register_constant",
            "_embind_register_smart_ptr",
            "_embind_register_iterable",
            "_embind_register_user_type_definition",
            "_embind_register_class_property",
            "_embind_register_class_class_property")) {
      imports.put(ignored, Import.nothing());
    }
  }

  /** Makes the type that a guest registers. */
  private interface Maker {
    BoundType of(Guest guest, long[] args);
  }

  private void type(Map<String, Import> imports, String kind, Maker maker) {
    imports.put(
        "_embind_register_" + kind,
        ofVoid(1, (guest, args) -> types.put((int) args[0], maker.of(guest, args))));
  }

  private static BoundType view(Guest guest, long[] args) {
    TypedArray.Kind[] kinds = TypedArray.Kind.values();
    String name = text(guest, args[2]);
    return args[1] >= 0 && args[1] < kinds.length
        ? new BoundType.View(name, kinds[(int) args[1]])
        : new BoundType.Foreign(name);
  }

  private static BoundType struct(Guest guest, long[] args, boolean named) {
    return new BoundType.Struct(
        text(guest, args[1]), named, (int) args[3], (int) args[5], new ArrayList<>());
  }

  /**
   * Adds a part to a struct.
   *
   * @param name a field's; null for an element of an array
   * @param at where the arguments are that tell how it is read and then how it is written
   */
  private void addElement(long[] args, String name, int at) {
    if (types.get((int) args[0]) instanceof BoundType.Struct struct) {
      String known = name == null ? Integer.toString(struct.elements().size()) : name;
      struct
          .elements()
          .add(new BoundElement(known, access(args, at), access(args, at + ACCESS_ARGUMENTS)));
    }
  }

  private BoundElement.Access access(long[] args, int at) {
    return new BoundElement.Access(
        () -> type((int) args[at]), (int) args[at + 2], (int) args[at + 3]);
  }

  private void enumValue(Guest guest, long[] args) {
    if (types.get((int) args[0]) instanceof BoundType.Choice choice) {
      choice.numbers().put(text(guest, args[1]), (int) args[2]);
    }
  }

  private void defineFunctions(Map<String, Import> imports) {
    imports.put(
        "_embind_register_function",
        ofVoid(
            6,
            (guest, args) -> {
              String name = text(guest, args[0]);
              put(name, vector(guest, args[1], args[2]), 1, (int) args[4], (int) args[5]);
            }));
    imports.put(
        "_embind_register_class_class_function",
        ofVoid(
            7,
            (guest, args) -> {
              String name = known((int) args[0]).name() + "." + text(guest, args[1]);
              put(name, vector(guest, args[2], args[3]), 1, (int) args[5], (int) args[6]);
            }));
  }

  private void put(String name, int[] signature, int first, int invoker, int function) {
    functions.put(name, () -> function(name, signature, first, invoker, function));
  }

  /**
   * A function.
   *
   * @param signature the types of the result, then of the parameters
   * @param first where the parameters begin that are passed
   */
  private BoundFunction function(
      String name, int[] signature, int first, int invoker, int function) {
    var parameters = new ArrayList<BoundType>();
    for (int i = first; i < signature.length; i++) {
      parameters.add(type(signature[i]));
    }
    return new BoundFunction(name, invoker, function, type(signature[0]), List.copyOf(parameters));
  }

  /** The type of a number. */
  BoundType type(int id) {
    return types.getOrDefault(id, new BoundType.Foreign("type " + Integer.toUnsignedString(id)));
  }

  private void defineClasses(Map<String, Import> imports) {
    imports.put("_embind_register_class", ofVoid(13, this::register));
    imports.put(
        "_embind_register_class_constructor",
        ofVoid(
            6,
            (guest, args) -> {
              BoundClass of = known((int) args[0]);
              int[] signature = vector(guest, args[1], args[2]);
              int invoker = (int) args[4];
              int function = (int) args[5];
              later.add(
                  () ->
                      of.constructors()
                          .put(
                              signature.length - 1,
                              function(of.name(), signature, 1, invoker, function)));
            }));
    imports.put(
        "_embind_register_class_function",
        ofVoid(
            7,
            (guest, args) -> {
              BoundClass of = known((int) args[0]);
              String name = text(guest, args[1]);
              int[] signature = vector(guest, args[2], args[3]);
              int invoker = (int) args[5];
              int function = (int) args[6];
              later.add(
                  () -> of.methods().put(name, function(name, signature, 2, invoker, function)));
            }));
  }

  private void register(Guest guest, long[] args) {
    String name = text(guest, args[10]);
    var type =
        new BoundClass(this, name, classes.get((int) args[3]), (int) args[7], (int) args[12]);
    classes.put((int) args[0], type);
    classesByName.put(name, type);
    types.put((int) args[0], new BoundType.Instance(type, name));
    types.put((int) args[1], new BoundType.Instance(type, name + "*"));
    types.put((int) args[2], new BoundType.Instance(type, name + " const*"));
  }

  private BoundClass known(int id) {
    BoundClass type = classes.get(id);
    if (type == null) {
      throw new HostFault(
          "embind binds a member of a class before the class, type "
              + Integer.toUnsignedString(id));
    }
    return type;
  }

  private static int[] vector(Guest guest, long count, long address) {
    LinearMemory memory = guest.memory();
    if (count < 0 || count > MOST_TYPES) {
      throw new HostFault("embind binds a function of %s types".formatted(count));
    }
    var vector = new int[(int) count];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = memory.getInt((int) address + i * Integer.BYTES);
    }
    return vector;
  }

  private static String text(Guest guest, long address) {
    return EndImports.text(guest.memory(), (int) address);
  }

  /** Nothing more will be bound. */
  void complete() {
    later.forEach(Runnable::run);
    later.clear();
  }

  /** Whether anything is bound. */
  boolean isEmpty() {
    return functions.isEmpty() && classesByName.isEmpty();
  }

  /** Whether a name is that of a function or a static method. */
  boolean hasFunction(String name) {
    return functions.containsKey(name);
  }

  /** What is bound, one a line, as C++ declares it. */
  List<String> described() {
    var lines = new ArrayList<String>();
    functions.values().forEach(function -> lines.add(function.get().toString()));
    for (BoundClass type : classesByName.values()) {
      type.constructors().values().forEach(each -> lines.add("new " + each));
      type.methods().values().forEach(method -> lines.add(type.name() + "#" + method));
    }
    return lines;
  }

  /**
   * Calls a function or a static method.
   *
   * @throws UsageException if nothing is bound by the name, or the arguments do not suit it
   */
  Object call(Guest guest, String name, Object... args) {
    Supplier<BoundFunction> function = functions.get(name);
    if (function == null) {
      throw unknown(name);
    }
    return function.get().call(guest, null, args);
  }

  /**
   * Creates an object.
   *
   * @throws UsageException if there is no such class or constructor, or the arguments do not suit
   *     it
   */
  Object create(Guest guest, String className, Object... args) {
    BoundClass type = classesByName.get(className);
    if (type == null) {
      throw unknown(className);
    }
    BoundFunction constructor = type.constructors().get(args.length);
    if (constructor == null) {
      throw new UsageException(
          "class %s has no constructor of %s arguments".formatted(className, args.length));
    }
    return constructor.call(guest, null, args);
  }

  private UsageException unknown(String name) {
    return new UsageException(
        "nothing is bound by the name '%s'; bound are %s"
            .formatted(name, String.join(", ", described())));
  }
}
