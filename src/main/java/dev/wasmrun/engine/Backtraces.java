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
   * The module's functions that were active when {@code thrown} was raised or, if it has not been
   * thrown, that are active on this thread, innermost first; empty if it was raised outside the
   * guest.
   *
   * @param machine the machine that ran the guest
   */
  public static List<ActiveFunction> activeFunctions(Throwable thrown, Machine machine) {
    if (machine instanceof TracingInterpreter interpreter) {
      return interpreter.activeAt(thrown);
    }
    return compiledFunctions(originOf(thrown).getStackTrace());
  }

  /**
   * The module's functions that are active in another thread, innermost first. What it answers of a
   * thread that is not blocked is past, and may be of several moments.
   *
   * @param machine the machine that runs the guest in that thread
   */
  public static List<ActiveFunction> activeFunctions(Thread thread, Machine machine) {
    return machine instanceof TracingInterpreter interpreter
        ? interpreter.active()
        : compiledFunctions(thread.getStackTrace());
  }

  private static List<ActiveFunction> compiledFunctions(StackTraceElement[] trace) {
    var functions = new ArrayList<ActiveFunction>();
    int inPart = ActiveFunction.NO_OFFSET; // where the innermost part of a function is
    for (StackTraceElement element : trace) {
      CodeFrames.Place place = CodeFrames.of(element);
      if (place != null) {
        int offset = inPart == ActiveFunction.NO_OFFSET ? place.address() : inPart;
        inPart = place.part() ? offset : ActiveFunction.NO_OFFSET;
        if (!place.part()) {
          functions.add(new ActiveFunction(place.function(), offset));
        }
        continue;
      }
      var method = COMPILED_METHOD.matcher(element.getMethodName());
      if (method.matches() && element.getClassName().contains(COMPILED_CLASS)) {
        int function = Integer.parseInt(method.group(1));
        functions.add(new ActiveFunction(function, ActiveFunction.NO_OFFSET));
      }
    }
    return functions;
  }

  /** The functions that are active in the current thread, innermost first. */
  public static List<ActiveFunction> activeFunctions() {
    List<ActiveFunction> functions = compiledFunctions(new Throwable().getStackTrace());
    functions.addAll(TracingInterpreter.activeFunctions());
    return functions;
  }

  /** A stack overflow is reported by a wrapper that is created after the stack has unwound. */
  private static Throwable originOf(Throwable thrown) {
    return thrown.getCause() instanceof StackOverflowError overflow ? overflow : thrown;
  }
}
