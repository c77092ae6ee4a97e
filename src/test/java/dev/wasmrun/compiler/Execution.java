package dev.wasmrun.compiler;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.emit.GeneratedClasses;
import dev.wasmrun.compiler.emit.ModuleEmitter;
import dev.wasmrun.compiler.emit.VectorTier;
import dev.wasmrun.compiler.pass.Splitting;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.engine.PreparedCode;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** A way to execute a module's code, all of which must agree. */
public enum Execution implements Function<WasmModule, PreparedCode> {
  /** Instruction by instruction. */
  INTERPRETED(OptionalInt.empty()),
  /** Compiled as it is for users. */
  COMPILED(OptionalInt.of(Splitting.DEFAULT_LIMIT)),
  /** Compiled, with functions of more than some ten lines in several methods. */
  SPLIT(OptionalInt.of(300)),
  /** Compiled, with functions of more than some lines in several methods. */
  SPLIT_SMALL(OptionalInt.of(60)),
  /** Compiled with whole vectors, if this Java has the Vector API. */
  WHOLE(OptionalInt.of(Splitting.DEFAULT_LIMIT)),
  /** Compiled with whole vectors, and small methods. */
  WHOLE_SMALL(OptionalInt.of(60)),
  /** Compiled with both forms of vectors, as it is for users whose Java has the Vector API. */
  TWO_FORMS(OptionalInt.of(Splitting.DEFAULT_LIMIT));

  private static final AtomicInteger NEXT = new AtomicInteger();

  private final OptionalInt limit;

  Execution(OptionalInt limit) {
    this.limit = limit;
  }

  /** Here and now, whatever a cache may hold; all classes are loaded, and so verified. */
  @Override
  public PreparedCode apply(WasmModule module) {
    return limit.isEmpty()
        ? Machines.of(Engine.INTERPRETER, module, false)
        : prepared(module, generate(module, limit.getAsInt(), vectors()));
  }

  private Optional<VectorTier> vectors() {
    return switch (this) {
      case WHOLE, WHOLE_SMALL -> Optional.of(new VectorTier(VectorApi::methods, true));
      case TWO_FORMS -> Optional.of(new VectorTier(VectorApi::methods, false));
      default -> Optional.empty();
    };
  }

  /**
   * The classes of a module.
   *
   * @param limit the most that a method may weigh, as {@link Splitting} weighs it
   */
  public static GeneratedClasses generate(WasmModule module, int limit) {
    return generate(module, limit, Optional.empty());
  }

  private static GeneratedClasses generate(
      WasmModule module, int limit, Optional<VectorTier> vectors) {
    String prefix = "dev/wasmrun/compiled/t" + NEXT.incrementAndGet() + "/";
    return ModuleEmitter.emit(module, prefix, false, limit, vectors);
  }

  /** Generated classes, ready to run. */
  public static PreparedCode prepared(WasmModule module, GeneratedClasses classes) {
    CompiledCode code = loaded(module, classes);
    return builder -> builder.withMachineFactory(code::machine).withGlobalFactory(code.globals());
  }

  /**
   * The code that generated classes are, all of them loaded.
   *
   * @throws RuntimeException caused by the LinkageError if the JVM refuses one
   */
  public static CompiledCode loaded(WasmModule module, GeneratedClasses classes) {
    var code =
        new CompiledCode(
            module,
            classes,
            UnitStore.NONE,
            instance -> {
              throw new AssertionError("everything is compiled");
            });
    code.loadAll();
    return code;
  }
}
