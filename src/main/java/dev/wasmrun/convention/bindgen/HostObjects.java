package dev.wasmrun.convention.bindgen;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFault;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * The values of JavaScript that one instance knows by number. A module has them in one of two ways:
 *
 * <pre>
 *   heap        numbers that the module clones and drops:   0 … 127 unused, 128 undefined,
 *               129 null, 130 true, 131 false, from 132 whatever it is given
 *   references  externref, which nobody drops, and numbers of entries of its own table of them
 * </pre>
 *
 * <p>References are forgotten when no call is active and no entry of the table has them. Used by
 * the thread of its instance.
 */
final class HostObjects {
  /** Its name, or how it begins where that is minified, is this. */
  private static final String TABLE = "__wbindgen_ex";

  private static final String ALLOCATE = "__externref_table_alloc";
  private static final String FREE = "__externref_table_dealloc";
  private static final int RESERVED = 128;
  private static final List<Object> FIRST =
      List.of(Special.UNDEFINED, Special.NULL, Boolean.TRUE, Boolean.FALSE);

  /** What the runtime has for a reference to nothing. */
  private static final int NO_REFERENCE = -1;

  private final Guest guest;

  /** What the table of references is exported as; null of a module without references. */
  private final String table;

  private final List<Object> values = new ArrayList<>();
  private final BitSet used = new BitSet();

  HostObjects(Guest guest) {
    this.guest = guest;
    this.table =
        guest.module().exports().keySet().stream()
            .filter(name -> name.startsWith(TABLE) && guest.exportsHostTable(name))
            .findFirst()
            .orElse(null);
    for (int i = 0; i < RESERVED; i++) {
      values.add(Special.UNDEFINED);
    }
    values.addAll(FIRST);
    used.set(0, values.size());
  }

  private int put(Object value) {
    if (value == Special.UNDEFINED || value == Special.NULL || value instanceof Boolean) {
      return RESERVED + FIRST.indexOf(value);
    }
    int index = used.nextClearBit(0);
    used.set(index);
    if (index == values.size()) {
      values.add(value);
    } else {
      values.set(index, value);
    }
    return index;
  }

  private Object at(int index) {
    if (index < 0 || !used.get(index)) {
      throw new HostFault("there is no object %s".formatted(Integer.toUnsignedString(index)));
    }
    return values.get(index);
  }

  private void remove(int index) {
    if (index >= RESERVED + FIRST.size()) {
      used.clear(index);
      values.set(index, Special.UNDEFINED);
    }
  }

  /** The reference to a value, as the guest gets it. */
  long reference(Object value) {
    return value == Special.NULL ? NO_REFERENCE : put(value);
  }

  /** The value of a reference. */
  Object referenced(long reference) {
    return (int) reference == NO_REFERENCE ? Special.NULL : at((int) reference);
  }

  /** The number of a value, which the guest drops. */
  int add(Object value) {
    if (table == null) {
      return put(value);
    }
    int index = (int) guest.call(ALLOCATE)[0];
    guest.setTableReference(table, index, (int) reference(value));
    return index;
  }

  /** The value of a number. */
  Object get(int number) {
    return table != null ? referenced(guest.tableReference(table, number)) : at(number);
  }

  /** Whether a number, if it is one, is that of a value; of a module without references only. */
  boolean has(int number, Object value) {
    return table == null && number >= 0 && used.get(number) && values.get(number) == value;
  }

  /** The value of a number that the guest gives away. */
  Object take(int number) {
    Object value = get(number);
    drop(number);
    return value;
  }

  /** The guest needs a number no more. */
  void drop(int number) {
    if (table != null) {
      guest.call(FREE, number);
    } else {
      remove(number);
    }
  }

  /** Puts into the instance's new table what is expected at its begin. */
  void fillTable() {
    int first = guest.growTable(table, FIRST.size());
    guest.setTableReference(table, 0, (int) reference(Special.UNDEFINED));
    for (int i = 0; i < FIRST.size(); i++) {
      guest.setTableReference(table, first + i, (int) reference(FIRST.get(i)));
    }
  }

  /** Forgets what the guest has no reference to any more, which is in no call. */
  void collect() {
    if (table == null || used.cardinality() < 2 * RESERVED) {
      return;
    }
    var reached = new BitSet();
    for (int i = 0; i < guest.tableSize(table); i++) {
      int reference = guest.tableReference(table, i);
      if (reference >= 0) {
        reached.set(reference);
      }
    }
    for (int i = RESERVED + FIRST.size(); i < values.size(); i++) {
      if (!reached.get(i)) {
        remove(i);
      }
    }
  }
}
