package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.LibraryThread;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What a guest has bound by embind: types, functions, classes, variables and constants.
 *
 * <p>Something may be bound before the types that it mentions, so all but types is added when the
 * guest's constructors have run. Used by one thread at a time.
 */
final class Bindings {
  private final Map<Integer, BoundType> types = new HashMap<>();
  private final Map<Integer, BoundClass> classes = new HashMap<>();
  private final Map<String, BoundClass> classesByName = new TreeMap<>();

  private final ValueHandles handles;

  /** Where the guest is called; null for the caller's own thread. Set before it is called. */
  private LibraryThread thread;

  /** Free functions and static methods, by their names; a static method's is Class.method. */
  private final Map<String, Overloads> functions = new TreeMap<>();

  /** Static variables of classes, by their names: Class.variable. */
  private final Map<String, BoundVariable> variables = new TreeMap<>();

  private final Map<String, Object> constants = new TreeMap<>();

  /** What is to be done when all types are known. */
  private final List<Consumer<Guest>> later = new ArrayList<>();

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

  /** The type of a number. */
  BoundType type(int id) {
    return types.getOrDefault(id, new BoundType.Foreign("type " + Integer.toUnsignedString(id)));
  }

  /** The class of a number, which that of a reference to it is, too; null if there is none. */
  BoundClass classOf(int id) {
    return classes.get(id);
  }

  void add(int id, BoundType type) {
    types.put(id, type);
  }

  void add(int id, BoundClass type) {
    classes.put(id, type);
    classesByName.put(type.name(), type);
  }

  /** Adds a free function or a static method. */
  void add(BoundFunction function) {
    functions.computeIfAbsent(function.name(), name -> new Overloads()).add(function);
  }

  void add(BoundVariable variable) {
    variables.put(variable.name(), variable);
  }

  void addConstant(String name, Object value) {
    constants.put(name, value);
  }

  /** Has something done when all types are known. */
  void whenComplete(Consumer<Guest> task) {
    later.add(task);
  }

  /** Nothing more will be bound. */
  void complete(Guest guest) {
    later.forEach(task -> task.accept(guest));
    later.clear();
  }

  /** Whether anything is bound. */
  boolean isEmpty() {
    return types.isEmpty();
  }

  /** Whether a name is that of a function or a static method. */
  boolean hasFunction(String name) {
    return functions.containsKey(name);
  }

  /** Whether a name is that of a constant or a static variable. */
  boolean hasValue(String name) {
    return constants.containsKey(name) || variables.containsKey(name);
  }

  /** What is bound, one a line, as C++ declares it. */
  List<String> described() {
    var lines = new ArrayList<String>();
    functions.values().forEach(each -> each.all().forEach(one -> lines.add(one.toString())));
    constants.forEach((name, value) -> lines.add("%s = %s".formatted(name, value)));
    variables.values().forEach(variable -> lines.add(variable.toString()));
    for (BoundClass type : classesByName.values()) {
      String member = type.name() + "#";
      type.constructors().all().forEach(each -> lines.add("new " + each));
      for (Overloads each : type.methods().values()) {
        each.all().forEach(method -> lines.add(member + method));
      }
      type.properties().values().forEach(property -> lines.add(member + property));
    }
    return lines;
  }

  /**
   * Calls a function or a static method.
   *
   * @throws UsageException if nothing is bound by the name, or the arguments do not suit it
   */
  Object call(Guest guest, String name, Object... args) {
    Overloads function = functions.get(name);
    if (function == null) {
      throw unknown(name);
    }
    return function.required(args.length).call(guest, null, args);
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
    if (!type.constructors().take(args.length)) {
      throw new UsageException(
          "class %s has no constructor of %s arguments".formatted(className, args.length));
    }
    return type.constructors().required(args.length).call(guest, null, args);
  }

  /**
   * The value of a constant or a static variable.
   *
   * @throws UsageException if nothing is bound by the name
   */
  Object value(Guest guest, String name) {
    return constants.containsKey(name) ? constants.get(name) : variable(name).get(guest);
  }

  /**
   * Sets the value of a static variable.
   *
   * @throws UsageException if there is none of the name, or the value does not suit it
   */
  void setValue(Guest guest, String name, Object value) {
    if (constants.containsKey(name)) {
      throw new UsageException(name + " is a constant");
    }
    variable(name).set(guest, value);
  }

  private BoundVariable variable(String name) {
    BoundVariable variable = variables.get(name);
    if (variable == null) {
      throw unknown(name);
    }
    return variable;
  }

  private UsageException unknown(String name) {
    return new UsageException(
        "nothing is bound by the name '%s'; bound are %s"
            .formatted(name, String.join(", ", described())));
  }
}
