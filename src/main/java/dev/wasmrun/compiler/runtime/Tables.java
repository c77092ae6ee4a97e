package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.OpcodeImpl;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.runtime.TrapException;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.PassiveElement;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;

/**
 * The instructions on tables and references, and what indirect calls find there.
 *
 * <p>A table is looked at anew by each of them, so whoever else changes it, the host or another
 * instance, is seen at once.
 */
public final class Tables {
  private static final String OUT_OF_BOUNDS = "out of bounds table access";

  /** So many elements, a power of two, are set between two looks at the interrupt flag. */
  private static final int PIECE = 1 << 16;

  private Tables() {}

  /**
   * What an indirect call calls: the index of a function of this instance or, negative, that the
   * element belongs to another one.
   *
   * @param type the index of the first type that is equal to the one stated
   * @throws ChicoryException if there is no function, or none of this type
   */
  public static int callee(int index, int type, int table, Context context) {
    TableInstance elements = context.table(table);
    int function = elements.requiredRef(index);
    Instance owner = elements.instance(index);
    if (owner != null && owner != context.instance) {
      requireEqual(owner.type(owner.functionType(function)), context.types().type(type));
      return ~index;
    }
    return checked(function, type, context);
  }

  /**
   * The function that a reference names, for a call of this type.
   *
   * @param type the index of the first type that is equal to the one stated
   */
  public static int callee(int reference, int type, Context context) {
    if (reference == Value.REF_NULL_VALUE) {
      throw new TrapException("null function reference");
    }
    return checked(reference, type, context);
  }

  private static int checked(int function, int type, Context context) {
    if (context.typesOfFunctions[function] != type) {
      requireSubtype(context.types().typeOfFunction(function), type, context);
    }
    return function;
  }

  private static void requireSubtype(int actual, int type, Context context) {
    if (!ValType.heapTypeSubtype(actual, type, context.instance.module().typeSection())) {
      throw mismatch();
    }
  }

  /** The index of an element that belongs to another instance. */
  static int foreignIndex(int callee) {
    return ~callee;
  }

  private static void requireEqual(FunctionType actual, FunctionType expected) {
    if (!actual.typesMatch(expected)) {
      throw mismatch();
    }
  }

  private static ChicoryException mismatch() {
    return new ChicoryException("indirect call type mismatch");
  }

  /** table.get. */
  public static int get(int index, int table, Context context) {
    TableInstance elements = context.table(table);
    require(index, 1, elements.size());
    return elements.ref(index);
  }

  /** table.set. */
  public static void set(int index, int reference, int table, Context context) {
    TableInstance elements = context.table(table);
    require(index, 1, elements.size());
    elements.setRef(index, reference, context.instance);
  }

  /** table.grow. */
  public static int grow(int reference, int delta, int table, Context context) {
    Interrupts.poll();
    return context.table(table).grow(delta, reference, context.instance);
  }

  /** table.size. */
  public static int size(int table, Context context) {
    return context.table(table).size();
  }

  /** table.fill. */
  public static void fill(int index, int reference, int length, int table, Context context) {
    fill(index, reference, length, context.table(table), context.instance);
  }

  /** table.fill with references of an instance. */
  public static void fill(
      int index, int reference, int length, TableInstance elements, Instance instance) {
    require(index, length, elements.size());
    for (int i = 0; i < length; i++) {
      pollEachPiece(i);
      elements.setRef(index + i, reference, instance);
    }
  }

  private static void pollEachPiece(int done) {
    if ((done & (PIECE - 1)) == 0) {
      Interrupts.poll();
    }
  }

  /** table.copy. */
  public static void copy(int to, int from, int length, int target, int source, Context context) {
    copy(to, from, length, context.table(target), context.table(source));
  }

  /** table.copy from one table to another, or within one. */
  public static void copy(int to, int from, int length, TableInstance into, TableInstance outOf) {
    require(from, length, outOf.size());
    require(to, length, into.size());
    boolean upwards = to <= from;
    for (int i = 0; i < length; i++) {
      pollEachPiece(i);
      int offset = upwards ? i : length - 1 - i;
      int element = from + offset;
      into.setRef(to + offset, outOf.ref(element), outOf.instance(element));
    }
  }

  /** table.init. */
  public static void init(int to, int from, int length, int segment, int table, Context context) {
    init(to, from, length, segment, context.table(table), context.instance);
  }

  /** table.init with a segment of an instance. */
  public static void init(
      int to, int from, int length, int segment, TableInstance into, Instance instance) {
    Element element = instance.element(segment);
    require(from, length, elements(segment, instance));
    require(to, length, into.size());
    for (int i = 0; i < length; i++) {
      pollEachPiece(i);
      long[] value =
          ConstantEvaluators.computeConstantValue(instance, element.initializers().get(from + i));
      into.setRef(to + i, OpcodeImpl.boxForTable(value[0], instance), instance);
    }
  }

  /** elem.drop. */
  public static void drop(int segment, Context context) {
    context.instance.setElement(segment, null);
  }

  /** How many elements table.init can take of a segment: none once it is dropped. */
  private static int elements(int segment, Instance instance) {
    Element element = instance.element(segment);
    return element instanceof PassiveElement ? element.elementCount() : 0;
  }

  /**
   * Traps unless a range, of unsigned numbers, lies within a table or segment.
   *
   * @throws WasmRuntimeException if it does not
   */
  public static void require(int index, int length, int size) {
    if (Integer.toUnsignedLong(index) + Integer.toUnsignedLong(length) > size) {
      throw new WasmRuntimeException(OUT_OF_BOUNDS);
    }
  }

  /** ref.is_null of a reference to a function or of the host. */
  public static int isNull(int reference) {
    return reference == Value.REF_NULL_VALUE ? 1 : 0;
  }

  /** ref.is_null of a reference to an exception. */
  public static int isNull(WasmException reference) {
    return reference == null ? 1 : 0;
  }

  /** ref.as_non_null. */
  public static int nonNull(int reference) {
    if (reference == Value.REF_NULL_VALUE) {
      throw new TrapException("null reference");
    }
    return reference;
  }

  /** ref.as_non_null of a reference to an exception. */
  public static WasmException nonNull(WasmException reference) {
    if (reference == null) {
      throw new TrapException("null reference");
    }
    return reference;
  }
}
