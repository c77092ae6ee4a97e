package dev.wasmrun.wast;

import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportGlobal;
import com.dylibso.chicory.runtime.ImportMemory;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.ImportTag;
import com.dylibso.chicory.runtime.ImportValue;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.Import;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.engine.InstanceTables;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The names that one thread of a script knows: modules, instances and what is registered. */
final class Scope {
  /** The name that stands for the latest module or instance. */
  static final String LATEST = "";

  private final Engine engine;
  private final ScriptMemories memories;
  private final Map<String, GuestModule> modules = new HashMap<>();
  private final Map<String, Linked> instances = new HashMap<>();
  private final Map<String, Exporter> registered = new HashMap<>();
  private final Set<String> missing = new HashSet<>(); // registered, but never came about

  Scope(Engine engine, ScriptMemories memories) {
    this.engine = engine;
    this.memories = memories;
    registered.put(Spectest.NAME, new Spectest(memories));
  }

  /** A scope for a new thread: it knows nothing but the host module. */
  Scope fresh() {
    return new Scope(engine, memories);
  }

  /** Gives a module a name, and makes it the latest. */
  void define(String name, GuestModule module) {
    modules.put(name, module);
    modules.put(LATEST, module);
  }

  /** The module of a name. */
  Optional<GuestModule> module(String name) {
    return Optional.ofNullable(modules.get(name));
  }

  /** Gives an instance a name, and makes it the latest. */
  void keep(String name, Linked instance) {
    instances.put(name, instance);
    instances.put(LATEST, instance);
  }

  /** Takes back a name whose module could not be instantiated: a later use means that one. */
  void forget(String name) {
    instances.remove(name);
    instances.remove(LATEST);
  }

  /** Takes back a name whose module cannot even be loaded. */
  void undefine(String name) {
    modules.remove(name);
    modules.remove(LATEST);
    forget(name);
  }

  /** The instance of a name. */
  Optional<Linked> instance(String name) {
    return Optional.ofNullable(instances.get(name));
  }

  /** Lets later modules import an instance's exports. */
  void register(String name, Exporter exporter) {
    registered.put(name, exporter);
    missing.remove(name);
  }

  /** From now on, what imports from a name depends on a module that is missing. */
  void unregister(String name) {
    registered.remove(name);
    missing.add(name);
  }

  /**
   * Creates an instance and runs its start function.
   *
   * @throws Skipped if it imports from a module that is missing
   * @throws RuntimeException or an error, as the runtime reports a failure
   */
  Linked instantiate(GuestModule module) {
    var builder =
        Instance.builder(Executable.of(module))
            .withMemoryFactory(memories::define)
            .withImportValues(imports(module))
            .withUnsafeExecutionListener(Machines.listener(Executable.of(module), Optional.empty()))
            .withTableFactory(new InstanceTables(TableLimit.DEFAULT.elements())::create)
            .withStart(false);
    Machines.notice(engine, Executable.of(module))
        .filter(notice -> notice.startsWith("interpreted, which is slow, for the compiler"))
        .ifPresent(
            notice -> {
              throw new Failed(notice);
            });
    Machines.of(engine, Executable.of(module), false).install(builder);
    Instance instance = builder.build();
    module.startFunction().ifPresent(index -> instance.getMachine().call(index, new long[0]));
    return new Linked(instance);
  }

  private ImportValues imports(GuestModule module) {
    var values = ImportValues.builder();
    var seen = new HashSet<String>();
    for (int i = 0; i < Executable.of(module).importSection().importCount(); i++) {
      Import item = Executable.of(module).importSection().getImport(i);
      if (missing.contains(item.module())) {
        throw new Skipped(Stage.MISSING);
      }
      Exporter exporter = registered.get(item.module());
      if (exporter != null && seen.add(item.module() + '\0' + item.name())) {
        exporter.export(item.module(), item.name()).ifPresent(value -> add(values, value));
      }
    }
    return values.build();
  }

  private static void add(ImportValues.Builder values, ImportValue value) {
    switch (value.type()) {
      case FUNCTION -> values.addFunction((ImportFunction) value);
      case GLOBAL -> values.addGlobal((ImportGlobal) value);
      case MEMORY -> values.addMemory((ImportMemory) value);
      case TABLE -> values.addTable((ImportTable) value);
      case TAG -> values.addTag((ImportTag) value);
    }
  }
}
