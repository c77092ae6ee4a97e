package dev.wasmrun.fuzz;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.engine.InstanceTables;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.GuestFailures;
import dev.wasmrun.guest.HostFault;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryType;
import dev.wasmrun.memory.MemoryView;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A case as it is carried out on one side. */
final class Observer {
  private static final long F32_QUIET = 0x7FC0_0000;
  private static final long F64_QUIET = 0x7FF8_0000_0000_0000L;

  private final FuzzCase fuzzCase;
  private final List<LinearMemory> memories = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private long hostCalls;

  private Observer(FuzzCase fuzzCase) {
    this.fuzzCase = fuzzCase;
  }

  /**
   * Carries out a case on a thread of its own, for code that may never end.
   *
   * @param seconds of processor time, after which it is given up
   */
  static Observation observe(FuzzCase fuzzCase, Side side, int seconds) {
    return BoundedTask.run(
            "fuzz " + side.name(), () -> new Observer(fuzzCase).observe(side), seconds)
        .orElseGet(() -> Observation.endless(seconds));
  }

  private Observation observe(Side side) {
    try {
      run(side);
      return new Observation(
          List.copyOf(events), memories.stream().map(Observer::contents).toList());
    } finally {
      memories.forEach(LinearMemory::close);
    }
  }

  private void run(Side side) {
    Instance instance;
    try {
      WasmModule module =
          Executable.of(GuestModule.of(fuzzCase.origin(), fuzzCase.program().bytes()));
      instance = instance(module, side);
    } catch (RuntimeException | LinkageError e) {
      events.add(Observation.UNPREPARED + cause(e));
      return;
    }
    for (FuzzCase.Call call : fuzzCase.calls()) {
      instance.exports().global("g0").setValue(fuzzCase.fuel());
      events.add(call + " = " + ending(call, instance));
    }
    for (int i = 0; i < fuzzCase.program().globals().size(); i++) {
      Type type = fuzzCase.program().globals().get(i).type();
      GlobalInstance global = instance.exports().global("g" + i);
      events.add("global %d = %s".formatted(i, text(global.getValue(), type)));
      if (type == Type.V128) {
        events.add("upper half %s".formatted(text(global.getValueHigh(), type)));
      }
    }
    events.add(hostCalls + " calls of the host");
  }

  private Instance instance(WasmModule module, Side side) {
    var imports = ImportValues.builder();
    List<GeneratedType> types = fuzzCase.program().imports();
    for (int i = 0; i < types.size(); i++) {
      GeneratedType type = types.get(i);
      imports.addFunction(
          new ImportFunction(
              GeneratedProgram.HOST,
              "h" + i,
              FunctionType.of(valTypes(type.params()), valTypes(type.results())),
              (caller, args) -> hostCall(type, args)));
    }
    Instance.Builder builder =
        Instance.builder(module)
            .withMemoryFactory(this::memory)
            .withImportValues(imports.build())
            .withUnsafeExecutionListener(Machines.listener(module, Optional.empty()))
            .withTableFactory(new InstanceTables(TableLimit.DEFAULT.elements())::create)
            .withStart(false);
    side.engine().apply(module).install(builder);
    return builder.build();
  }

  /** Results that depend on the arguments, but for floats on whether they are NaN only. */
  private long[] hostCall(GeneratedType type, long[] args) {
    hostCalls++;
    long digest = hostCalls;
    for (int i = 0; i < args.length; i++) {
      digest = digest * 31 + canonical(args[i], type.params().get(i));
    }
    long[] results = new long[type.results().size()];
    for (int i = 0; i < results.length; i++) {
      results[i] =
          switch (type.results().get(i)) {
            case I32 -> (int) digest;
            case I64 -> digest;
            case F32 -> Float.floatToRawIntBits(digest);
            case F64 -> Double.doubleToRawLongBits(digest);
            default -> -1;
          };
    }
    return results;
  }

  private MemoryView memory(MemoryLimits limits) {
    var type = new MemoryType(limits.initialPages(), limits.maximumPages(), limits.shared());
    LinearMemory memory = LinearMemory.create(type);
    memories.add(memory);
    return MemoryView.of(memory, ActiveData.WRITE);
  }

  private static byte[] contents(LinearMemory memory) {
    byte[] bytes = new byte[(int) memory.byteSize()];
    memory.read(0, bytes, 0, bytes.length);
    return bytes;
  }

  private String ending(FuzzCase.Call call, Instance instance) {
    List<Type> types = fuzzCase.program().functions().get(call.function()).type().results();
    try {
      long[] results = instance.export(call.export()).apply(call.args());
      var texts = new ArrayList<String>();
      int at = 0;
      for (Type type : types) {
        texts.add(text(results[at++], type));
        if (type == Type.V128) {
          texts.add(text(results[at++], type));
        }
      }
      return texts.toString();
    } catch (RuntimeException | Error e) {
      return cause(GuestFailures.of(e));
    }
  }

  private static String cause(Throwable thrown) {
    if (thrown instanceof Trap trap) {
      return "trap: " + trap.code().text();
    }
    Throwable cause =
        thrown instanceof HostFault && thrown.getCause() != null ? thrown.getCause() : thrown;
    String message = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    return thrown instanceof GuestFailure && cause == thrown
        ? message
        : cause.getClass().getSimpleName() + ": " + message;
  }

  /** Which payload and sign a NaN has is left to the engine, and so is how it names a function. */
  private static String text(long value, Type type) {
    return switch (type) {
      case I32 -> Integer.toString((int) value);
      case I64, V128 -> Long.toString(value);
      case F32 -> Float.toString(Float.intBitsToFloat((int) canonical(value, type)));
      case F64 -> Double.toString(Double.longBitsToDouble(canonical(value, type)));
      case EXTERNREF -> value == -1 ? "null" : "external " + value;
      default -> value == -1 ? "null" : "a reference";
    };
  }

  private static long canonical(long value, Type type) {
    return switch (type) {
      case I32 -> (int) value;
      case F32 -> Float.isNaN(Float.intBitsToFloat((int) value)) ? F32_QUIET : (int) value;
      case F64 -> Double.isNaN(Double.longBitsToDouble(value)) ? F64_QUIET : value;
      case FUNCREF, EXNREF -> value == -1 ? 0 : 1;
      default -> value;
    };
  }

  private static List<ValType> valTypes(List<Type> types) {
    return types.stream().map(Observer::valType).toList();
  }

  private static ValType valType(Type type) {
    return switch (type) {
      case I32 -> ValType.I32;
      case I64 -> ValType.I64;
      case F32 -> ValType.F32;
      case F64 -> ValType.F64;
      case V128 -> ValType.V128;
      case FUNCREF -> ValType.FuncRef;
      case EXTERNREF -> ValType.ExternRef;
      case EXNREF -> ValType.ExnRef;
    };
  }
}
