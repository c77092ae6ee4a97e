package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableLimits;
import dev.wasmrun.Internal;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tables of one instance, which together have no more elements than allowed.
 *
 * <p>Thread-safe as far as that number goes; a table is used by one thread at a time.
 */
@Internal
public final class InstanceTables {
  private final AtomicLong left;

  /**
   * No tables yet.
   *
   * @param most how many elements they may have together; those that they begin with are not
   *     checked, but count
   */
  public InstanceTables(long most) {
    this.left = new AtomicLong(most);
  }

  /**
   * Makes a table. Chicory 1.7.5 notes in the module how far a table has grown, and further
   * instances would begin with it.
   */
  public TableInstance create(Table table, int initial) {
    TableLimits limits = table.limits();
    left.addAndGet(-limits.min());
    var own = new TableLimits(limits.min(), limits.max(), limits.shared());
    return new Limited(new Table(table.elementType(), own, table.initialize()), initial);
  }

  private boolean take(long elements) {
    return left.getAndUpdate(now -> elements <= now ? now - elements : now) >= elements;
  }

  private void giveBack(long elements) {
    left.addAndGet(elements);
  }

  private final class Limited extends TableInstance {
    Limited(Table table, int initial) {
      super(table, initial);
    }

    /** Chicory 1.7.5 adds the sizes with signs, and lets the lack of heap surface as an error. */
    @Override
    public int grow(int delta, int value, Instance instance) {
      long more = Integer.toUnsignedLong(delta);
      if (more > limits().max() - size() || !take(more)) {
        return -1;
      }
      try {
        return super.grow(delta, value, instance);
      } catch (OutOfMemoryError e) {
        giveBack(more);
        return -1;
      }
    }
  }
}
