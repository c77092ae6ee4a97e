package dev.wasmrun.shard;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.guest.Values;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.programs.Split;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Which part of a range of work each shard does: the guest's arguments with another amount and
 * another beginning.
 *
 * <pre>
 *   first            first + amount
 *   ├───────┬───────┬───────┤
 *   │   0   │   1   │   2   │      sizes differ by one at most
 *   └───────┴───────┴───────┘
 * </pre>
 */
public final class ShardPlan implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a missing argument is filled up with: the guest's default. */
  private static final String MISSING = "0";

  private final String[] args; // an array, for serialization
  private final int amountAt;
  private final int firstAt;
  private final long amount;
  private final long first;
  private final int count;

  /**
   * Divides the work that arguments ask for.
   *
   * @param split which arguments say so
   * @param args the arguments of the whole run
   * @param count how many shards
   * @throws UsageException if the work cannot be divided so
   */
  public ShardPlan(Split split, List<String> args, int count) {
    this.args = args.toArray(String[]::new);
    this.amountAt = split.amount();
    this.firstAt = split.first();
    this.count = new Shard(0, count).count();
    long asked = valueAt(amountAt);
    this.amount = asked == 0 ? split.defaultAmount() : asked;
    this.first = valueAt(firstAt);
    require(
        amount > 0,
        "argument %s, the amount of work, is to be positive to be divided",
        amountAt + 1);
    require(
        count <= amount,
        "%s shards of an amount of %s would leave some with nothing to do; give at most as many",
        count,
        amount);
    requireRoom(split);
  }

  private void requireRoom(Split split) {
    long largest = offset(count) - offset(count - 1); // the last: none is larger
    long needed = (amount - 1) / split.most() + 1;
    require(
        needed <= Shard.MOST,
        "an amount of %s would be too much for %s shards, the most that there may be: each has room for what %s finds",
        amount,
        Shard.MOST,
        split.most());
    require(
        largest <= split.most(),
        "a shard of %s would find more than the memory of a run has room for, which lasts for %s; give at least %s shards",
        largest,
        split.most(),
        needed);
  }

  private static void require(boolean holds, String message, Object... values) {
    if (!holds) {
      throw new UsageException(message.formatted(values));
    }
  }

  private long valueAt(int index) {
    return index < args.length ? Values.parse(ValueType.I64, args[index]) : 0;
  }

  /** How many shards there are. */
  public int count() {
    return count;
  }

  /** The arguments of the whole run. */
  public List<String> wholeArgs() {
    return List.of(args);
  }

  /**
   * The arguments of one shard.
   *
   * @param index which, from 0
   */
  public List<String> args(int index) {
    var changed = new ArrayList<>(wholeArgs());
    while (changed.size() <= Math.max(amountAt, firstAt)) {
      changed.add(MISSING);
    }
    long begin = offset(index);
    changed.set(amountAt, Long.toString(offset(index + 1) - begin));
    // Unsigned, and may wrap around, as the candidates of one run do.
    changed.set(firstAt, Long.toUnsignedString(first + begin));
    return changed;
  }

  /** Where a shard begins, counted from the beginning of the work. */
  private long offset(int index) {
    return BigInteger.valueOf(amount)
        .multiply(BigInteger.valueOf(index))
        .divide(BigInteger.valueOf(count))
        .longValueExact();
  }
}
