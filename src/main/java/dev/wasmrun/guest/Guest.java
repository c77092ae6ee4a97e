package dev.wasmrun.guest;

import com.dylibso.chicory.runtime.ExportFunction;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.WasmException;
import com.dylibso.chicory.wasm.types.ExportSection;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import dev.wasmrun.engine.ActiveFunction;
import dev.wasmrun.engine.Backtraces;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.memory.AccessLocation;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.ModuleSources;
import dev.wasmrun.module.SideModule;
import dev.wasmrun.module.SlicedWaits;
import dev.wasmrun.source.SourceFrame;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One instance of a module: its own globals, table and stack pointer, over a linear memory that it
 * may share with others.
 *
 * <p>Used by one thread at a time.
 */
public final class Guest {
  private static final long ENDLESS = Double.doubleToRawLongBits(Double.POSITIVE_INFINITY);
  private static final long[] NOTHING = {};

  /** What a WASI reactor, a library rather than a command, exports to be called first. */
  private static final String INITIALIZE = "_initialize";

  /** What other libraries export for the same. */
  private static final String CONSTRUCTORS = "__wasm_call_ctors";

  /** What a side module exports to be called once, in this order, as far as it does. */
  private static final List<String> RELOCATIONS =
      List.of("__wasm_apply_data_relocs", CONSTRUCTORS, "__post_instantiate");

  private final Linker linker;
  private final GuestModule module;
  private final Optional<LinearMemory> memory;

  /** Whether further instances use the memory, as far as they were made of this one. */
  private volatile boolean hasSiblings;

  /** Whether a host function was called; used by the thread that uses the guest. */
  private boolean askedHost;

  // Set once by the linker before the guest is handed out: host functions refer to their guest.
  private Instance instance;
  private Optional<GlobalInstance> importedStackPointer = Optional.empty();
  private boolean wroteData;
  private boolean describing;

  Guest(Linker linker, Optional<LinearMemory> memory) {
    this.linker = linker;
    this.module = linker.module();
    this.memory = memory;
  }

  /**
   * Says what this is about.
   *
   * @param stackPointer the global with the address of its stack, if it imports that
   */
  void attach(Instance linked, Optional<GlobalInstance> stackPointer, ActiveData activeData) {
    this.instance = linked;
    this.importedStackPointer = stackPointer;
    this.wroteData = activeData == ActiveData.WRITE;
  }

  Linker linker() {
    return linker;
  }

  Optional<LinearMemory> optionalMemory() {
    return memory;
  }

  /** As {@link InstanceState#of} says. */
  InstanceState state() {
    return InstanceState.of(instance);
  }

  private static boolean isOfItsOwn(Kind kind) {
    return kind == Kind.TABLE || kind == Kind.GLOBAL;
  }

  /** Why a {@link Snapshot} could not hold all that this instance has, as far as it shows. */
  Optional<String> obstacleToSnapshot() {
    if (linker.module().imports().stream().anyMatch(item -> isOfItsOwn(item.kind()))) {
      return Optional.of("it imports a table or a global");
    }
    if (!Backtraces.activeFunctions(new Throwable(), instance.getMachine()).isEmpty()) {
      return Optional.of("it is in a call");
    }
    if (hasSiblings || memory.filter(own -> !own.waiters().isEmpty()).isPresent()) {
      return Optional.of("other threads use its memory");
    }
    if (instance.imports().memoryCount() + definedMemories() > 1) {
      return Optional.of("it has several memories");
    }
    return linker.kept();
  }

  private int definedMemories() {
    return instance.module().memorySection().map(section -> section.memoryCount()).orElse(0);
  }

  /** A host function is called. */
  void asksHost() {
    askedHost = true;
  }

  /**
   * Whether it has called a host function since it was made, so that what it has become may depend
   * on when and where that was.
   */
  public boolean hasAskedHost() {
    return askedHost;
  }

  /** The module this is an instance of. */
  public GuestModule module() {
    return module;
  }

  /**
   * The linear memory.
   *
   * @throws Trap if the module has none, as if an access missed it
   */
  public LinearMemory memory() {
    return memory.orElseThrow(
        () ->
            new Trap(
                TrapCode.OUT_OF_BOUNDS_MEMORY, module.name() + " has no linear memory at all"));
  }

  /**
   * A new instance of the same module with the same imports over the same memory, whose active data
   * it leaves alone. Unlike everything else here, this may be called by any thread.
   *
   * @throws Trap if an element segment does not fit
   */
  public Guest sibling() {
    hasSiblings = true;
    return linker.instantiate(memory, ActiveData.SKIP);
  }

  /** Whether a function of that name is exported. */
  public boolean exportsFunction(String name) {
    return module.exports().get(name) == Kind.FUNCTION;
  }

  /** Whether a global of that name is exported. */
  public boolean exportsGlobal(String name) {
    return module.exports().get(name) == Kind.GLOBAL;
  }

  /**
   * Calls an exported function on the current thread.
   *
   * @param args a value per parameter: integers as they are, floats as their bits, a vector as two
   *     values, its lower half first
   * @return a value per result, in the same form
   * @throws GuestFailure if it does not return, or cannot be called like that
   */
  public long[] call(String export, long... args) {
    try {
      return ending(given -> instance.export(export).apply(given), args);
    } catch (GuestFailure e) {
      throw explained(e, export, args.length);
    }
  }

  /** A failed call, with a better reason if it could only fail. */
  private GuestFailure explained(GuestFailure failure, String export, int values) {
    try {
      ExportedFunction.of(module, export).requireValues(values);
      return failure;
    } catch (UsageException e) {
      return new HostFault(e.getMessage());
    }
  }

  /**
   * An exported function, for many calls: see {@link GuestFunction}.
   *
   * @throws UsageException if no function of that name is exported
   */
  public GuestFunction function(String export) {
    var function = ExportedFunction.of(module, export);
    return new GuestFunction(
        this, function, instance.export(export), Machines.context(instance).orElse(null));
  }

  /** The code of an exported function; empty if it is not compiled, or tells what it accesses. */
  Optional<Method> compiled(String export) {
    if (linker.isLocating()) {
      return Optional.empty();
    }
    try {
      return Machines.method(instance, indexOf(export));
    } catch (RuntimeException | OutOfMemoryError | LinkageError e) {
      throw failure(e);
    }
  }

  private int indexOf(String export) {
    ExportSection exports = instance.module().exportSection();
    for (int i = 0; i < exports.exportCount(); i++) {
      if (exports.getExport(i).name().equals(export)) {
        return exports.getExport(i).index();
      }
    }
    throw new IllegalArgumentException(export);
  }

  /**
   * Calls a function of the module's first table on the current thread, whatever its type: missing
   * arguments are 0, further ones are left out. So do hosts that call C's function pointers, whose
   * declared and actual types often differ.
   *
   * @param index its index in the table
   * @return a value per result
   * @throws GuestFailure if there is no such function, or it does not return
   */
  public long[] callIndirect(int index, long... args) {
    return ending(
        given -> {
          int function = instance.table(0).requiredRef(index);
          int parameters = ValType.sizeOf(instance.type(instance.functionType(function)).params());
          return instance.getMachine().call(function, Arrays.copyOf(given, parameters));
        },
        args);
  }

  /**
   * Runs the module's start function on the current thread, if it has one. A module that does not
   * know where it lies then writes addresses into its data, unless another instance has, and runs
   * its constructors if its convention does not.
   *
   * @throws GuestFailure if it does not return
   */
  public void start() {
    module
        .startFunction()
        .ifPresent(index -> ending(args -> instance.getMachine().call(index, args), NOTHING));
    if (wroteData && SideModule.of(module).filter(SideModule::relocatable).isPresent()) {
      for (String function : RELOCATIONS) {
        if (exportsFunction(function) && !isCalledLater(function)) {
          call(function);
        }
      }
    }
  }

  /** A program of Emscripten needs its stack before its constructors: its convention calls them. */
  private boolean isCalledLater(String function) {
    return function.equals(CONSTRUCTORS) && module.convention() == ConventionName.EMSCRIPTEN;
  }

  /**
   * Runs the start function, gives the instance its thread-local variables, and then runs, of a
   * library rather than a command, what initialises it: to be called once for a memory.
   *
   * @throws GuestFailure if it does not return
   */
  public void begin() {
    start();
    ThreadLocalBlocks.giveFirst(this);
    if (exportsFunction(INITIALIZE)) {
      call(INITIALIZE);
    } else if (exportsFunction(CONSTRUCTORS) && SideModule.of(module).isEmpty()) {
      call(CONSTRUCTORS);
    }
  }

  /** Sets the global with the address of its stack, which it imports or defines. */
  void setStackPointer(int address) {
    importedStackPointer
        .orElseGet(() -> instance.global(module.stackPointerGlobal().orElseThrow()))
        .setValue(address);
  }

  /** The value of an i32 global of the module's own, by its index. */
  int globalAt(int index) {
    return (int) instance.global(index).getValue();
  }

  /** Whether there is an exported table of this name, of references of the host. */
  public boolean exportsHostTable(String export) {
    return module.exports().get(export) == Kind.TABLE
        && instance.exports().table(export).elementType().equals(ValType.ExternRef);
  }

  /** How many elements an exported table has. */
  public int tableSize(String export) {
    return instance.exports().table(export).size();
  }

  /** The reference in an exported table, as host functions get it; -1 for none. */
  public int tableReference(String export, int index) {
    return (int)
        ending(args -> new long[] {instance.exports().table(export).ref(index)}, NOTHING)[0];
  }

  /**
   * Puts a reference of the host into an exported table.
   *
   * @param reference any number from 0 on, which host functions get back; -1 for none
   * @throws GuestFailure if there is no such element
   */
  public void setTableReference(String export, int index, int reference) {
    ending(
        args -> {
          instance.exports().table(export).setRef(index, reference, instance);
          return NOTHING;
        },
        NOTHING);
  }

  /**
   * Adds elements without references to an exported table.
   *
   * @return the index of the first of them; -1 if it cannot grow so far
   */
  public int growTable(String export, int elements) {
    return instance.exports().table(export).grow(elements, Value.REF_NULL_VALUE, instance);
  }

  /** The value of an exported i32 global. */
  public int globalInt(String export) {
    return (int) instance.exports().global(export).getValue();
  }

  /**
   * Whether a thread that runs this guest and is blocked in a wait with a timeout will, when that
   * has passed, begin the same wait again, and so for ever as long as nothing in the memory
   * changes. False where that cannot be told.
   */
  public boolean waitsInSlices(Thread thread) {
    List<ActiveFunction> active = Backtraces.activeFunctions(thread, instance.getMachine());
    if (active.size() < 2) {
      return false;
    }
    SlicedWaits waits = module.slicedWaits();
    int waiting = active.get(0).index();
    int caller = active.get(1).index();
    return waits.repeatsForEver(waiting, caller)
        || ((waits.measures(waiting) || waits.measures(caller))
            && remainingTime().getValue() == ENDLESS);
  }

  /**
   * A wait of the guest has ended: how long it may wait counts for no other, which may have a
   * timeout and find out by other means how long that is.
   */
  void waitEnded() {
    if (module.slicedWaits().remainingTimeGlobal().isPresent()) {
      remainingTime().setValue(0);
    }
  }

  private GlobalInstance remainingTime() {
    return instance.global(module.slicedWaits().remainingTimeGlobal().orElseThrow());
  }

  /**
   * The trap of something thrown that nobody has caught, where it was thrown.
   *
   * @param why what was thrown, in words
   */
  public Trap uncaught(GuestThrown thrown, String why) {
    String message = TrapCode.ABORT.text() + ": " + why;
    return new Trap(TrapCode.ABORT, message, thrown, framesOf(thrown));
  }

  /** Calls code of the guest; however that ends, it ends as {@link #call} says. */
  long[] ending(ExportFunction code, long[] args) {
    return linker.isLocating() ? located(code, args) : run(code, args);
  }

  /** What Java code does with the memory after a call is not of the guest's doing. */
  private long[] located(ExportFunction code, long[] args) {
    AccessLocation.Saved caller = AccessLocation.current().save();
    try {
      return run(code, args);
    } finally {
      caller.restore();
    }
  }

  private long[] run(ExportFunction code, long[] args) {
    try {
      long[] results = code.apply(args);
      return results == null ? NOTHING : results;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
      throw failure(e);
    }
  }

  /**
   * What is thrown to the caller of code that has thrown something.
   *
   * @throws Error if it is none of the guest's
   */
  RuntimeException failure(Throwable thrown) {
    if (thrown instanceof GuestThrown caught) {
      return caught; // where it is caught nobody asks where it came from
    }
    if (thrown instanceof WasmException exception) {
      return uncaught(exception).tracedIn(module.name());
    }
    if (thrown instanceof Error error && !isOfGuest(error)) {
      throw error;
    }
    return Failures.of(thrown, framesOf(thrown)).tracedIn(module.name());
  }

  private static boolean isOfGuest(Error error) {
    return error instanceof StackOverflowError
        || error instanceof OutOfMemoryError
        || error instanceof LinkageError;
  }

  /** The trap of an exception that has left the guest's code. */
  private GuestFailure uncaught(WasmException thrown) {
    List<SourceFrame> frames = framesOf(thrown);
    if (describing) {
      return Failures.of(thrown, frames); // thrown by what is asked about another one
    }
    describing = true;
    try {
      return CppExceptions.thrown(this, thrown.args())
          .<GuestFailure>map(what -> Failures.uncaught(what, frames))
          .orElseGet(() -> Failures.of(thrown, frames));
    } finally {
      describing = false;
    }
  }

  /** The functions active on the current thread, which is in a call, innermost first. */
  public List<SourceFrame> activeFrames() {
    return framesOf(new Throwable());
  }

  /** Likewise as the module has them. */
  public List<ActiveFunction> activeFunctions() {
    return Backtraces.activeFunctions(new Throwable(), instance.getMachine());
  }

  private List<SourceFrame> framesOf(Throwable thrown) {
    return Backtraces.activeFunctions(thrown, instance.getMachine()).stream()
        .flatMap(
            active -> ModuleSources.of(module).frames(active.index(), active.offset()).stream())
        .toList();
  }
}
