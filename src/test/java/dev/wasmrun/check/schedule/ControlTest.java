package dev.wasmrun.check.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.crew.RunObserver;
import dev.wasmrun.memory.MemoryObserver;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ControlTest {

  @Test
  void everythingThatObserversAreToldIsPassedOn() {
    Set<String> all =
        Stream.of(MemoryObserver.class, RunObserver.class)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> own =
        Arrays.stream(Control.class.getDeclaredMethods())
            .map(Method::getName)
            .filter(all::contains)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(all, own);
  }
}
