package dev.wasmrun.spark;

import static java.lang.invoke.MethodType.methodType;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.ValueType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/**
 * An exported function of which a parameter, or the result, is a text or a binary.
 *
 * @param name what messages call it
 * @param export what the module calls it
 * @param language how texts are in the module's memory
 * @param parameters a form for each value of a row
 * @param result the form of what is returned
 */
record TextBody(
    String name, String export, GuestText.Language language, List<Form> parameters, Form result)
    implements CodedBody {

  /** How a value is passed. */
  enum Form {
    NUMBER,
    TEXT,
    BINARY;

    private static Form of(DataType type) {
      return type.equals(DataTypes.StringType)
          ? TEXT
          : type.equals(DataTypes.BinaryType) ? BINARY : NUMBER;
    }
  }

  /**
   * Checks that a function is of the types of SQL.
   *
   * @throws UsageException if it is not, or there is no allocator
   */
  static TextBody of(
      String name, ExportedFunction function, DataType returned, List<DataType> parameters) {
    List<ValueType> types = function.signature().params();
    List<ValueType> results = function.signature().results();
    boolean suits = types.size() == parameters.size() && results.size() == 1;
    for (int i = 0; suits && i < types.size(); i++) {
      suits = suits(types.get(i), parameters.get(i));
    }
    if (!suits || !suits(results.get(0), returned)) {
      throw new UsageException(
          "%s is %s, which is not %s for %s; a STRING or BINARY is an i32 there"
              .formatted(
                  function.name(),
                  function.signature(),
                  returned.sql(),
                  parameters.stream().map(DataType::sql).toList()));
    }
    GuestText.Language language =
        GuestText.Language.of(function.module())
            .orElseThrow(
                () ->
                    new UsageException(
                        "%s exports no allocator for texts: __new, __pin, __unpin and __collect (asc --exportRuntime), or malloc and free"
                            .formatted(function.module().name())));
    return new TextBody(
        name,
        function.name(),
        language,
        parameters.stream().map(Form::of).toList(),
        Form.of(returned));
  }

  private static boolean suits(ValueType type, DataType sql) {
    return Form.of(sql) == Form.NUMBER ? Numbers.type(type).equals(sql) : type == ValueType.I32;
  }

  @Override
  public GuestText texts(Guest guest) {
    return language.in(guest);
  }

  @Override
  public MethodHandle code(GuestFunction any) {
    List<ValueType> types = any.signature().params();
    MethodHandle called = any.handle();
    for (int i = parameters.size() - 1; i >= 0; i--) { // the first is put there first
      called = MethodHandles.collectArguments(called, i + 1, put(parameters.get(i), types.get(i)));
    }
    MethodHandle taken =
        MethodHandles.collectArguments(take(called.type().returnType()), 1, called);
    MethodHandle ended =
        MethodHandles.collectArguments(texts("ended", Object.class, Object.class), 1, taken);
    return ofRow(ended).asSpreader(Object[].class, parameters.size()).asType(RowCalls.CODE_TYPE);
  }

  /** What makes a guest's number of a row's value: (texts, Object)int and the like. */
  private MethodHandle put(Form form, ValueType type) {
    return switch (form) {
      case NUMBER -> MethodHandles.dropArguments(Numbers.from(type), 0, language.type());
      case TEXT -> texts("putText", int.class, Object.class);
      case BINARY -> texts("putBytes", int.class, Object.class);
    };
  }

  /** What makes a value of SQL of what the guest has returned: (texts, int)Object and the like. */
  private MethodHandle take(Class<?> returned) {
    return switch (result) {
      case NUMBER ->
          MethodHandles.dropArguments(
              MethodHandles.identity(returned).asType(methodType(Object.class, returned)),
              0,
              language.type());
      case TEXT -> texts("textAt", Object.class, int.class);
      case BINARY -> texts("bytesAt", Object.class, int.class);
    };
  }

  /** A method of the language's texts: no call of it is to be found by its object's class. */
  private MethodHandle texts(String name, Class<?> returned, Class<?>... parameters) {
    try {
      return MethodHandles.lookup()
          .findVirtual(language.type(), name, methodType(returned, parameters));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a method of ours that is not there", e);
    }
  }

  /** Takes the function and the texts once, and then the values. */
  private MethodHandle ofRow(MethodHandle code) {
    var row = methodType(Object.class, GuestFunction.class, language.type());
    var order = new int[code.type().parameterCount()];
    for (int i = 0; i < order.length; i++) {
      Class<?> parameter = code.type().parameterType(i);
      order[i] =
          parameter == Object.class ? row.parameterCount() : row.parameterList().indexOf(parameter);
      if (parameter == Object.class) {
        row = row.appendParameterTypes(parameter);
      }
    }
    return MethodHandles.permuteArguments(code, row, order);
  }
}
