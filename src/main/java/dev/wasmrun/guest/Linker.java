package dev.wasmrun.guest;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.engine.PreparedCode;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.memory.MemoryTrap;
import dev.wasmrun.memory.MemoryView;
import dev.wasmrun.memory.Whereabouts;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.ValueType;
import java.util.List;
import java.util.Optional;

/**
 * A module made ready to be instantiated any number of times: its imports are checked and its code
 * is prepared once.
 *
 * <p>Immutable; may be shared among threads.
 */
public final class Linker {
  private final GuestModule module;
  private final List<HostFunction> hostFunctions;
  private final PreparedCode code;
  private final boolean locating;

  /**
   * Checks the imports and prepares the code.
   *
   * @throws LinkException if an import is not among {@code hostFunctions}, has another type there,
   *     or the code cannot be executed by the engine
   */
  public Linker(GuestModule module, Engine engine, List<HostFunction> hostFunctions) {
    this(module, engine, hostFunctions, false);
  }

  /**
   * Like the other constructor.
   *
   * @param locating whether the code is to tell {@link Whereabouts} where it accesses memory, for
   *     the memory's observer; a guest's code is the {@link Guest}, a host function's the {@link
   *     HostFunction}
   */
  public Linker(
      GuestModule module, Engine engine, List<HostFunction> hostFunctions, boolean locating) {
    this.module = module;
    this.locating = locating;
    this.hostFunctions = List.copyOf(hostFunctions);
    List<String> obstacles = Linkability.obstacles(module, hostFunctions);
    if (!obstacles.isEmpty()) {
      throw new LinkException(
          "cannot link %s: %s".formatted(module.name(), String.join("; ", obstacles)));
    }
    try {
      this.code = Machines.of(engine, Executable.of(module), locating);
    } catch (ChicoryException e) {
      throw new LinkException(
          "cannot compile %s: %s; try --engine interpreter"
              .formatted(module.name(), e.getMessage()),
          e);
    } catch (IllegalArgumentException e) {
      throw new LinkException("cannot compile %s: %s".formatted(module.name(), e.getMessage()), e);
    }
  }

  /** What the host functions keep that is in no instance, in words that can follow "because". */
  Optional<String> kept() {
    return hostFunctions.stream()
        .map(HostFunction::body)
        .filter(HostFunction.KeepingBody.class::isInstance)
        .map(body -> ((HostFunction.KeepingBody) body).kept())
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** Whether instances tell where they access memory. */
  boolean isLocating() {
    return locating;
  }

  /** What a user should know of how an engine runs a module, if it is not as the engine says. */
  public static Optional<String> notice(GuestModule module, Engine engine) {
    return Machines.notice(engine, Executable.of(module));
  }

  /** The module that is linked. */
  public GuestModule module() {
    return module;
  }

  /**
   * Creates an instance. Its start function does not run; see {@link Guest#start}.
   *
   * @param memory the linear memory, whether the module imports or defines it; empty if it has none
   * @param activeData whether this instance writes the module's active data segments
   * @throws Trap if an active data or element segment does not fit
   */
  public Guest instantiate(Optional<LinearMemory> memory, ActiveData activeData) {
    var guest = new Guest(this, memory);
    try {
      guest.attach(builder(guest, activeData).build());
    } catch (RuntimeException e) {
      throw Failures.of(e, List.of());
    }
    return guest;
  }

  /** Creates an instance over a memory of its own that begins with a state. */
  Guest instantiate(Optional<LinearMemory> memory, InstanceState state) {
    var guest = new Guest(this, memory);
    Instance instance = builder(guest, ActiveData.SKIP).withInitialize(false).build();
    state.initialize(instance);
    guest.attach(instance);
    return guest;
  }

  private Instance.Builder builder(Guest guest, ActiveData activeData) {
    Optional<MemoryView> view =
        guest.optionalMemory().map(own -> MemoryView.of(own, activeData, guest, guest::waitEnded));
    var builder =
        Instance.builder(Executable.of(module))
            .withStart(false)
            .withImportValues(importValues(guest, view));
    code.install(builder);
    builder.withTableFactory(Machines::table);
    view.ifPresent(own -> builder.withMemoryFactory(limits -> own));
    return builder.withUnsafeExecutionListener(Machines.listener(view.filter(own -> locating)));
  }

  private ImportValues importValues(Guest guest, Optional<MemoryView> view) {
    var values = ImportValues.builder();
    for (ImportedItem item : module.imports()) {
      if (item.kind() == Kind.FUNCTION) {
        HostFunction function = Linkability.find(item, hostFunctions).orElseThrow();
        values.addFunction(
            new ImportFunction(
                item.module(),
                item.name(),
                typeOf(function.signature()),
                (instance, args) ->
                    locating ? locatedCall(function, guest, args) : call(function, guest, args)));
      }
    }
    Optional<MemoryFacts> imported = module.memory().filter(MemoryFacts::imported);
    imported.ifPresent(
        facts ->
            values.addMemory(new ImportMemory(facts.module(), facts.name(), view.orElseThrow())));
    return values.build();
  }

  /** The memory that the function accesses is accessed by it, not by the guest's call. */
  private static long[] locatedCall(HostFunction function, Guest guest, long[] args) {
    Whereabouts.Saved caller = Whereabouts.current().enter(function);
    try {
      return call(function, guest, args);
    } finally {
      caller.restore();
    }
  }

  private static long[] call(HostFunction function, Guest guest, long[] args) {
    guest.asksHost();
    try {
      return function.body().call(guest, args);
    } catch (GuestFailure | MemoryTrap | ChicoryInterruptedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new HostFault(
          "host function %s.%s failed: %s".formatted(function.module(), function.name(), e),
          e,
          List.of());
    }
  }

  private static FunctionType typeOf(Signature signature) {
    return FunctionType.of(typesOf(signature.params()), typesOf(signature.results()));
  }

  private static List<ValType> typesOf(List<ValueType> types) {
    return types.stream().map(Linker::typeOf).toList();
  }

  private static ValType typeOf(ValueType type) {
    return switch (type) {
      case I32 -> ValType.I32;
      case I64 -> ValType.I64;
      case F32 -> ValType.F32;
      case F64 -> ValType.F64;
      case V128, REF -> throw new IllegalArgumentException("no host function takes a " + type);
    };
  }
}
