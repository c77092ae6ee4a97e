package dev.wasmrun.guest;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.MutabilityType;
import com.dylibso.chicory.wasm.types.PassiveElement;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What an instance had besides its memory at one moment: the values of its globals, its tables, and
 * which segments it had dropped.
 *
 * <p>Immutable.
 */
final class InstanceState {
  private record GlobalValue(int index, long low, long high) {}

  private record TableContents(int index, int[] references) {}

  private final List<GlobalValue> globals;
  private final List<TableContents> tables;
  private final BitSet droppedData;
  private final BitSet droppedElements;

  private InstanceState(
      List<GlobalValue> globals,
      List<TableContents> tables,
      BitSet droppedData,
      BitSet droppedElements) {
    this.globals = globals;
    this.tables = tables;
    this.droppedData = droppedData;
    this.droppedElements = droppedElements;
  }

  /**
   * The state of an instance that no thread uses.
   *
   * @throws UsageException if it has a reference that would mean nothing to another instance; the
   *     message says where
   */
  static InstanceState of(Instance instance) {
    return new InstanceState(
        globals(instance), tables(instance), droppedData(instance), droppedElements(instance));
  }

  private static List<GlobalValue> globals(Instance instance) {
    var values = new ArrayList<GlobalValue>();
    for (int i = instance.imports().globalCount(); i < instance.globalCount(); i++) {
      GlobalInstance global = instance.global(i);
      if (global.getMutabilityType() == MutabilityType.Var) {
        if (isOfHost(global.getType(), global.getValue(), instance)) {
          throw new UsageException("its global %s refers to something of the host".formatted(i));
        }
        values.add(new GlobalValue(i, global.getValueLow(), global.getValueHigh()));
      }
    }
    return values;
  }

  private static List<TableContents> tables(Instance instance) {
    var tables = new ArrayList<TableContents>();
    for (int i = instance.imports().tableCount(); i < instance.tableCount(); i++) {
      TableInstance table = instance.table(i);
      int[] references = new int[table.size()];
      for (int j = 0; j < references.length; j++) {
        references[j] = table.ref(j);
        Instance owner = table.instance(j);
        if (isOfHost(table.elementType(), references[j], instance)
            || owner != null && owner != instance) {
          throw new UsageException(
              "element %s of its table %s refers to something of the host".formatted(j, i));
        }
      }
      tables.add(new TableContents(i, references));
    }
    return tables;
  }

  /**
   * Whether a value is a reference, and not to a function, which is a number all instances share.
   */
  private static boolean isOfHost(ValType type, long value, Instance instance) {
    return type.isReference()
        && (int) value != Value.REF_NULL_VALUE
        && !ValType.matchesRef(type, ValType.FuncRef, instance.module().typeSection());
  }

  /** An empty one may be taken for dropped, which makes no difference. */
  private static BitSet droppedData(Instance instance) {
    var dropped = new BitSet();
    for (int i = 0; i < instance.module().dataSection().dataSegmentCount(); i++) {
      dropped.set(i, instance.dataSegmentData(i).length == 0);
    }
    return dropped;
  }

  /** Those that write their elements when an instance is made count, too. */
  private static BitSet droppedElements(Instance instance) {
    var dropped = new BitSet();
    for (int i = 0; i < instance.elementCount(); i++) {
      dropped.set(i, !(instance.element(i) instanceof PassiveElement));
    }
    return dropped;
  }

  /** Initializes a new instance of the module, as far as this is not its memory, to this state. */
  void initialize(Instance instance) {
    // Before, or the runtime would compute again what the tables are to contain.
    droppedElements.stream().forEach(i -> instance.setElement(i, null));
    instance.initialize(false);
    droppedData.stream().forEach(instance::dropDataSegment);
    for (GlobalValue value : globals) {
      GlobalInstance global = instance.global(value.index());
      global.setValueLow(value.low());
      global.setValueHigh(value.high());
    }
    tables.forEach(elements -> fill(instance, elements));
  }

  private static void fill(Instance instance, TableContents elements) {
    TableInstance table = instance.table(elements.index());
    int[] references = elements.references();
    int more = references.length - table.size();
    if (more > 0) {
      table.grow(more, Value.REF_NULL_VALUE, instance);
    }
    for (int i = 0; i < references.length; i++) {
      table.setRef(i, references[i], instance);
    }
  }
}
