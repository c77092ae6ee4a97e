package dev.wasmrun.guest;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.ImportGlobal;
import com.dylibso.chicory.runtime.ImportTable;
import com.dylibso.chicory.runtime.ImportTag;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.runtime.TagInstance;
import com.dylibso.chicory.wasm.types.Export;
import com.dylibso.chicory.wasm.types.ExternalType;
import com.dylibso.chicory.wasm.types.FunctionImport;
import com.dylibso.chicory.wasm.types.GlobalImport;
import com.dylibso.chicory.wasm.types.Import;
import com.dylibso.chicory.wasm.types.Table;
import com.dylibso.chicory.wasm.types.TableImport;
import com.dylibso.chicory.wasm.types.TableLimits;
import com.dylibso.chicory.wasm.types.TagImport;
import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.Value;
import dev.wasmrun.engine.InstanceTables;
import dev.wasmrun.module.ConventionName;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.SideModule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The tables, globals and tags that one instance imports: none that others have, but equal ones.
 *
 * <p>So a function has the same index in the table of each instance, and an address that one writes
 * into a common memory means the same to another. The host has no other instance to take them from,
 * and so provides only globals whose values it decides, see {@link SideModule}.
 */
final class OwnImports {
  /** The address of what is nowhere: a call of it traps, and so does an access to it. */
  private static final int NOWHERE = 0xffff_0000;

  private final GuestModule module;
  private final InstanceTables allowed;
  private final List<TableInstance> tables = new ArrayList<>();

  /** The globals with addresses, by the two names of their imports. */
  private final Map<String, GlobalInstance> addresses = new HashMap<>();

  private Optional<GlobalInstance> stackPointer = Optional.empty();

  private OwnImports(GuestModule module, InstanceTables allowed) {
    this.module = module;
    this.allowed = allowed;
  }

  /** What a module would need of others; empty if its instances can have it for themselves. */
  static List<String> obstacles(GuestModule module) {
    var obstacles = new ArrayList<String>();
    for (Import item : imports(module)) {
      if (item instanceof GlobalImport global) {
        obstacle(module, global).ifPresent(obstacles::add);
      } else if (item instanceof TableImport table && table.limits().min() > Integer.MAX_VALUE) {
        obstacles.add("it imports a table of %s entries".formatted(table.limits().min()));
      }
    }
    return obstacles;
  }

  private static Optional<String> obstacle(GuestModule module, GlobalImport item) {
    String name = item.module() + "." + item.name();
    if (!SideModule.isProvided(item.module(), item.name()) || !item.type().equals(ValType.I32)) {
      return Optional.of(
          "it imports the global %s, which the host does not provide".formatted(name));
    }
    boolean optional = SideModule.of(module).orElseThrow().optional().contains(name);
    if (optional
        || item.module().equals(SideModule.ENVIRONMENT)
        || SideModule.isOfLayout(item.name())
        || export(module, item) != null
        || imported(module, item).isPresent()
        || module.convention() == ConventionName.EMSCRIPTEN) {
      return Optional.empty();
    }
    return Optional.of(
        "it takes the address of %s (%s), which is in another module; link the two into one"
            .formatted(item.name(), name));
  }

  /**
   * The export of the same module that a global with an address is about; null if there is none.
   */
  private static Export export(GuestModule module, GlobalImport item) {
    ExternalType type =
        item.module().equals(SideModule.DATA_ADDRESSES)
            ? ExternalType.GLOBAL
            : ExternalType.FUNCTION;
    var section = Executable.of(module).exportSection();
    for (int i = 0; i < section.exportCount(); i++) {
      Export export = section.getExport(i);
      if (export.exportType() == type && export.name().equals(item.name())) {
        return export;
      }
    }
    return null;
  }

  /** The index of the imported function that a global with an address is about. */
  private static OptionalInt imported(GuestModule module, GlobalImport item) {
    if (!item.module().equals(SideModule.FUNCTION_ADDRESSES)) {
      return OptionalInt.empty();
    }
    int index = 0;
    for (Import other : imports(module)) {
      if (other instanceof FunctionImport) {
        if (other.name().equals(item.name()) && other.module().equals(SideModule.ENVIRONMENT)) {
          return OptionalInt.of(index);
        }
        index++;
      }
    }
    return OptionalInt.empty();
  }

  private static List<Import> imports(GuestModule module) {
    return Executable.of(module).importSection().stream().toList();
  }

  /** Makes those of a new instance. */
  static OwnImports create(
      GuestModule module, ImportValues.Builder values, InstanceTables allowed) {
    var own = new OwnImports(module, allowed);
    for (Import item : imports(module)) {
      if (item instanceof TableImport table) {
        values.addTable(new ImportTable(item.module(), item.name(), own.table(table)));
      } else if (item instanceof GlobalImport global) {
        values.addGlobal(new ImportGlobal(item.module(), item.name(), own.global(global)));
      } else if (item instanceof TagImport tag) {
        values.addTag(new ImportTag(item.module(), item.name(), own.tag(tag)));
      }
    }
    return own;
  }

  private TableInstance table(TableImport item) {
    long entries = item.limits().min();
    if (tables.isEmpty() && SideModule.of(module).isPresent()) {
      int needed = SideModule.TABLE_BASE + SideModule.of(module).get().tableSize();
      entries = Math.min(Math.max(entries, needed), item.limits().max());
    }
    var limits = new TableLimits(entries, item.limits().max(), item.limits().shared());
    tables.add(allowed.create(new Table(item.entryType(), limits), Value.REF_NULL_VALUE));
    return tables.get(tables.size() - 1);
  }

  private GlobalInstance global(GlobalImport item) {
    SideModule side = SideModule.of(module).orElseThrow();
    int value =
        switch (item.name()) {
          case SideModule.MEMORY_BASE -> side.memoryBase();
          case SideModule.TABLE_BASE_NAME -> SideModule.TABLE_BASE;
          case SideModule.ASYNCIFY_STATE, SideModule.ASYNCIFY_DATA -> 0;
          case SideModule.STACK_POINTER, SideModule.HEAP_BASE, SideModule.STACK_HIGH ->
              side.stackTop();
          case SideModule.STACK_LOW, SideModule.DATA_END -> side.memoryBase() + side.memorySize();
          default -> side.optional().contains(item.module() + "." + item.name()) ? 0 : NOWHERE;
        };
    var global = new GlobalInstance(value, 0, item.type(), item.mutabilityType());
    if (!item.module().equals(SideModule.ENVIRONMENT)) {
      addresses.put(item.module() + "." + item.name(), global);
    } else if (item.name().equals(SideModule.STACK_POINTER)) {
      stackPointer = Optional.of(global);
    }
    return global;
  }

  private TagInstance tag(TagImport item) {
    var tag = new TagInstance(item.tagType());
    tag.setType(Executable.of(module).typeSection().types()[item.tagType().typeIdx()]);
    return tag;
  }

  /** Sets the globals with addresses, of which the instance knows what is there. */
  void setAddresses(Instance instance) {
    for (Import item : imports(module)) {
      if (item instanceof GlobalImport global) {
        GlobalInstance address = addresses.get(item.module() + "." + item.name());
        Export export = address == null ? null : export(module, global);
        OptionalInt imported = imported(module, global);
        if (export == null && imported.isPresent()) {
          address.setValue(indexInTable(imported.getAsInt(), instance));
        } else if (export != null) {
          address.setValue(
              export.exportType() == ExternalType.FUNCTION
                  ? indexInTable(export.index(), instance)
                  : SideModule.of(module).orElseThrow().memoryBase()
                      + instance.global(export.index()).getValue());
        }
      }
    }
  }

  /** Where a function is in the first table, to which it is added if need be. */
  private int indexInTable(int function, Instance instance) {
    TableInstance table = instance.table(0);
    for (int i = 0; i < table.size(); i++) {
      if (table.ref(i) == function) {
        return i;
      }
    }
    int index = table.grow(1, function, instance);
    if (index < 0) {
      throw new LinkException(
          "cannot link %s: its table of %s entries has no room for the functions it takes the address of"
              .formatted(module.name(), table.size()));
    }
    return index;
  }

  /** The global with the address of the stack, if it is imported. */
  Optional<GlobalInstance> stackPointer() {
    return stackPointer;
  }
}
