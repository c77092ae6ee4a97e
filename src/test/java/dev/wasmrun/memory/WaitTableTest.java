package dev.wasmrun.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WaitTableTest {
  private final WaitTable table = new WaitTable();
  private final Map<Integer, List<WaitNode>> model = new LinkedHashMap<>();

  private void add(int address) {
    WaitNode node = WaitNode.async(address, 4, 0, false, null);
    table.append(node);
    model.computeIfAbsent(address, unseen -> new ArrayList<>()).add(node);
  }

  private void remove(SplittableRandom random) {
    List<Integer> addresses =
        model.keySet().stream().filter(address -> !model.get(address).isEmpty()).toList();
    if (!addresses.isEmpty()) {
      List<WaitNode> queue = model.get(addresses.get(random.nextInt(addresses.size())));
      table.remove(queue.remove(random.nextInt(queue.size())));
    }
  }

  private void agree(int addresses) {
    Set<WaitNode> all = new HashSet<>();
    model.values().forEach(all::addAll);
    var seen = new ArrayList<WaitNode>();
    table.forEach(seen::add);
    assertEquals(all.size(), seen.size());
    assertEquals(all, new HashSet<>(seen));
    for (int address = 0; address < addresses; address++) {
      List<WaitNode> queue = model.getOrDefault(4 * address, List.of());
      assertEquals(queue, List.of(table.first(4 * address, Long.MAX_VALUE)));
    }
  }

  @Test
  void queuesAreInOrderOfArrivalWhoeverLeaves() {
    var random = new SplittableRandom(7);
    for (int addresses : new int[] {1, 3, 200}) {
      for (int step = 0; step < 3_000; step++) {
        if (random.nextInt(100) < (step < 1_500 ? 60 : 40)) {
          add(4 * random.nextInt(addresses));
        } else {
          remove(random);
        }
        if (step % 50 == 0) {
          agree(addresses);
        }
      }
    }
  }

  @Test
  void firstAreAsManyAsAskedFor() {
    add(8);
    add(12);
    add(8);
    add(8);
    assertSame(model.get(8).get(0), table.first(8));
    assertEquals(model.get(8).subList(0, 2), List.of(table.first(8, 2)));
    assertEquals(0, table.first(8, 0).length);
    assertNull(table.first(16));
  }

  @Test
  void nothingIsKeptOfManyAddresses() {
    for (int i = 0; i < 1_000; i++) {
      add(4 * i);
    }
    assertFalse(table.isPristine());
    model.values().forEach(queue -> queue.forEach(table::remove));
    assertTrue(table.isPristine());
  }
}
