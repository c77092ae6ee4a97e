package dev.wasmrun.compiler.runtime;

import com.dylibso.chicory.runtime.Machine;
import com.dylibso.chicory.wasm.ChicoryException;
import java.lang.ref.Reference;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * The runtime's way into generated code, for one instance.
 *
 * <p>As thread-safe as what the guest does: calls share nothing but the instance.
 */
public final class CompiledMachine implements Machine {
  private final Context context;
  private final int importedFunctions;
  private final IntFunction<CodeGroup> groups;
  private final IntFunction<Method> methods;

  /**
   * A machine.
   *
   * @param groups finds the class that has a function, not an imported one
   * @param methods finds the method that calls one of these
   */
  public CompiledMachine(
      Context context, IntFunction<CodeGroup> groups, IntFunction<Method> methods) {
    this.context = context;
    this.importedFunctions = context.types().importedFunctions();
    this.groups = groups;
    this.methods = methods;
  }

  /** What its code knows of the instance. */
  public Context context() {
    return context;
  }

  /**
   * The static method that calls a function: it takes the parameters, each as a number of Java's
   * unless they are very many, and then the {@link #context}. Empty for an imported function.
   */
  public Optional<Method> method(int function) {
    return function < importedFunctions ? Optional.empty() : Optional.of(methods.apply(function));
  }

  @Override
  public long[] call(int function, long[] args) {
    try {
      return function < importedFunctions
          ? context.callImport(args, function)
          : groups.apply(function).call(function, args, context);
    } catch (StackOverflowError e) {
      throw new ChicoryException("call stack exhausted", e);
    } finally {
      // The memory is reached by its address, and must not be unmapped before the last access.
      Reference.reachabilityFence(context);
    }
  }

  /** As {@link CodeGroup#tailCall}, of any function. */
  long[] tailCall(int function, long[] args, TailCall tail) {
    return function < importedFunctions
        ? context.callImport(args, function)
        : groups.apply(function).tailCall(function, args, tail, context);
  }
}
