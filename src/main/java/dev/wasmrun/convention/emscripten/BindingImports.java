package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.memory.LinearMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The imports by which a guest binds by embind, while its constructors run. */
final class BindingImports {
  private static final String PREFIX = "_embind_register_";

  /** A type, a signature, a function, and what that gets first. */
  private static final int ACCESS_ARGUMENTS = 4;

  /** More than any function has. */
  private static final int MOST_TYPES = 1 << 16;

  /** What has to be registered, but makes no difference here. */
  private static final List<String> WITHOUT_EFFECT =
      List.of(
          "_embind_finalize_value_array",
          "_embind_finalize_value_object",
          "_embind_register_iterable",
          "_embind_register_user_type_definition");

  private final Bindings bindings;

  BindingImports(Bindings bindings) {
    this.bindings = bindings;
  }

  Map<String, Import> all() {
    var imports = new HashMap<String, Import>();
    defineTypes(imports);
    defineParts(imports);
    defineFunctions(imports);
    defineMembers(imports);
    defineProperties(imports);
    WITHOUT_EFFECT.forEach(name -> imports.put(name, Import.nothing()));
    return imports;
  }

  private void defineTypes(Map<String, Import> imports) {
    type(imports, "void", 2, (name, args) -> new BoundType.Nothing(name), 1);
    type(imports, "bool", 2, (name, args) -> new BoundType.Truth(name), 1);
    type(
        imports,
        "integer",
        4,
        (name, args) -> new BoundType.Whole(name, (int) args[2], (int) args[3] != 0),
        1);
    type(
        imports,
        "bigint",
        4,
        (name, args) -> new BoundType.Whole(name, Long.BYTES, args[3] != 0),
        1);
    type(imports, "float", 3, (name, args) -> new BoundType.Real(name, (int) args[2]), 1);
    type(imports, "std_string", 2, (name, args) -> new BoundType.Text(name), 1);
    type(imports, "std_wstring", 3, BindingImports::wideText, 2);
    type(imports, "user_type", 2, (name, args) -> anyValue(name), 1);
    type(imports, "memory_view", 3, BindingImports::view, 2);
    type(imports, "value_array", 6, (name, args) -> struct(name, args, false), 1);
    type(imports, "value_object", 6, (name, args) -> struct(name, args, true), 1);
    type(imports, "enum", 3, (name, args) -> new BoundType.Choice(name, (int) args[2]), 1);
    type(imports, "smart_ptr", 12, this::smartPointer, 2);
    imports.put(
        PREFIX + "emval",
        ofVoid(1, (guest, args) -> bindings.add((int) args[0], anyValue("emscripten::val"))));
    imports.put(
        PREFIX + "optional",
        ofVoid(1, (guest, args) -> bindings.add((int) args[0], anyValue(BoundType.OPTIONAL))));
  }

  /** Makes the type that a guest registers. */
  private interface Maker {
    BoundType of(String name, long[] args);
  }

  /** Defines the import that registers a kind of type, of which an argument is the name. */
  private void type(
      Map<String, Import> imports, String kind, int parameters, Maker maker, int nameAt) {
    imports.put(
        PREFIX + kind,
        ofVoid(
            parameters,
            (guest, args) ->
                bindings.add((int) args[0], maker.of(text(guest, args[nameAt]), args))));
  }

  private BoundType anyValue(String name) {
    return new BoundType.AnyValue(name, bindings.handles());
  }

  private static BoundType wideText(String name, long[] args) {
    return args[1] == Character.BYTES || args[1] == Integer.BYTES
        ? new BoundType.WideText(name, (int) args[1])
        : new BoundType.Foreign(name);
  }

  private static BoundType view(String name, long[] args) {
    TypedArray.Kind[] kinds = TypedArray.Kind.values();
    return args[1] >= 0 && args[1] < kinds.length
        ? new BoundType.View(name, kinds[(int) args[1]])
        : new BoundType.Foreign(name);
  }

  private static BoundType struct(String name, long[] args, boolean named) {
    return new BoundStruct(name, named, (int) args[3], (int) args[5], new ArrayList<>());
  }

  private BoundType smartPointer(String name, long[] args) {
    int of = (int) args[1];
    return new BoundSmartPointer(
        name, () -> bindings.classOf(of), (int) args[5], (int) args[7], (int) args[11]);
  }

  private void defineParts(Map<String, Import> imports) {
    imports.put(
        PREFIX + "value_array_element", ofVoid(9, (guest, args) -> addElement(args, null, 1)));
    imports.put(
        PREFIX + "value_object_field",
        ofVoid(10, (guest, args) -> addElement(args, text(guest, args[1]), 2)));
    imports.put(
        PREFIX + "enum_value",
        ofVoid(
            3,
            (guest, args) -> {
              if (bindings.type((int) args[0]) instanceof BoundType.Choice choice) {
                choice.numbers().put(text(guest, args[1]), (int) args[2]);
              }
            }));
  }

  /**
   * Adds a part to a struct.
   *
   * @param name a field's; null for an element of an array
   * @param at where the arguments are that tell how it is read and then how it is written
   */
  private void addElement(long[] args, String name, int at) {
    if (bindings.type((int) args[0]) instanceof BoundStruct struct) {
      String known = name == null ? Integer.toString(struct.elements().size()) : name;
      struct.elements().add(element(known, args, at));
    }
  }

  private BoundElement element(String name, long[] args, int at) {
    return new BoundElement(name, access(args, at), access(args, at + ACCESS_ARGUMENTS));
  }

  private BoundElement.Access access(long[] args, int at) {
    return new BoundElement.Access(
        () -> bindings.type((int) args[at]), (int) args[at + 2], (int) args[at + 3]);
  }

  private void defineFunctions(Map<String, Import> imports) {
    imports.put(
        PREFIX + "function",
        ofVoid(
            6,
            (guest, args) -> {
              String name = text(guest, args[0]);
              int[] types = vector(guest, args[1], args[2]);
              bindings.whenComplete(
                  complete -> bindings.add(function(name, types, 1, (int) args[4], (int) args[5])));
            }));
    imports.put(
        PREFIX + "constant",
        ofVoid(
            3,
            (guest, args) -> {
              String name = text(guest, args[0]);
              double number = Double.longBitsToDouble(args[2]);
              bindings.whenComplete(
                  complete ->
                      bindings.addConstant(
                          name, constant(complete, bindings.type((int) args[1]), number)));
            }));
  }

  /** The value of a constant, which the guest gives as a number of any type. */
  private static Object constant(Guest guest, BoundType type, double number) {
    if (type instanceof BoundType.Real real && real.bytes() == Float.BYTES) {
      return type.toJava(guest, Float.floatToRawIntBits((float) number));
    }
    boolean real = type instanceof BoundType.Real;
    return type.toJava(guest, real ? Double.doubleToRawLongBits(number) : (long) number);
  }

  /**
   * A function.
   *
   * @param types those of the result, then of the parameters
   * @param first where the parameters begin that are passed
   */
  private BoundFunction function(String name, int[] types, int first, int invoker, int function) {
    var parameters = new ArrayList<BoundType>();
    for (int i = first; i < types.length; i++) {
      parameters.add(bindings.type(types[i]));
    }
    return new BoundFunction(
        name, invoker, function, bindings.type(types[0]), List.copyOf(parameters));
  }

  private void defineMembers(Map<String, Import> imports) {
    imports.put(PREFIX + "class", ofVoid(13, this::addClass));
    imports.put(
        PREFIX + "class_constructor",
        ofVoid(
            6,
            (guest, args) -> {
              int[] types = vector(guest, args[1], args[2]);
              ofClass(
                  args[0],
                  of ->
                      of.constructors()
                          .add(function(of.name(), types, 1, (int) args[4], (int) args[5])));
            }));
    imports.put(
        PREFIX + "class_function",
        ofVoid(
            7,
            (guest, args) -> {
              String name = text(guest, args[1]);
              int[] types = vector(guest, args[2], args[3]);
              ofClass(
                  args[0],
                  of -> of.addMethod(function(name, types, 2, (int) args[5], (int) args[6])));
            }));
    imports.put(
        PREFIX + "class_class_function",
        ofVoid(
            7,
            (guest, args) -> {
              String name = "." + text(guest, args[1]);
              int[] types = vector(guest, args[2], args[3]);
              ofClass(
                  args[0],
                  of ->
                      bindings.add(
                          function(of.name() + name, types, 1, (int) args[5], (int) args[6])));
            }));
  }

  private void addClass(Guest guest, long[] args) {
    String name = text(guest, args[10]);
    var code = new BoundClass.Code((int) args[7], (int) args[9], (int) args[5], (int) args[12]);
    var type = new BoundClass(bindings, name, (int) args[3], code);
    bindings.add((int) args[0], type);
    bindings.add((int) args[0], new BoundReference(type, name, false));
    bindings.add((int) args[1], new BoundReference(type, name + "*", true));
    bindings.add((int) args[2], new BoundReference(type, name + " const*", true));
  }

  private void defineProperties(Map<String, Import> imports) {
    imports.put(
        PREFIX + "class_property",
        ofVoid(
            10,
            (guest, args) -> {
              String name = text(guest, args[1]);
              ofClass(args[0], of -> of.properties().put(name, element(name, args, 2)));
            }));
    imports.put(
        PREFIX + "class_class_property",
        ofVoid(
            8,
            (guest, args) -> {
              String name = "." + text(guest, args[1]);
              ofClass(
                  args[0],
                  of ->
                      bindings.add(
                          new BoundVariable(
                              of.name() + name,
                              bindings.type((int) args[2]),
                              (int) args[3],
                              (int) args[5],
                              (int) args[7])));
            }));
  }

  /** Adds a member to a class. */
  private interface Member {
    void addTo(BoundClass of);
  }

  /** Adds a member when all classes are known, for one may be bound before its class. */
  private void ofClass(long id, Member member) {
    bindings.whenComplete(
        guest -> {
          BoundClass of = bindings.classOf((int) id);
          if (of == null) {
            throw new HostFault(
                "embind binds a member of a class that it does not bind, type "
                    + Integer.toUnsignedString((int) id));
          }
          member.addTo(of);
        });
  }

  private static int[] vector(Guest guest, long count, long address) {
    LinearMemory memory = guest.memory();
    if (count < 1 || count > MOST_TYPES) {
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
}
