package dev.wasmrun.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class ShownNamesTest {
  @Test
  void ordinaryNamesStayAsTheyAre() {
    for (String name : List.of("add", "assembly/host/countOr", "größer", "数える", "a b", "😀", "")) {
      assertEquals(name, ShownNames.of(name));
    }
  }

  @Test
  void whatMovesTheCursorOrTheDirectionOfWritingIsANumber() {
    assertEquals("a<U+001B>[31mb", ShownNames.of("a\u001b[31mb"));
    assertEquals("a<U+000A>wasm-run: fine", ShownNames.of("a\nwasm-run: fine"));
    assertEquals("<U+202E>gnp.exe", ShownNames.of("\u202egnp.exe"));
    assertEquals("<U+D800>x<U+2028>", ShownNames.of("\ud800x\u2028"));
  }

  @Test
  void longNamesAndListsAreShortened() {
    assertEquals("n".repeat(200), ShownNames.of("n".repeat(200)));
    assertEquals("😀".repeat(150) + "…(1000 characters)", ShownNames.of("😀".repeat(1000)));
    assertEquals("a, b", ShownNames.list(List.of("a", "b")));
    assertTrue(ShownNames.list(Collections.nCopies(60, "f")).endsWith("f, f and 10 more"));
  }

  @Property
  void noNameHasAnotherLineOrCannotBeSeen(@ForAll String name) {
    String shown = ShownNames.of(name);
    assertTrue(shown.lines().count() <= 1, shown);
    assertTrue(shown.chars().noneMatch(Character::isISOControl), shown);
  }
}
