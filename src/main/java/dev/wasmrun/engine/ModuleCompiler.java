package dev.wasmrun.engine;

import com.dylibso.chicory.compiler.InterpreterFallback;
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

  private ModuleCompiler(
      WasmModule module, Set<Rewrite> rewrites, boolean locating, Executor rewriters) {
    this.module = module;
    this.rewrites = rewrites;
    this.locations = locating ? Optional.of(new LocatingPass(module)) : Optional.empty();
    this.rewriters = rewriters;
  }

  /** The classes of a module, rewritten by all processors but the one that generates them. */
  static RewritingCollector compile(WasmModule module, Set<Rewrite> rewrites, boolean locating) {
    ExecutorService rewriters =
        Executors.newFixedThreadPool(
            Math.max(1, Runtime.getRuntime().availableProcessors() - 1), ModuleCompiler::rewriter);
    try {
      return compile(module, rewrites, locating, rewriters);
    } finally {
      rewriters.shutdownNow();
    }
  }

  /**
   * The classes of a module.
   *
   * @param rewriters who takes them through the pass
   */
  static RewritingCollector compile(
      WasmModule module, Set<Rewrite> rewrites, boolean locating, Executor rewriters) {
    var compiler = new ModuleCompiler(module, rewrites, locating, rewriters);
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
    var interpreted = new HashSet<>(small);
    compileBut(interpreted);
    interpreted.removeAll(small);
    return interpreted;
  }

  /**
   * Compiles all functions but some.
   *
   * @param interpreted those that are not to be compiled; those that cannot be are added
   */
  private RewritingCollector compileBut(Set<Integer> interpreted) {
    while (true) {
      try {
        return compile(interpreted, FUNCTIONS_PER_CLASS);
      } catch (ChicoryException e) {
        if (!(e.getCause() instanceof MethodTooLargeException tooLarge)) {
          throw e;
        }
        // The compiler has seen to it that the method is one of a function.
        interpreted.add(Integer.valueOf(tooLarge.getMethodName().substring(METHOD.length())));
      }
    }
  }

  private RewritingCollector compile(Set<Integer> interpreted, int functionsPerClass) {
    try {
      var collector =
          (RewritingCollector)
              Compiler.builder(module)
                  .withClassCollectorFactory(
                      () -> new RewritingCollector(rewrites, locations, rewriters))
                  .withInterpretedFunctions(interpreted)
                  .withMaxFunctionsPerClass(functionsPerClass)
                  .withInterpreterFallback(InterpreterFallback.FAIL)
                  .build()
                  .compile()
                  .collector();
      collector.awaitRewritten();
      return collector;
    } catch (ClassTooLargeException e) {
      // It is the pass that has made the class too large, else the compiler had noticed by itself.
      if (functionsPerClass == 1) {
        throw e;
      }
      return compile(interpreted, functionsPerClass / 2);
    }
  }
}
