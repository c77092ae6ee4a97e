package dev.wasmrun.engine;

import com.dylibso.chicory.runtime.Machine;
import dev.wasmrun.Internal;
import dev.wasmrun.compiler.runtime.CodeFrames;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The guest functions that were active at a failure. */
@Internal
public final class Backtraces {
  // Chicory's compiler turns function 12 into the method func_12 of a generated class.
  private static final Pattern COMPILED_METHOD = Pattern.compile("func_(\\d{1,9})");
  private static final String COMPILED_CLASS = "CompiledMachine";

  private Backtraces() {}

  /**
   * Indices of the module's functions that were active when {@code thrown} was raised or, if it has
   * not been thrown, that are active on this thread, innermost first; empty if it was raised
   * outside the guest.
   *
   * @param machine the machine that ran the guest
   */
  public static List<Integer> activeFunctions(Throwable thrown, Machine machine) {
    if (machine instanceof TracingInterpreter interpreter) {
      return interpreter.activeAt(thrown);
    }
    return compiledFunctions(originOf(thrown).getStackTrace());
  }

  /**
   * Indices of the module's functions that are active in another thread, innermost first. What it
   * answers of a thread that is not blocked is past, and may be of several moments.
   *
   * @param machine the machine that runs the guest in that thread
   */
  public static List<Integer> activeFunctions(Thread thread, Machine machine) {
    return machine instanceof TracingInterpreter interpreter
        ? interpreter.active()
        : compiledFunctions(thread.getStackTrace());
  }

  private static List<Integer> compiledFunctions(StackTraceElement[] trace) {
    var functions = new ArrayList<Integer>();
    for (StackTraceElement element : trace) {
      CodeFrames.Place place = CodeFrames.of(element);
      if (place != null) {
        if (!place.part()) {
          functions.add(place.function());
        }
        continue;
      }
      var method = COMPILED_METHOD.matcher(element.getMethodName());
      if (method.matches() && element.getClassName().contains(COMPILED_CLASS)) {
        functions.add(Integer.valueOf(method.group(1)));
      }
    }
    return functions;
  }

  /** Indices of the functions that are active in the current thread, innermost first. */
  public static List<Integer> activeFunctions() {
    List<Integer> functions = compiledFunctions(new Throwable().getStackTrace());
    functions.addAll(TracingInterpreter.activeFunctions());
    return functions;
  }

  /** A stack overflow is reported by a wrapper that is created after the stack has unwound. */
  private static Throwable originOf(Throwable thrown) {
    return thrown.getCause() instanceof StackOverflowError overflow ? overflow : thrown;
  }
}
