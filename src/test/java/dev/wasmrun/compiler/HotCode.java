package dev.wasmrun.compiler;

import dev.wasmrun.compiler.runtime.TailCall;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * Compiled guest code that HotSpot's optimizing compiler has compiled in turn.
 *
 * <p>HotSpot is asked for its list of compiled methods, as by {@code jcmd Compiler.codelist}. Each
 * line has a number, the level, 4 for optimized, and the state, 0 for in use, before the method;
 * code that replaces a method while it runs is among them.
 */
final class HotCode {
  private static final String GENERATED = "dev.wasmrun.compiled.";

  /** The loop of functions that call each other in tail position, into which they are inlined. */
  private static final String TAIL_CALLS = TailCall.class.getName();

  private static final Pattern OPTIMIZED = Pattern.compile("\\d+ +4 +0 +([^( ]+)\\(.*");

  private HotCode() {}

  /**
   * Waits until HotSpot has optimized a method of compiled guest code that a thread is in. If it
   * does not, for instance because it is told to interpret, this says so and returns at the
   * deadline.
   *
   * @param loops which of the thread's frames will do
   */
  static void await(Thread running, Predicate<StackTraceElement> loops, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    Set<String> methods = Set.of();
    while (running.isAlive() && System.nanoTime() < end) {
      methods = methodsOf(running, loops);
      if (!methods.isEmpty() && codeList().lines().anyMatch(isOneOf(methods))) {
        return;
      }
      Thread.onSpinWait();
    }
    System.out.println("HotSpot has optimized none of " + methods + " in " + deadline);
  }

  private static Set<String> methodsOf(Thread thread, Predicate<StackTraceElement> loops) {
    return Arrays.stream(thread.getStackTrace())
        .filter(HotCode::isGuestCode)
        .filter(loops)
        .map(frame -> frame.getClassName() + "." + frame.getMethodName())
        .collect(Collectors.toSet());
  }

  private static boolean isGuestCode(StackTraceElement frame) {
    return frame.getClassName().startsWith(GENERATED) || frame.getClassName().equals(TAIL_CALLS);
  }

  private static Predicate<String> isOneOf(Set<String> methods) {
    return line -> {
      var optimized = OPTIMIZED.matcher(line);
      return optimized.matches() && methods.contains(optimized.group(1));
    };
  }

  private static String codeList() {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    try {
      var commands = new ObjectName("com.sun.management:type=DiagnosticCommand");
      return (String) server.invoke(commands, "compilerCodelist", null, null);
    } catch (JMException e) {
      throw new IllegalStateException("this JVM has no list of compiled methods: " + e, e);
    }
  }
}
