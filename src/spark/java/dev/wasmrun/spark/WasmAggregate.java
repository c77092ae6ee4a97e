package dev.wasmrun.spark;

import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.GuestFunction;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Aggregator;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * An aggregate function of SQL whose state is a block of a guest's memory, on which four exported
 * functions work:
 *
 * <pre>
 * zero()   -> i32           the address of a block that belongs to the module
 * size()   -> i32           its size in bytes
 * update(numbers…)          takes a row into the block
 * merge(i32)                takes in another block of the size, which is at that address
 * finish() -> number        the result
 * room()   -> i32           where the other block may be put: room of the size
 * </pre>
 *
 * <p>{@code zero} also sets the block to the state of no rows. Between calls Spark keeps the state
 * as bytes, which are copied in and out: it should be small. A row with a NULL is left out.
 */
public final class WasmAggregate {
  private WasmAggregate() {}

  /**
   * An aggregate function.
   *
   * @param name as {@link WasmUdf#of(String, byte[], String)} takes it
   * @param module the module's bytes, which are sent to the executors
   * @throws UsageException if an export is missing, or of another type than above
   */
  public static UserDefinedFunction of(String name, byte[] module) {
    WasmUdf.requireFree(name);
    var binary = new ModuleBinary(module);
    GuestModule loaded = ExecutorModules.of(binary).module();
    for (String export : List.of("zero", "size", "room")) {
      WasmUdf.require(loaded, export, new Signature(List.of(), List.of(ValueType.I32)));
    }
    WasmUdf.require(loaded, "merge", new Signature(List.of(ValueType.I32), List.of()));
    Signature update = ExportedFunction.of(loaded, "update").signature();
    WasmUdf.require(loaded, "update", new Signature(update.params(), List.of()));
    Signature finish = ExportedFunction.of(loaded, "finish").signature();
    if (!finish.params().isEmpty() || finish.results().size() != 1) {
      throw new UsageException("finish returns one number and takes none: it is " + finish);
    }
    var aggregate =
        new OfMemory(
            binary, name, update.params().toArray(ValueType[]::new), finish.results().get(0));
    return functions.udaf(aggregate, Encoders.row(row(binary, update.params()))).withName(name);
  }

  private static StructType row(ModuleBinary binary, List<ValueType> parameters) {
    ExportedFunction update = WasmUdf.function(binary, "update");
    var row = new StructType();
    for (int i = 0; i < parameters.size(); i++) {
      row = row.add("p" + i, WasmUdf.sqlType(update, parameters.get(i)));
    }
    return row;
  }

  /** The functions of a guest that work on its block. */
  private static final class Block {
    private final Guest guest;
    private final int address;
    private final int room;
    private final int size;
    private final GuestFunction zero;
    private final GuestFunction update;
    private final GuestFunction merge;
    private final GuestFunction finish;

    Block(Guest guest) {
      this.guest = guest;
      zero = guest.function("zero");
      update = guest.function("update");
      merge = guest.function("merge");
      finish = guest.function("finish");
      address = (int) zero.call()[0];
      room = (int) guest.function("room").call()[0];
      size = (int) guest.function("size").call()[0];
      guest.memory().requireBytes(address, size);
      guest.memory().requireBytes(room, size);
    }

    void set(byte[] state) {
      guest.memory().write(address, state, 0, size);
    }

    byte[] get(byte[] state) {
      guest.memory().read(address, state, 0, size);
      return state;
    }
  }

  /** The aggregate as Spark takes it; copied into each task. */
  private static final class OfMemory extends Aggregator<Row, byte[], Object> {
    private static final long serialVersionUID = 1L;

    private final ModuleBinary binary;
    private final String name;
    private final ValueType[] parameters;
    private final ValueType returned;

    private transient TaskGuest current;
    private transient Block block;

    OfMemory(ModuleBinary binary, String name, ValueType[] parameters, ValueType returned) {
      this.binary = binary;
      this.name = name;
      this.parameters = parameters;
      this.returned = returned;
    }

    /** What a call of the block's functions gives. */
    private interface Work<T> {
      T on(Block block);
    }

    private <T> T on(Object[] values, Work<T> work) {
      try {
        if (current == null || !current.isMine()) {
          current = TaskGuest.borrow(binary);
          block = new Block(current.guest());
        }
        T result = work.on(block);
        current.returned();
        return result;
      } catch (GuestFailure e) {
        if (current != null) { // it is where there is no instance, because its start failed
          current.failed();
        }
        throw WasmException.of(name, values, e);
      } catch (MemoryTrap e) { // of ours, on the way to the block
        current.failed();
        throw WasmException.of(name, values, e.getMessage());
      }
    }

    @Override
    public byte[] zero() {
      return on(
          new Object[0],
          used -> {
            used.zero.call();
            return used.get(new byte[used.size]);
          });
    }

    @Override
    public byte[] reduce(byte[] state, Row row) {
      if (row.anyNull()) {
        return state;
      }
      var bits = new long[parameters.length];
      var values = new Object[parameters.length];
      for (int i = 0; i < bits.length; i++) {
        values[i] = row.get(i);
        bits[i] = Numbers.bits(parameters[i], values[i]);
      }
      return on(
          values,
          used -> {
            used.set(state);
            used.update.call(bits);
            return used.get(state);
          });
    }

    @Override
    public byte[] merge(byte[] state, byte[] other) {
      return on(
          new Object[0],
          used -> {
            used.set(state);
            used.guest.memory().write(used.room, other, 0, used.size);
            used.merge.call(used.room);
            return used.get(state);
          });
    }

    @Override
    public Object finish(byte[] state) {
      return on(
          new Object[0],
          used -> {
            used.set(state);
            return Numbers.value(returned, used.finish.call()[0]);
          });
    }

    @Override
    public Encoder<byte[]> bufferEncoder() {
      return Encoders.BINARY();
    }

    @Override
    @SuppressWarnings({"unchecked", "rawtypes"}) // which one it is, the type of the result says
    public Encoder<Object> outputEncoder() {
      return (Encoder)
          switch (returned) {
            case I32 -> Encoders.INT();
            case I64 -> Encoders.LONG();
            case F32 -> Encoders.FLOAT();
            default -> Encoders.DOUBLE();
          };
    }
  }
}
