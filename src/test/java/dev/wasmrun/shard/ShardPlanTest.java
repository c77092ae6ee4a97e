package dev.wasmrun.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.guest.UsageException;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.Split;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class ShardPlanTest {
  private static final Split HAPPYCOIN = Catalogue.split("happycoin.wasm").orElseThrow();

  @Property
  void theShardsAreTheWholeRangeOnceAndOfOneSize(
      @ForAll @LongRange(min = 1) long amount,
      @ForAll long first,
      @ForAll @IntRange(min = 1, max = 100) int most) {
    int count = (int) Math.min(most, amount);
    var plan =
        new ShardPlan(
            Split.of(1, 0),
            List.of(Long.toUnsignedString(first), Long.toString(amount), "seed"),
            count);
    var next = new BigInteger(Long.toUnsignedString(first));
    long sum = 0;
    for (int shard = 0; shard < count; shard++) {
      List<String> args = plan.args(shard);
      assertEquals(Long.toUnsignedString(next.longValue()), args.get(0));
      assertEquals("seed", args.get(2));
      long part = Long.parseLong(args.get(1));
      assertTrue(part == amount / count || part == amount / count + 1, () -> "its size: " + part);
      sum += part;
      next = next.add(BigInteger.valueOf(part));
    }
    assertEquals(amount, sum);
  }

  @Test
  void whatIsNotGivenIsTheProgramsDefault() {
    var plan = new ShardPlan(HAPPYCOIN, List.of(), 4);
    assertEquals(List.of("2500000", "0", "0"), plan.args(0));
    assertEquals(List.of("2500000", "0", "7500000"), plan.args(3));
    assertEquals(HAPPYCOIN, Catalogue.split("happycoin-pthreads.wasm").orElseThrow());
  }

  @Test
  void moreThanTheMemoryHasRoomForIsRefusedBeforeItRuns() {
    List<String> args = List.of("1000000000000");
    UsageException refusal =
        assertThrows(UsageException.class, () -> new ShardPlan(HAPPYCOIN, args, 55));
    assertEquals(
        "a shard of 18181818182 would find more than the memory of a run has room for, which lasts for 18000000000; give at least 56 shards",
        refusal.getMessage());
    assertEquals("17857142857", new ShardPlan(HAPPYCOIN, args, 56).args(0).get(0));
    assertRefused(
        "an amount of 18000000000000001 would be too much for 1000000 shards, the most that there may be: each has room for what 18000000000 finds",
        HAPPYCOIN,
        List.of("18000000000000001"),
        1_000_000);
  }

  @Test
  void whatCannotBeDividedIsRefused() {
    Split split = Split.of(0, 1);
    assertRefused(
        "argument 1, the amount of work, is to be positive to be divided", split, List.of(), 2);
    assertRefused(
        "argument 1, the amount of work, is to be positive to be divided", split, List.of("-3"), 2);
    assertRefused(
        "5 shards of an amount of 3 would leave some with nothing to do; give at most as many",
        split,
        List.of("3"),
        5);
    assertRefused("a run has from 1 to 1000000 shards, got 0", split, List.of("3"), 0);
  }

  private static void assertRefused(String message, Split split, List<String> args, int count) {
    assertEquals(
        message,
        assertThrows(UsageException.class, () -> new ShardPlan(split, args, count)).getMessage());
  }

  @Test
  void aShardIsParsedAndChecked() {
    assertEquals(new Shard(3, 64), Shard.parse("3/64"));
    for (String wrong : List.of("", "3", "3/", "/64", "-1/4", "4/4", "0/0", "a/b", "0/1000001")) {
      assertThrows(UsageException.class, () -> Shard.parse(wrong), wrong);
    }
  }
}
