package dev.wasmrun.programs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class Mix64Test {
  @Property
  void theSequenceIsThatOfSplittableRandom(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int index = 0; index < 20; index++) {
      assertEquals(random.nextLong(), Mix64.randomAt(seed, index));
    }
  }

  @Property
  void aDigestDependsOnEveryValueAndOnTheirOrder(@ForAll long first, @ForAll long second) {
    long digest = Mix64.digestOf(Mix64.digestOf(0, first), second);

    assertNotEquals(digest, Mix64.digestOf(Mix64.digestOf(0, first + 1), second));
    assertNotEquals(digest, Mix64.digestOf(Mix64.digestOf(0, first), second + 1));
    if (first != second) {
      assertNotEquals(digest, Mix64.digestOf(Mix64.digestOf(0, second), first));
    }
  }

  @Test
  void zeroesCountToo() {
    assertNotEquals(0, Mix64.digestOf(0, 0));
  }
}
