package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.ofVoid;
import static dev.wasmrun.convention.emscripten.ValueHandles.UNDEFINED;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The imports by which C++ makes and uses {@code emscripten::val}, a value of JavaScript: as much
 * of them as data needs, see {@link GlobalScope}.
 *
 * <pre>
 *                          until 3.1.45                          today
 *   _emval_new             (constructor, types …, args)          a call of kind CONSTRUCTOR
 *   _emval_call            (function, types …, args) -> handle   (caller, function, destructors, args)
 *   _emval_call_method     (caller, object, name, destructors, args) -> f64
 *   _emval_as              (value, type, destructors) -> f64     a call of kind CAST
 *   _emval_invoke                                                (caller, object, name, …) -> f64
 * </pre>
 *
 * <p>An argument has 8 bytes in memory. A result of any type comes as an f64; what is to be freed
 * after it, such as a text, is a value itself, whose number is written to the place given.
 */
final class ValueImports {
  private static final int SLOT = 8;
  private static final int MOST_ARGUMENTS = 1 << 10;
  private static final long LOW_HALF = 0xFFFF_FFFFL;
  private static final String CALL = "_emval_call";

  private final GuestModule module;
  private final Bindings bindings;
  private final ValueHandles handles;
  private final GlobalScope scope;

  /** What the guest will call, by its number less 1. Guarded by itself. */
  private final List<Caller> callers = new ArrayList<>();

  /** The types of a result and of arguments, and what is called. */
  private record Caller(int[] types, Kind kind) {}

  /** What a call does; the first two have been so from the beginning. */
  private enum Kind {
    FUNCTION,
    CONSTRUCTOR,
    METHOD,
    CAST
  }

  /** What is to be done when the guest has taken a result. */
  private record Destructors(List<Runnable> all) {}

  ValueImports(GuestModule module, Bindings bindings, GlobalScope scope) {
    this.module = module;
    this.bindings = bindings;
    this.handles = bindings.handles();
    this.scope = scope;
  }

  Map<String, Import> all() {
    var imports = new HashMap<String, Import>();
    defineLives(imports);
    defineMaking(imports);
    defineParts(imports);
    defineComparisons(imports);
    defineCalls(imports);
    return imports;
  }

  private void defineLives(Map<String, Import> imports) {
    imports.put("_emval_incref", ofVoid(1, (guest, args) -> handles.keep((int) args[0])));
    imports.put("_emval_decref", ofVoid(1, (guest, args) -> handles.drop((int) args[0])));
    imports.put("_emval_register_symbol", Import.nothing());
    imports.put(
        "_emval_run_destructors",
        ofVoid(
            1,
            (guest, args) -> {
              if (handles.take((int) args[0]) instanceof Destructors destructors) {
                destructors.all().forEach(Runnable::run);
              }
            }));
  }

  private void defineMaking(Map<String, Import> imports) {
    making(imports, "new_array", 0, (guest, args) -> new ArrayList<>());
    making(imports, "new_object", 0, (guest, args) -> new LinkedHashMap<String, Object>());
    making(imports, "new_cstring", 1, (guest, args) -> text(guest, args[0]));
    making(imports, "new_u8string", 1, (guest, args) -> text(guest, args[0]));
    making(imports, "new_u16string", 1, (guest, args) -> wideText(guest, (int) args[0]));
    making(imports, "take_value", 2, (guest, args) -> argument(guest, (int) args[0], args[1]));
    making(
        imports,
        "new_array_from_memory_view",
        1,
        (guest, args) -> {
          var list = new ArrayList<Object>();
          if (value(args[0]) instanceof TypedArray array) {
            for (int i = 0; i < array.length(); i++) {
              list.add(array.get(i));
            }
          }
          return list;
        });
    making(
        imports,
        "get_global",
        1,
        (guest, args) -> args[0] == 0 ? GlobalScope.itself() : scope.named(text(guest, args[0])));
    making(imports, "get_module_property", 1, (guest, args) -> UNDEFINED);
    making(imports, "typeof", 1, (guest, args) -> GlobalScope.typeOf(value(args[0])));
    making(
        imports,
        "new",
        4,
        (guest, args) ->
            scope.construct(value(args[0]), arguments(guest, args[1], args[2], args[3])));
  }

  private void defineParts(Map<String, Import> imports) {
    making(imports, "get_property", 2, (guest, args) -> scope.get(value(args[0]), value(args[1])));
    imports.put(
        "_emval_set_property",
        ofVoid(3, (guest, args) -> scope.set(value(args[0]), value(args[1]), value(args[2]))));
    imports.put(
        "_emval_array_to_memory_view",
        ofVoid(
            2,
            (guest, args) -> {
              if (value(args[0]) instanceof TypedArray array) {
                array.setAll(value(args[1]), 0);
              }
            }));
    asking(imports, "delete", 2, args -> scope.delete(value(args[0]), value(args[1])));
    asking(imports, "in", 2, args -> scope.has(value(args[1]), value(args[0])));
  }

  private void defineComparisons(Map<String, Import> imports) {
    asking(imports, "instanceof", 2, args -> scope.isOf(value(args[0]), value(args[1])));
    asking(imports, "is_number", 1, args -> value(args[0]) instanceof Number);
    asking(imports, "is_string", 1, args -> value(args[0]) instanceof String);
    asking(imports, "not", 1, args -> !GlobalScope.isTrue(value(args[0])));
    asking(imports, "strictly_equals", 2, args -> GlobalScope.same(value(args[0]), value(args[1])));
    asking(imports, "equals", 2, args -> GlobalScope.same(value(args[0]), value(args[1])));
    asking(imports, "less_than", 2, args -> GlobalScope.less(value(args[0]), value(args[1])));
    asking(imports, "greater_than", 2, args -> GlobalScope.less(value(args[1]), value(args[0])));
  }

  private void defineCalls(Map<String, Import> imports) {
    imports.put("_emval_get_method_caller", new Import(2, this::prepare));
    imports.put("_emval_create_invoker", new Import(2, this::prepareOfToday));
    imports.put(
        CALL,
        new Import(
            4,
            (guest, args) -> {
              if (isReal(CALL)) {
                return call(guest, CALL, (int) args[0], (int) args[1], 0, args[2], args[3]);
              }
              List<Object> passed = arguments(guest, args[1], args[2], args[3]);
              return handles.of(scope.call(value(args[0]), passed));
            }));
    for (String name : List.of("_emval_call_method", "_emval_invoke", "_emval_invoke_i64")) {
      imports.put(
          name,
          new Import(
              5,
              (guest, args) ->
                  call(guest, name, (int) args[0], (int) args[1], args[2], args[3], args[4])));
    }
    imports.put(
        "_emval_call_void_method",
        ofVoid(
            4,
            (guest, args) -> call(guest, "", (int) args[0], (int) args[1], args[2], 0, args[3])));
    for (String name : List.of("_emval_as", "_emval_as_int64", "_emval_as_uint64")) {
      imports.put(
          name,
          new Import(
              2,
              (guest, args) ->
                  answer(
                      guest,
                      name,
                      bindings.type((int) args[1]),
                      value(args[0]),
                      name.equals("_emval_as") ? args[2] : 0)));
    }
    imports.put(
        "_emval_throw",
        ofVoid(
            1,
            (guest, args) -> {
              Object thrown = value(args[0]);
              Object message = thrown instanceof Map<?, ?> error ? error.get("message") : thrown;
              throw new HostFault("it threw " + GlobalScope.text(message));
            }));
  }

  /** Makes a value for the guest. */
  private interface Maker {
    Object make(Guest guest, long[] args);
  }

  private void making(Map<String, Import> imports, String name, int parameters, Maker maker) {
    imports.put(
        "_emval_" + name,
        new Import(parameters, (guest, args) -> handles.of(maker.make(guest, args))));
  }

  /** Answers a question of the guest. */
  private interface Question {
    boolean holds(long[] args);
  }

  private static void asking(
      Map<String, Import> imports, String name, int parameters, Question question) {
    imports.put(
        "_emval_" + name, new Import(parameters, (guest, args) -> question.holds(args) ? 1 : 0));
  }

  private Object value(long handle) {
    return handles.value((int) handle);
  }

  private long prepare(Guest guest, long[] args) {
    boolean constructs = args.length > 2 && args[2] == 1;
    // Before there were kinds all were methods; what is called without a name is a function.
    return add(guest, args, constructs ? Kind.CONSTRUCTOR : Kind.METHOD);
  }

  private long prepareOfToday(Guest guest, long[] args) {
    Kind[] kinds = {Kind.FUNCTION, Kind.METHOD, Kind.CONSTRUCTOR, Kind.CAST};
    return add(guest, args, kinds[(int) args[2]]);
  }

  private long add(Guest guest, long[] args, Kind kind) {
    int[] types = types(guest, args[0], args[1]);
    synchronized (callers) {
      callers.add(new Caller(types, kind));
      return callers.size();
    }
  }

  private long call(
      Guest guest, String name, int number, int handle, long method, long destructors, long args) {
    Caller caller;
    synchronized (callers) {
      caller = callers.get(number - 1);
    }
    var passed = new ArrayList<Object>();
    for (int i = 1; i < caller.types().length; i++) {
      passed.add(argument(guest, caller.types()[i], args + (i - 1) * SLOT));
    }
    Object result =
        switch (caller.kind()) {
          case CONSTRUCTOR -> scope.construct(handles.value(handle), passed);
          case CAST -> passed.get(0);
          case FUNCTION -> scope.call(handles.value(handle), passed);
          case METHOD ->
              method == 0
                  ? scope.call(handles.value(handle), passed)
                  : scope.method(handles.value(handle), text(guest, method), passed);
        };
    return answer(guest, name, bindings.type(caller.types()[0]), result, destructors);
  }

  /** A value as a result of an import, of the type that C++ wants. */
  private long answer(Guest guest, String name, BoundType type, Object value, long destructors) {
    long bits = bits(guest, type, value);
    if (destructors != 0) {
      var after = new ArrayList<Runnable>();
      after.add(() -> type.release(guest, bits));
      guest.memory().setInt((int) destructors, handles.of(new Destructors(after)));
    }
    return isReal(name) ? Double.doubleToRawLongBits(real(type, bits)) : bits;
  }

  private long bits(Guest guest, BoundType type, Object value) {
    if (type instanceof BoundType.AnyValue) {
      return handles.of(value);
    } else if (type instanceof BoundType.Nothing) {
      return 0;
    } else if (type instanceof BoundType.Truth) {
      return GlobalScope.isTrue(value) ? 1 : 0;
    } else if (type instanceof BoundType.Whole whole) {
      long number = value instanceof Long exact ? exact : (long) GlobalScope.number(value);
      return whole.narrowed(number);
    } else if (type instanceof BoundType.Real) {
      return type.toGuest(guest, GlobalScope.number(value));
    }
    Object given = GlobalScope.toJava(value);
    return type.toGuest(guest, given == null ? "undefined" : given);
  }

  private static double real(BoundType type, long bits) {
    if (type instanceof BoundType.Real real) {
      return real.bytes() == Float.BYTES
          ? Float.intBitsToFloat((int) bits)
          : Double.longBitsToDouble(bits);
    }
    return type instanceof BoundType.Whole ? bits : bits & LOW_HALF;
  }

  /** Whether an import is declared to return an f64. */
  private boolean isReal(String name) {
    return module.imports().stream()
        .filter(item -> item.name().equals(name))
        .flatMap(item -> item.signature().stream())
        .anyMatch(signature -> signature.results().contains(ValueType.F64));
  }

  private List<Object> arguments(Guest guest, long count, long types, long args) {
    var values = new ArrayList<Object>();
    for (int type : types(guest, count, types)) {
      values.add(argument(guest, type, args + values.size() * SLOT));
    }
    return values;
  }

  private Object argument(Guest guest, int type, long at) {
    return bindings.type(type).read(guest, (int) at);
  }

  private static int[] types(Guest guest, long count, long at) {
    if (count < 0 || count > MOST_ARGUMENTS) {
      throw new HostFault("it passes %s arguments to JavaScript".formatted(count));
    }
    var types = new int[(int) count];
    for (int i = 0; i < types.length; i++) {
      types[i] = guest.memory().getInt((int) at + i * Integer.BYTES);
    }
    return types;
  }

  private static String text(Guest guest, long address) {
    return EndImports.text(guest.memory(), (int) address);
  }

  private static String wideText(Guest guest, int address) {
    LinearMemory memory = guest.memory();
    var text = new StringBuilder();
    for (int at = address; memory.getShort(at) != 0; at += Character.BYTES) {
      text.append((char) memory.getShort(at));
    }
    return text.toString();
  }
}
