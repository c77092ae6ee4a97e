package dev.wasmrun.spark;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.ValueType;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** An exported function of which a parameter, or the result, is a text or a binary. Immutable. */
final class TextBody implements ScalarFunction.Body {
  private static final long serialVersionUID = 1L;

  /** How a value is passed. */
  private enum Form {
    NUMBER,
    TEXT,
    BINARY;

    static Form of(DataType type) {
      return type.equals(DataTypes.StringType)
          ? TEXT
          : type.equals(DataTypes.BinaryType) ? BINARY : NUMBER;
    }
  }

  private final String name;
  private final String export;
  private final GuestText.Language language;
  private final ValueType[] types;
  private final Form[] forms;
  private final ValueType resultType;
  private final Form resultForm;

  private TextBody(
      String name,
      ExportedFunction function,
      GuestText.Language language,
      DataType returned,
      List<DataType> parameters) {
    this.name = name;
    this.export = function.name();
    this.language = language;
    this.types = function.signature().params().toArray(ValueType[]::new);
    this.forms = parameters.stream().map(Form::of).toArray(Form[]::new);
    this.resultType = function.signature().results().get(0);
    this.resultForm = Form.of(returned);
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
    return new TextBody(name, function, language, returned, parameters);
  }

  private static boolean suits(ValueType type, DataType sql) {
    return Form.of(sql) == Form.NUMBER ? Numbers.type(type).equals(sql) : type == ValueType.I32;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ScalarFunction.Calls on(TaskGuest guest) {
    GuestFunction function = guest.guest().function(export);
    GuestText text = language.in(guest.guest());
    return values -> {
      var bits = new long[values.length];
      for (int i = 0; i < bits.length; i++) {
        bits[i] = put(text, i, values[i]);
      }
      Object taken = take(text, function.call(bits)[0]);
      text.endCall();
      return taken;
    };
  }

  private long put(GuestText text, int index, Object value) {
    return switch (forms[index]) {
      case NUMBER -> Numbers.bits(types[index], value);
      case TEXT -> text.put(index, required(String.class, value, DataTypes.StringType));
      case BINARY -> text.put(index, required(byte[].class, value, DataTypes.BinaryType));
    };
  }

  private static <T> T required(Class<T> type, Object value, DataType sql) {
    if (!type.isInstance(value)) {
      throw new WasmException(
          "a %s, for example %s, where the function takes a %s"
              .formatted(value.getClass().getSimpleName(), value, sql.sql()));
    }
    return type.cast(value);
  }

  private Object take(GuestText text, long result) {
    if (resultForm == Form.NUMBER) {
      return Numbers.value(resultType, result);
    }
    if ((int) result == 0) {
      return null;
    }
    return resultForm == Form.TEXT ? text.takeText((int) result) : text.takeBytes((int) result);
  }
}
