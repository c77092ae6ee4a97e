package dev.wasmrun.spark;

import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.memory.MemoryTrap;
import java.io.Serializable;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.api.java.UDF10;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.api.java.UDF4;
import org.apache.spark.sql.api.java.UDF5;
import org.apache.spark.sql.api.java.UDF6;
import org.apache.spark.sql.api.java.UDF7;
import org.apache.spark.sql.api.java.UDF8;
import org.apache.spark.sql.api.java.UDF9;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/**
 * A function of SQL over rows' values, of any number of them up to ten. A NULL among them gives
 * NULL, without a call.
 */
final class ScalarFunction
    implements UDF0<Object>,
        UDF1<Object, Object>,
        UDF2<Object, Object, Object>,
        UDF3<Object, Object, Object, Object>,
        UDF4<Object, Object, Object, Object, Object>,
        UDF5<Object, Object, Object, Object, Object, Object>,
        UDF6<Object, Object, Object, Object, Object, Object, Object>,
        UDF7<Object, Object, Object, Object, Object, Object, Object, Object>,
        UDF8<Object, Object, Object, Object, Object, Object, Object, Object, Object>,
        UDF9<Object, Object, Object, Object, Object, Object, Object, Object, Object, Object>,
        UDF10<
            Object,
            Object,
            Object,
            Object,
            Object,
            Object,
            Object,
            Object,
            Object,
            Object,
            Object> {
  private static final long serialVersionUID = 1L;

  /** What is done with the values of one row. */
  interface Body extends Serializable {
    /**
     * Prepares calls of an instance.
     *
     * @return what makes them
     */
    Calls on(TaskGuest guest);

    /** What messages call the function. */
    String name();
  }

  /** Calls of one instance. */
  interface Calls {
    /** The result for the values of one row. */
    Object call(Object[] values);
  }

  private final ModuleBinary binary;
  private final Body body;

  // Set together; a thread that finds another's sees so in the guest.
  private transient Bound bound;

  private record Bound(TaskGuest guest, Calls calls) {}

  private ScalarFunction(ModuleBinary binary, Body body) {
    this.binary = binary;
    this.body = body;
  }

  /**
   * The function as Spark takes it.
   *
   * @param parameters how many values, up to ten
   */
  static UserDefinedFunction of(ModuleBinary binary, Body body, int parameters, DataType returned) {
    var f = new ScalarFunction(binary, body);
    UserDefinedFunction made =
        switch (parameters) {
          case 0 -> functions.udf((UDF0<Object>) f, returned);
          case 1 -> functions.udf((UDF1<Object, Object>) f, returned);
          case 2 -> functions.udf((UDF2<Object, Object, Object>) f, returned);
          case 3 -> functions.udf((UDF3<Object, Object, Object, Object>) f, returned);
          case 4 -> functions.udf((UDF4<Object, Object, Object, Object, Object>) f, returned);
          case 5 ->
              functions.udf((UDF5<Object, Object, Object, Object, Object, Object>) f, returned);
          case 6 ->
              functions.udf(
                  (UDF6<Object, Object, Object, Object, Object, Object, Object>) f, returned);
          case 7 ->
              functions.udf(
                  (UDF7<Object, Object, Object, Object, Object, Object, Object, Object>) f,
                  returned);
          case 8 ->
              functions.udf(
                  (UDF8<Object, Object, Object, Object, Object, Object, Object, Object, Object>) f,
                  returned);
          case 9 ->
              functions.udf(
                  (UDF9<
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object>)
                      f,
                  returned);
          default ->
              functions.udf(
                  (UDF10<
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object,
                          Object>)
                      f,
                  returned);
        };
    return made.withName(body.name());
  }

  private Object apply(Object... values) {
    for (Object value : values) {
      if (value == null) {
        return null;
      }
    }
    try {
      Bound current = bound();
      Object result = current.calls().call(values);
      current.guest().returned();
      return result;
    } catch (GuestFailure e) {
      failed();
      throw WasmException.of(body.name(), values, e);
    } catch (MemoryTrap e) { // of ours, on the way to what the guest has returned
      failed();
      throw WasmException.of(body.name(), values, e.getMessage());
    } catch (WasmException e) {
      failed();
      throw e;
    }
  }

  private Bound bound() {
    Bound known = bound;
    return known != null && known.guest().isMine() ? known : bind();
  }

  private Bound bind() {
    bound = null;
    TaskGuest guest = TaskGuest.borrow(binary);
    var made = new Bound(guest, body.on(guest));
    bound = made;
    return made;
  }

  /** There is no instance where not even its start has returned. */
  private void failed() {
    Bound known = bound;
    if (known != null && known.guest().isMine()) {
      known.guest().failed();
    }
  }

  @Override
  public Object call() {
    return apply();
  }

  @Override
  public Object call(Object a) {
    return apply(a);
  }

  @Override
  public Object call(Object a, Object b) {
    return apply(a, b);
  }

  @Override
  public Object call(Object a, Object b, Object c) {
    return apply(a, b, c);
  }

  @Override
  public Object call(Object a, Object b, Object c, Object d) {
    return apply(a, b, c, d);
  }

  @Override
  public Object call(Object a, Object b, Object c, Object d, Object e) {
    return apply(a, b, c, d, e);
  }

  @Override
  public Object call(Object a, Object b, Object c, Object d, Object e, Object f) {
    return apply(a, b, c, d, e, f);
  }

  @Override
  public Object call(Object a, Object b, Object c, Object d, Object e, Object f, Object g) {
    return apply(a, b, c, d, e, f, g);
  }

  @Override
  public Object call(
      Object a, Object b, Object c, Object d, Object e, Object f, Object g, Object h) {
    return apply(a, b, c, d, e, f, g, h);
  }

  @Override
  public Object call(
      Object a, Object b, Object c, Object d, Object e, Object f, Object g, Object h, Object i) {
    return apply(a, b, c, d, e, f, g, h, i);
  }

  @Override
  public Object call(
      Object a,
      Object b,
      Object c,
      Object d,
      Object e,
      Object f,
      Object g,
      Object h,
      Object i,
      Object j) {
    return apply(a, b, c, d, e, f, g, h, i, j);
  }
}
