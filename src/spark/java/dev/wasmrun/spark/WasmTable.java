package dev.wasmrun.spark;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/**
 * Exported functions that emit numbers, by the import {@code host.emit}, as functions of SQL that
 * give a table:
 *
 * <pre>{@code
 * WasmTable.register(spark, "primes", module, "primes");
 * spark.sql("SELECT value FROM primes(1, 100)").show();
 * }</pre>
 *
 * <p>A row's numbers are held until the call returns.
 */
public final class WasmTable {
  /** What is registered besides: the numbers of one call as an array. */
  private static final String ARRAY = "_array";

  private WasmTable() {}

  /**
   * A function that gives the emitted numbers as an array of BIGINT; {@code explode} makes rows of
   * it.
   *
   * @param name as {@link WasmUdf#of(String, byte[], String)} takes it, as is the rest
   * @param export the exported function: up to ten numbers as parameters; what it returns counts
   *     for nothing
   * @throws UsageException as {@link WasmUdf#of(String, byte[], String)}
   */
  public static UserDefinedFunction of(String name, byte[] module, String export) {
    WasmUdf.requireFree(name);
    var binary = new ModuleBinary(module);
    ExportedFunction function = WasmUdf.function(binary, export);
    return ScalarFunction.of(
        binary,
        new EmittingBody(name, export, function.signature().params()),
        function.signature().params().size(),
        DataTypes.createArrayType(DataTypes.LongType, false));
  }

  /**
   * Registers the function as a table of one column, {@code value}, for the session; besides, as an
   * array by its name with {@code _array}.
   *
   * @throws UsageException as {@link #of}
   */
  public static void register(SparkSession spark, String name, byte[] module, String export) {
    UserDefinedFunction array = of(name, module, export);
    spark.udf().register(name + ARRAY, array);
    List<ValueType> types = WasmUdf.function(new ModuleBinary(module), export).signature().params();
    String parameters =
        IntStream.range(0, types.size())
            .mapToObj(i -> "p%s %s".formatted(i, Numbers.type(types.get(i)).sql()))
            .collect(Collectors.joining(", "));
    String arguments =
        IntStream.range(0, types.size()).mapToObj(i -> "p" + i).collect(Collectors.joining(", "));
    spark.sql(
        "CREATE OR REPLACE TEMPORARY FUNCTION %s(%s) RETURNS TABLE (value BIGINT) RETURN SELECT explode(%s%s(%s))"
            .formatted(name, parameters, name, ARRAY, arguments));
  }

  /** What a call emits. */
  private static final class EmittingBody implements ScalarFunction.Body {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final String export;
    private final ValueType[] parameters;

    EmittingBody(String name, String export, List<ValueType> parameters) {
      this.name = name;
      this.export = export;
      this.parameters = parameters.toArray(ValueType[]::new);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public ScalarFunction.Calls on(TaskGuest guest) {
      GuestFunction function = guest.guest().function(export);
      return values -> {
        long[] bits = Numbers.bits(parameters, values);
        return ModuleInstances.emittedDuring(() -> function.call(bits));
      };
    }
  }
}
