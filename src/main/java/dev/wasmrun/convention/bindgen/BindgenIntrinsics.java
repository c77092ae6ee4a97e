package dev.wasmrun.convention.bindgen;

import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** The imports that wasm-bindgen itself adds, of its old releases and today's. */
final class BindgenIntrinsics {
  /** What stands for neither true nor false: today, and in releases before 0.2.101. */
  private static final int NO_BOOLEAN = 0xFFFFFF;

  private static final int NO_BOOLEAN_ONCE = 2;

  /** Follows the name of one that has changed, as it is now that it has a hash. */
  static final String TODAY = " of today";

  private static final BigInteger WHOLE = BigInteger.ONE.shiftLeft(Long.SIZE);

  private BindgenIntrinsics() {}

  /** All of them, by the name without a hash. */
  static Map<String, ImportCall.Body> all() {
    var all = new HashMap<String, ImportCall.Body>();
    defineErrors(all);
    defineLives(all);
    defineValues(all);
    defineQuestions(all);
    defineMemory(all);
    return all;
  }

  private static void defineErrors(Map<String, ImportCall.Body> all) {
    all.put(
        "__wbindgen_throw",
        call -> {
          throw thrown(call.text(0));
        });
    all.put(
        "__wbindgen_rethrow",
        call -> {
          throw thrown(String.valueOf(call.taken(0)));
        });
    all.put("__wbindgen_error_new", call -> call.give("Error: " + call.text(0)));
  }

  private static Trap thrown(String text) {
    return new Trap(TrapCode.ABORT, text);
  }

  private static void defineLives(Map<String, ImportCall.Body> all) {
    all.put(
        "__wbindgen_object_drop_ref",
        call -> {
          call.objects().drop(call.integer(0));
          return 0;
        });
    all.put("__wbindgen_object_clone_ref", call -> call.give(call.object(0)));
    all.put("__wbindgen_cb_drop", call -> 1);
    all.put(
        "__wbindgen_init_externref_table",
        call -> {
          call.objects().fillTable();
          return 0;
        });
  }

  private static void defineValues(Map<String, ImportCall.Body> all) {
    all.put("__wbindgen_string_new", call -> call.give(call.text(0)));
    all.put(
        "__wbindgen_string_get",
        call -> {
          call.writeText(call.integer(0), call.object(1) instanceof String text ? text : null);
          return 0;
        });
    all.put(
        "__wbindgen_debug_string",
        call -> {
          Object value = call.object(1);
          String text = String.valueOf(value);
          call.writeText(call.integer(0), value instanceof String ? "\"" + text + "\"" : text);
          return 0;
        });
    all.put("__wbindgen_number_new", call -> call.give(Double.longBitsToDouble(call.args()[0])));
    all.put(
        "__wbindgen_number_get",
        call -> {
          boolean present = call.object(1) instanceof Double;
          double number = present ? (Double) call.object(1) : 0;
          call.writeOptional(call.integer(0), present, Double.doubleToRawLongBits(number));
          return 0;
        });
    all.put("__wbindgen_bigint_from_i64", call -> call.give(BigInteger.valueOf(call.args()[0])));
    all.put(
        "__wbindgen_bigint_from_u64",
        call -> call.give(BigInteger.valueOf(call.args()[0]).mod(WHOLE)));
    all.put(
        "__wbindgen_bigint_get_as_i64",
        call -> {
          boolean present = call.object(1) instanceof BigInteger;
          long number = present ? ((BigInteger) call.object(1)).longValue() : 0;
          call.writeOptional(call.integer(0), present, number);
          return 0;
        });
    all.put("__wbindgen_boolean_get", call -> truth(call, NO_BOOLEAN_ONCE));
    all.put("__wbindgen_boolean_get" + TODAY, call -> truth(call, NO_BOOLEAN));
  }

  private static long truth(ImportCall call, int none) {
    return call.object(0) instanceof Boolean truth ? (truth ? 1 : 0) : none;
  }

  private static void defineQuestions(Map<String, ImportCall.Body> all) {
    question(all, "is_undefined", value -> value == Special.UNDEFINED);
    question(all, "is_null", value -> value == Special.NULL);
    question(all, "is_string", String.class::isInstance);
    question(all, "is_bigint", BigInteger.class::isInstance);
    question(all, "is_function", value -> value == Special.RETURN_THIS);
    question(all, "is_symbol", value -> false);
    question(all, "is_array", value -> false);
    question(all, "is_falsy", BindgenIntrinsics::isFalsy);
    question(
        all,
        "is_object",
        value ->
            value instanceof Bytes
                || value instanceof Special special
                    && special != Special.UNDEFINED
                    && special != Special.NULL
                    && special != Special.RETURN_THIS);
    all.put("__wbindgen_jsval_eq", call -> call.object(0).equals(call.object(1)) ? 1 : 0);
  }

  private static void question(
      Map<String, ImportCall.Body> all, String name, Predicate<Object> answer) {
    all.put("__wbindgen_" + name, call -> answer.test(call.object(0)) ? 1 : 0);
  }

  private static boolean isFalsy(Object value) {
    return value == Special.UNDEFINED
        || value == Special.NULL
        || value.equals(false)
        || value.equals("")
        || value.equals(BigInteger.ZERO)
        || value instanceof Double number && (number == 0 || number.isNaN());
  }

  private static void defineMemory(Map<String, ImportCall.Body> all) {
    all.put("__wbindgen_memory", call -> call.give(Special.MEMORY));
    all.put("__wbindgen_module", call -> call.give(Special.MODULE));
    all.put(
        "__wbindgen_copy_to_typed_array",
        call -> {
          if (call.object(2) instanceof Bytes bytes) {
            bytes.write(0, call.bytes(0));
          }
          return 0;
        });
    all.put(
        "__wbindgen_uint8_array_new",
        call -> {
          byte[] bytes = call.bytes(0);
          call.allocator().free(call.guest(), call.integer(0), bytes.length, 1);
          return call.give(new Bytes.Apart(bytes));
        });
  }
}
