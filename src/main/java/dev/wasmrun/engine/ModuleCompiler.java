package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.internal.ClassCollector;
import com.dylibso.chicory.compiler.internal.Compiler;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ExternalType;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.MethodTooLargeException;

/**
 * Chicory's compiler, so led that a large module takes it no longer than it must.
 *
 * <p>What comes out depends on the module alone, not on the number of processors.
 */
final class ModuleCompiler {
  /*
   * Where it finds that a class has become too large the compiler begins anew with half as many
   * functions in each, starting from 12288; and where it finds that a method has, it begins anew
   * without that function, from the first. Neither happens if classes are small to begin with, and if
   * it knows those functions. To find them, only those are compiled that may be among them.
   *
   * A function with which it fails in any other way, or whose method the JVM does not accept, is
   * interpreted as one is that is too large.
   */
  private static final int FUNCTIONS_PER_CLASS = 512;

  /** The fewest instructions that become a method of 64 KiB; few need more than a dozen bytes. */
  private static final int LARGE = 5000;

  /** How the name of a function's method begins; its number follows. */
  private static final String METHOD = "func_";

  private final WasmModule module;
  private final Set<Rewrite> rewrites;
  private final Optional<LocatingPass> locations;
  private final Executor rewriters;
  private final int functionsPerClass;

  private ModuleCompiler(
      WasmModule module,
      Set<Rewrite> rewrites,
      boolean locating,
      Executor rewriters,
      int functionsPerClass) {
    this.module = module;
    this.rewrites = rewrites;
    this.locations = locating ? Optional.of(new LocatingPass(module)) : Optional.empty();
    this.rewriters = rewriters;
    this.functionsPerClass = functionsPerClass;
  }

  /** The classes of a module, rewritten by all processors but the one that generates them. */
  static RewritingCollector compile(WasmModule module, Set<Rewrite> rewrites, boolean locating) {
    ExecutorService rewriters =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1), ModuleCompiler::rewriter);
    try {
      return compile(module, rewrites, locating, rewriters, FUNCTIONS_PER_CLASS);
    } finally {
      rewriters.shutdownNow();
    }
  }

  /**
   * The classes of a module.
   *
   * @param rewriters who takes them through the pass
   * @param functionsPerClass the most functions in one class
   */
  static RewritingCollector compile(
      WasmModule module,
      Set<Rewrite> rewrites,
      boolean locating,
      Executor rewriters,
      int functionsPerClass) {
    var compiler = new ModuleCompiler(module, rewrites, locating, rewriters, functionsPerClass);
    return compiler.compile(compiler.tooLarge());
  }

  private static Thread rewriter(Runnable work) {
    var thread = new Thread(work, "rewriter");
    thread.setDaemon(true);
    return thread;
  }

  private RewritingCollector compile(Set<Integer> tooLarge) {
    var interpreted = new HashSet<>(tooLarge);
    RewritingCollector compiled = compileBut(interpreted);
    compiled.interpret(interpreted);
    return compiled;
  }

  /** The functions that are too large for a method, as far as it can be told without the others. */
  private Set<Integer> tooLarge() {
    int imported = module.importSection().count(ExternalType.FUNCTION);
    var small = new HashSet<Integer>();
    int defined = module.codeSection().functionBodyCount();
    for (int i = 0; i < defined; i++) {
      if (module.codeSection().getFunctionBody(i).instructions().size() < LARGE) {
        small.add(imported + i);
      }
    }
    if (small.size() == defined) {
      return Set.of();
    }
    var tooLarge = new HashSet<Integer>();
    var skipped = new HashSet<>(small);
    while (true) {
      Optional<RuntimeException> failure =
          failureOfTrial(
              skipped, functionsPerClass, bytes -> BytecodePass.rewrite(bytes, rewrites));
      Optional<Integer> named = failure.flatMap(ModuleCompiler::functionTooLarge);
      if (named.isEmpty()) {
        return tooLarge; // should there be another failure, it will be met again
      }
      tooLarge.add(named.get());
      skipped.add(named.get());
    }
  }

  /**
   * Compiles all functions but some.
   *
   * @param interpreted those that are not to be compiled; those that cannot be are added
   */
  private RewritingCollector compileBut(Set<Integer> interpreted) {
    while (true) {
      RuntimeException failure;
      try {
        return compile(interpreted, functionsPerClass);
      } catch (StackOverflowError e) {
        failure = new IllegalStateException("its code is nested too deeply", e);
      } catch (RuntimeException e) {
        failure = e;
      }
      if (!interpreted.addAll(culprits(failure, interpreted))) {
        throw new ChicoryException(
            "its functions do not fit into classes of Java: " + VerifiedPass.firstLine(failure),
            failure);
      }
    }
  }

  /** The functions because of which compiling has failed. */
  private Set<Integer> culprits(RuntimeException failure, Set<Integer> interpreted) {
    if (failure instanceof UncompilableFunctionsException refused) {
      return refused.functions();
    }
    return functionTooLarge(failure).map(Set::of).orElseGet(() -> failingOneByOne(interpreted));
  }

  /** The function of which an exception says that it is too large for a method. */
  private static Optional<Integer> functionTooLarge(RuntimeException failure) {
    Throwable cause = failure instanceof ChicoryException ? failure.getCause() : failure;
    return cause instanceof MethodTooLargeException tooLarge
            && tooLarge.getMethodName().startsWith(METHOD)
        ? Optional.of(Integer.valueOf(tooLarge.getMethodName().substring(METHOD.length())))
        : Optional.empty();
  }

  /**
   * The functions with which the compiler fails in whatever way. It does not say which they are,
   * but with each in a class of its own it is the one after the classes that there are by then.
   */
  private Set<Integer> failingOneByOne(Set<Integer> interpreted) {
    int functions =
        module.importSection().count(ExternalType.FUNCTION)
            + module.codeSection().functionBodyCount();
    var failing = new HashSet<Integer>();
    var skipped = new HashSet<>(interpreted);
    while (true) {
      var compiled = new AtomicInteger();
      Optional<RuntimeException> failure =
          failureOfTrial(skipped, 1, bytes -> compiled.incrementAndGet());
      int next = compiled.get();
      if (failure.isEmpty() || next >= functions || skipped.contains(next)) {
        return failing;
      }
      failing.add(next);
      IntStream.rangeClosed(0, next).forEach(skipped::add); // these need not be compiled again
    }
  }

  /**
   * Compiles functions without keeping what comes out.
   *
   * @param skipped those that are not to be compiled
   * @param classes given each class of functions
   * @return what it has failed with
   */
  private Optional<RuntimeException> failureOfTrial(
      Set<Integer> skipped, int perClass, Consumer<byte[]> classes) {
    try {
      generate(skipped, perClass, () -> new FunctionTrial(classes));
      return Optional.empty();
    } catch (FunctionTrial.EndedException e) {
      return Optional.empty();
    } catch (StackOverflowError e) {
      return Optional.of(new IllegalStateException(e));
    } catch (RuntimeException e) {
      return Optional.of(e);
    }
  }

  private RewritingCollector compile(Set<Integer> interpreted, int perClass) {
    try {
      var collector =
          (RewritingCollector)
              generate(
                  interpreted,
                  perClass,
                  () -> new RewritingCollector(rewrites, locations, rewriters));
      collector.awaitRewritten();
      return collector;
    } catch (ClassTooLargeException e) {
      // It is the pass that has made the class too large, else the compiler had noticed by itself.
      if (perClass == 1) {
        throw e;
      }
      return compile(interpreted, perClass / 2);
    }
  }

  private ClassCollector generate(
      Set<Integer> interpreted, int perClass, Supplier<ClassCollector> collectors) {
    return Compiler.builder(module)
        .withClassCollectorFactory(collectors)
        .withInterpretedFunctions(interpreted)
        .withMaxFunctionsPerClass(perClass)
        .withInterpreterFallback(InterpreterFallback.FAIL)
        .build()
        .compile()
        .collector();
  }
}
