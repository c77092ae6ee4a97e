package dev.wasmrun.messages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import java.math.BigInteger;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class StructuredCloneTest {
  private record Point(int x, int y) {}

  private record Named(String name, List<Object> parts) {}

  private record Positive(int number) {
    Positive {
      if (number <= 0) {
        throw new IllegalArgumentException("not positive: " + number);
      }
    }
  }

  private record Strict(List<Integer> numbers) {
    Strict {
      if (!(numbers instanceof LinkedList)) {
        throw new IllegalArgumentException("only linked lists");
      }
    }
  }

  private record Linked(LinkedList<Integer> numbers) {}

  private static String refusal(Object value) {
    return assertThrows(DataCloneException.class, () -> StructuredClone.of(value)).getMessage();
  }

  @Test
  void whatCannotChangeIsItself() {
    for (Object value :
        new Object[] {
          null,
          true,
          (byte) 1,
          (short) 2,
          'c',
          3,
          4L,
          5f,
          6d,
          "seven",
          BigInteger.TEN,
          TimeUnit.DAYS
        }) {
      assertSame(value, StructuredClone.of(value));
    }
  }

  @Test
  void containersAreCopiedInOrderAndDeeply() {
    var inner = new ArrayList<Object>(List.of("a"));
    var map = new HashMap<Object, Object>();
    map.put("list", inner);
    map.put(null, null);
    map.put(new Point(1, 2), Set.of(3));
    Map<?, ?> copy = (Map<?, ?>) StructuredClone.of(map);
    inner.add("later");
    assertEquals(List.of("a"), copy.get("list"));
    assertTrue(copy.containsKey(null));
    assertEquals(Set.of(3), copy.get(new Point(1, 2)));
    assertEquals(
        List.copyOf(map.keySet().stream().map(String::valueOf).toList()),
        copy.keySet().stream().map(String::valueOf).toList());
  }

  @Test
  void arraysKeepTheirTypes() {
    int[] ints = {1, 2, 3};
    int[] copied = (int[]) StructuredClone.of(ints);
    assertNotSame(ints, copied);
    assertArrayEquals(ints, copied);
    for (Object array :
        new Object[] {
          new boolean[1],
          new byte[1],
          new short[1],
          new char[1],
          new long[1],
          new float[1],
          new double[1],
          new String[] {"x", null},
          new int[][] {{1}, {}},
          new Object[0]
        }) {
      assertSame(array.getClass(), StructuredClone.of(array).getClass());
    }
    String[][] rows = {{"a"}, null};
    assertArrayEquals(rows, (String[][]) StructuredClone.of(rows));
  }

  @Test
  void recordsAreMadeAnewOnlyIfTheyHoldWhatCanChange() {
    var point = new Point(1, 2);
    assertSame(point, StructuredClone.of(point));
    var named = new Named("n", new ArrayList<>(List.of(point)));
    var copy = (Named) StructuredClone.of(named);
    named.parts().add("later");
    assertEquals(new Named("n", List.of(point)), copy);
    assertNotSame(named.parts(), copy.parts());
  }

  @Test
  void whatIsReferredToTwiceIsCopiedOnce() {
    var shared = new ArrayList<Object>();
    var named = new Named("twice", shared);
    List<?> copy = (List<?>) StructuredClone.of(Arrays.asList(shared, shared, named, named));
    assertSame(copy.get(0), copy.get(1));
    assertSame(copy.get(2), copy.get(3));
    assertSame(copy.get(0), ((Named) copy.get(2)).parts());
    assertNotSame(shared, copy.get(0));
  }

  @Test
  void circlesThroughListsArraysAndValuesOfMapsStayCircles() {
    var list = new ArrayList<Object>();
    Object[] array = {list};
    var map = new HashMap<String, Object>(Map.of("array", array));
    list.add(map);
    List<?> copy = (List<?>) StructuredClone.of(list);
    Object[] copiedArray = (Object[]) ((Map<?, ?>) copy.get(0)).get("array");
    assertSame(copy, copiedArray[0]);
    assertNotSame(list, copy);
  }

  @Test
  void circlesThroughRecordsSetsAndKeysAreRefused() {
    var parts = new ArrayList<Object>();
    parts.add(new Named("n", parts));
    assertTrue(
        refusal(parts).startsWith("cannot clone the circle that closes at message[0].parts:"));
    Set<Object> set = Collections.newSetFromMap(new IdentityHashMap<>());
    var inSet = new ArrayList<Object>(List.of(set));
    set.add(inSet);
    assertTrue(refusal(set).contains("circle"), refusal(set));
    var map = new IdentityHashMap<Object, Object>();
    map.put(map, 1);
    assertTrue(refusal(map).contains("circle"), refusal(map));
  }

  @Test
  void theRefusalNamesThePlaceAndTheType() {
    var value = List.of(1, Map.of("jobs", new Object[] {new Named("x", List.of(new Thread()))}));
    assertEquals(
        "cannot clone a java.lang.Thread at message[1][\"jobs\"][0].parts[0]: messages are made of"
            + " numbers, strings, enums, arrays, lists, sets, maps and records",
        refusal(value));
    assertTrue(refusal(Map.of(new Object(), 1)).contains(" at message[key Object]:"));
    assertTrue(refusal((Runnable) () -> {}).contains(" at message:"));
  }

  @Test
  void aRecordWhoseConstructorRefusesTheCopyIsRefused() {
    assertEquals(new Positive(1), StructuredClone.of(new Positive(1)));
    var strict = new Strict(new LinkedList<>(List.of(1)));
    assertTrue(refusal(strict).contains("only linked lists"), refusal(strict));
    String linked = refusal(List.of(new Linked(new LinkedList<>())));
    assertTrue(linked.contains("message[0].numbers") && linked.contains("ArrayList"), linked);
    String array = refusal(new LinkedList<?>[] {new LinkedList<>()});
    assertTrue(array.contains("message[0]") && array.contains("LinkedList"), array);
  }

  @Test
  void whatIsNestedTooDeeplyIsRefusedBeforeTheStackIsExhausted() throws Exception {
    var task = new FutureTask<>(this::nestTooDeeply);
    long half = 512 * 1024; // of the stack that threads have by default
    new Thread(null, task, "small stack", half).start();
    task.get();
  }

  private Void nestTooDeeply() {
    List<Object> nested = new ArrayList<>();
    for (int i = 0; i < StructuredClone.DEEPEST - 1; i++) {
      nested = new ArrayList<>(List.of(nested));
    }
    StructuredClone.of(nested);
    assertTrue(refusal(List.of(List.of(nested))).contains("more than 256 deep"));
    return null;
  }

  @Test
  void sharedMemoriesAreSharedAndOthersRefused() {
    try (var shared = LinearMemory.create(new MemoryType(1, 1, true));
        var own = LinearMemory.create(new MemoryType(1, 1, false))) {
      assertSame(shared, ((List<?>) StructuredClone.of(List.of(shared))).get(0));
      assertTrue(refusal(List.of(own)).contains("not shared, at message[0]"));
    }
  }

  @Test
  void buffersAreCopiedAndPortsRefused() {
    var buffer = TransferableBuffer.of((byte) 1, (byte) 2);
    var copy = (TransferableBuffer) StructuredClone.of(buffer);
    buffer.set(0, (byte) 9);
    assertArrayEquals(new byte[] {1, 2}, copy.toByteArray());
    try (var channel = MessageChannel.create()) {
      assertTrue(refusal(List.of(channel.port1())).contains("message[0]: list it among what"));
    }
  }

  @Provide
  Arbitrary<Object> plainData() {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            Arbitraries.integers().asGeneric(),
            Arbitraries.strings().ofMaxLength(3).asGeneric(),
            Arbitraries.doubles().asGeneric(),
            Arbitraries.of(TimeUnit.class).asGeneric());
    return Arbitraries.recursive(
        () -> leaves,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(3).asGeneric(),
                inner.set().ofMaxSize(3).asGeneric(),
                Arbitraries.maps(Arbitraries.strings().ofMaxLength(2), inner)
                    .ofMaxSize(3)
                    .asGeneric(),
                inner.list().ofMaxSize(2).map(parts -> new Named("r", parts))),
        0,
        4);
  }

  @Property(tries = 300)
  void copiesAreEqualAndCopiesOfCopiesToo(@ForAll("plainData") Object value) {
    Object copy = StructuredClone.of(value);
    assertEquals(value, copy);
    assertEquals(copy, StructuredClone.of(copy));
  }

  /** A list that says it has {@code size} elements, and behaves as {@code iterator} does. */
  private static List<Object> lying(int size, Supplier<Iterator<Object>> iterator) {
    return new AbstractList<>() {
      @Override
      public Object get(int index) {
        throw new UnsupportedOperationException("get");
      }

      @Override
      public int size() {
        return size;
      }

      @Override
      public Iterator<Object> iterator() {
        return iterator.get();
      }
    };
  }

  private static Iterator<Object> endless() {
    return Stream.<Object>generate(() -> 1).iterator();
  }

  @Test
  void aCollectionThatLiesOrThrowsIsRefusedAtItsPlace() {
    assertEquals(
        List.of(), StructuredClone.of(lying(Integer.MAX_VALUE, Collections::emptyIterator)));
    assertTrue(
        refusal(List.of(lying(-1, () -> endless()))).contains(" at message[0]: it has more"));
    assertTrue(refusal(lying(1000, () -> endless())).contains("more elements than the 1000 of"));
    assertTrue(
        refusal(Map.of("a", lying(1, () -> null))).contains(" at message[\"a\"]: java.lang.Null"));
    Supplier<Iterator<Object>> throwing =
        () -> {
          throw new IllegalStateException("gone");
        };
    String message = refusal(new Named("n", lying(1, throwing)));
    assertTrue(message.startsWith("cannot read the "), message);
    assertTrue(
        message.endsWith(" at message.parts: java.lang.IllegalStateException: gone"), message);
  }
}
