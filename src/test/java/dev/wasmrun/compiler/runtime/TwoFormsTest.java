package dev.wasmrun.compiler.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A function changes to whole vectors when those have been measured to be no slower. */
class TwoFormsTest {
  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  private final TwoForms forms = new TwoForms();

  private static boolean isWhole(int form) {
    return (form & 1) == 1;
  }

  /** Makes calls, which take so long; how many of them were of the form with whole vectors. */
  private int calls(int count, long halves, long whole) {
    int wholes = 0;
    for (int i = 0; i < count; i++) {
      int form = forms.next();
      if (TwoForms.begin(form) != 0) {
        forms.measure(form, isWhole(form) ? whole : halves);
      }
      wholes += isWhole(form) ? 1 : 0;
    }
    return wholes;
  }

  @Test
  void itBeginsWithHalves() {
    assertEquals(0, calls(100, MILLISECOND, MILLISECOND));
  }

  @Test
  void thenAShareOfTheTimeIsSpentOnWholeVectors() {
    calls(100, MILLISECOND, 0);
    int wholes = calls(1000, MILLISECOND, 10 * MILLISECOND);
    assertTrue(wholes >= 20 && wholes <= 26, wholes + " of 1000");
  }

  @Test
  void whatIsNoSlowerIsKeptAndNotMeasuredAnyMore() {
    calls(100, MILLISECOND, 0);
    calls(1000, MILLISECOND, MILLISECOND / 3);
    assertEquals(1000, calls(1000, MILLISECOND, MILLISECOND));
    assertEquals(0, TwoForms.begin(forms.next()));
  }

  @Test
  void whatBecomesQuickIsKeptThen() {
    calls(100, MILLISECOND, 0);
    assertTrue(calls(5000, MILLISECOND, 20 * MILLISECOND) > 20);
    calls(100, MILLISECOND, MILLISECOND / 5);
    assertEquals(100, calls(100, MILLISECOND, MILLISECOND));
  }

  @Test
  void whatStaysSlowIsGivenUp() {
    calls(100, MILLISECOND, 0);
    calls(40_000, MILLISECOND, 20 * MILLISECOND);
    assertFalse(isWhole(forms.next()));
    assertEquals(0, TwoForms.begin(forms.next()));
    assertEquals(0, calls(40_000, MILLISECOND, 0));
  }

  @Test
  void callsThatAreNotMeasuredChangeNothing() {
    forms.end(0, 0);
    assertEquals(0, calls(99, MILLISECOND, 0));
  }
}
