package dev.wasmrun.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A process that calls, traps, exits and runs for long holds what it held before.
 *
 * <p>A build does so for some seconds, and looks at descriptors and threads. {@code mvn -Psoak
 * test} goes on for an hour, or {@code -Dsoak.seconds}, and looks at the heap and at classes, too:
 * there, code that is not used any more goes at once.
 */
final class SoakTest {
  private static final Integer ASKED_FOR = Integer.getInteger("soak.seconds");
  private static final int SECONDS = ASKED_FOR == null ? 6 : ASKED_FOR;

  /** Looks at the process, at the end of as many parts of the time. */
  private static final int LOOKS = 12;

  /** What the JVM compiles, loads and counts comes at first; then there is nothing new. */
  private static final int FIRST_LOOKS = LOOKS / 3;

  private static final long SLACK_BYTES = 3 << 20;

  /** Those of the JVM, which come when it has something to do, such as to compile. */
  private static final int SLACK_THREADS = 2;

  @Test
  void aLongLifeLeavesNothingBehind() throws Exception {
    new Round(0).run(); // with it comes what is there once, such as a timer
    int threads = Vitals.liveThreads();
    long begin = System.nanoTime();
    long rounds = 0;
    var looks = new ArrayList<Vitals>();
    while (looks.size() < LOOKS) {
      new Round(++rounds).run();
      long passed = System.nanoTime() - begin;
      if (passed >= TimeUnit.SECONDS.toNanos(SECONDS) * (looks.size() + 1) / LOOKS) {
        Vitals now = Vitals.take(threads);
        looks.add(now);
        System.out.println(now.line(passed, rounds));
      }
    }
    assertConstant(looks);
  }

  private static void assertConstant(List<Vitals> looks) {
    Vitals before = looks.subList(0, FIRST_LOOKS).stream().reduce(Vitals::max).orElseThrow();
    Vitals last = looks.get(LOOKS - 1);
    String both = "%s at the end, at first at most %s".formatted(last, before);
    assertTrue(last.descriptors() <= before.descriptors(), both);
    assertTrue(last.threads() <= before.threads() + SLACK_THREADS, both);
    if (ASKED_FOR != null) {
      assertTrue(last.heap() <= before.heap() + SLACK_BYTES, both);
      assertTrue(last.metaspace() <= before.metaspace() + SLACK_BYTES, both);
    }
  }
}
