package dev.wasmrun.spark;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataType;

/**
 * Exported functions of modules as functions of Spark SQL:
 *
 * <pre>{@code
 * byte[] module = Files.readAllBytes(Path.of("hash.wasm"));
 * spark.udf().register("mix64", WasmUdf.of("mix64", module, "mix64"));
 * spark.sql("SELECT mix64(id) FROM range(1000)").show();
 * }</pre>
 *
 * <p>A NULL among the arguments gives NULL. A call that traps, exits or throws fails its task with
 * a {@link WasmException}; the instance is not used again. A task has an instance for itself, which
 * a later task of the same executor gets with whatever is in its memory and globals: a function
 * whose result depends on earlier calls is to be marked with {@link
 * UserDefinedFunction#asNondeterministic()}, and cannot expect which calls those were.
 */
public final class WasmUdf {
  /** The most parameters that Spark's functions in Java have. */
  static final int MOST_PARAMETERS = 10;

  private WasmUdf() {}

  /**
   * A function over numbers, with the types of the module: i32 is INT, i64 BIGINT, f32 FLOAT, f64
   * DOUBLE.
   *
   * @param name what it will be called in SQL; messages call it so
   * @param module the module's bytes, which are sent to the executors
   * @param export the exported function: up to ten parameters, one result
   * @throws UsageException if there is no such function, or SQL cannot call it so
   * @throws dev.wasmrun.module.ModuleException if the module is malformed or invalid
   */
  public static UserDefinedFunction of(String name, byte[] module, String export) {
    requireFree(name);
    var binary = new ModuleBinary(module);
    ExportedFunction function = function(binary, export);
    List<ValueType> results = function.signature().results();
    if (results.size() != 1) {
      throw new UsageException(
          "%s returns %s values, a function of SQL one: it is %s"
              .formatted(export, results.size(), function.signature()));
    }
    return ScalarFunction.of(
        binary,
        new NumberBody(name, export),
        function.signature().params().size(),
        sqlType(function, results.get(0)));
  }

  /**
   * A function over numbers, texts and binaries, which the module's allocator makes room for: see
   * {@link GuestText}.
   *
   * @param name as in {@link #of(String, byte[], String)}
   * @param module as there
   * @param export as there; where a STRING or BINARY is, it has an i32
   * @param returned the type of the result
   * @param parameters the types of the parameters, up to ten
   * @throws UsageException if there is no such function, it is not of these types, or the module
   *     exports no allocator
   */
  public static UserDefinedFunction of(
      String name, byte[] module, String export, DataType returned, DataType... parameters) {
    requireFree(name);
    var binary = new ModuleBinary(module);
    var body = TextBody.of(name, function(binary, export), returned, List.of(parameters));
    return ScalarFunction.of(binary, body, parameters.length, returned);
  }

  /**
   * The function, of a module that can be linked: what is wrong is told here, and not in a task.
   */
  static ExportedFunction function(ModuleBinary binary, String export) {
    ExportedFunction function = ExportedFunction.of(ExecutorModules.of(binary).module(), export);
    if (function.signature().params().size() > MOST_PARAMETERS) {
      throw new UsageException(
          "%s has more than the %s parameters that a function of SQL may have: it is %s"
              .formatted(export, MOST_PARAMETERS, function.signature()));
    }
    function.signature().params().forEach(type -> sqlType(function, type));
    return function;
  }

  /**
   * Requires an exported function to be of a type.
   *
   * @throws UsageException if it is not, or there is none
   */
  static void require(GuestModule module, String export, Signature wanted) {
    Signature found = ExportedFunction.of(module, export).signature();
    if (!found.equals(wanted)) {
      throw new UsageException("%s is %s; it is to be %s".formatted(export, found, wanted));
    }
  }

  /** The type of SQL for one of a function's numbers. */
  static DataType sqlType(ExportedFunction function, ValueType type) {
    try {
      return Numbers.type(type);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s: %s".formatted(function.name(), e.getMessage()));
    }
  }

  /**
   * Refuses a name that Spark has a function of, which would be called instead.
   *
   * @throws UsageException if it is refused
   */
  static void requireFree(String name) {
    if (FunctionRegistry$.MODULE$.builtin().functionExists(new FunctionIdentifier(name))) {
      throw new UsageException(
          "Spark has a function '%s' of its own, which would be called instead; choose another name"
              .formatted(name));
    }
  }
}
