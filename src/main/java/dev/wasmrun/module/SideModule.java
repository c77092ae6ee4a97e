package dev.wasmrun.module;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveElement;
import com.dylibso.chicory.wasm.types.CustomSection;
import com.dylibso.chicory.wasm.types.GlobalImport;
import com.dylibso.chicory.wasm.types.MemoryImport;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.UnknownCustomSection;
import dev.wasmrun.Internal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where a module lies that leaves that to its host, as position-independent code does, in memory
 * and in the table; each instance lies at the same places.
 *
 * <pre>
 *   memory  0 ─ nothing ─ memoryBase ── static data ──┬── stack ──┬─ stackTop ── free
 *   table   0 ─ nothing ─ 1 = tableBase ── its own functions ──┬── functions it takes the address of
 * </pre>
 *
 * @param memoryBase the address of its static data
 * @param memorySize the size of that in bytes
 * @param stackTop the high end of its stack
 * @param tableSize how many entries of the table its own functions need, from {@link #TABLE_BASE}
 *     on
 * @param optional the symbols it can do without, as {@code module.name} of their imports
 * @param relocatable whether it was linked to be loaded anywhere, and exports what finishes that
 */
@Internal
public record SideModule(
    int memoryBase,
    int memorySize,
    int stackTop,
    int tableSize,
    Set<String> optional,
    boolean relocatable) {
  /** The module from which the bases and the stack pointer are imported. */
  public static final String ENVIRONMENT = "env";

  /** The global with the address of the static data. */
  public static final String MEMORY_BASE = "__memory_base";

  /** The global with the index of the first function in the table. */
  public static final String TABLE_BASE_NAME = "__table_base";

  /** The global with the low end of what is used of the stack. */
  public static final String STACK_POINTER = "__stack_pointer";

  /** Whether the stack is being saved or restored, of what Asyncify has changed; 0 is neither. */
  public static final String ASYNCIFY_STATE = "__asyncify_state";

  /** Where Asyncify saves the stack to. */
  public static final String ASYNCIFY_DATA = "__asyncify_data";

  /** The low end of the heap: the high end of the stack. */
  public static final String HEAP_BASE = "__heap_base";

  /** The high end of the stack. */
  public static final String STACK_HIGH = "__stack_high";

  /** The low end of the stack. */
  public static final String STACK_LOW = "__stack_low";

  /** The high end of the static data. */
  public static final String DATA_END = "__data_end";

  /** The module of globals that are addresses of data. */
  public static final String DATA_ADDRESSES = "GOT.mem";

  /** The module of globals that are indices of functions in the table. */
  public static final String FUNCTION_ADDRESSES = "GOT.func";

  /** The first entry of the table that is used: entry 0 is C's null. */
  public static final int TABLE_BASE = 1;

  private static final int LOWEST = 1024;
  private static final int STACK_ALIGNMENT = 16;

  /** The memory is made to hold it, so that it can be divided among threads. */
  private static final int STACK_SIZE = 1 << 20;

  /** Emscripten's own, up to 3.1.26; for memories that have as much room again. */
  private static final int LARGE_STACK_SIZE = 5 << 20;

  /** Of a module whose linker has set something aside, but does not say how much: surely this. */
  private static final int LEAST_STACK_SIZE = 1 << 16;

  private static final int MEMORY_INFO = 1;
  private static final int IMPORT_INFO = 4;
  private static final int BINDING = 3;
  private static final int WEAK = 1;

  /** Where a module lies, if it leaves that to its host. */
  public static Optional<SideModule> of(GuestModule module) {
    return module.sideModule();
  }

  /**
   * What the module imports of this; empty if it is none that leaves its place to the host.
   *
   * @param script the JavaScript that belongs to it, if there is some: it knows where its stack is
   */
  static Optional<SideModule> of(WasmModule module, Optional<Path> script) {
    boolean placed =
        module.importSection().stream()
            .filter(GlobalImport.class::isInstance)
            .anyMatch(item -> isProvided(item.module(), item.name()));
    return placed ? Optional.of(read(module).withStack(module, script)) : Optional.empty();
  }

  /** The same, with the stack that its JavaScript gives it or, if nothing tells, a large one. */
  private SideModule withStack(WasmModule module, Optional<Path> script) {
    if (!relocatable) {
      return this;
    }
    long low = stack().start();
    int told = ScriptedStack.top(script).orElse(0);
    if (told > low) {
      return withStackTop(told);
    }
    int large = stackTop - STACK_SIZE + LARGE_STACK_SIZE;
    return importedBytes(module) - large >= LARGE_STACK_SIZE ? withStackTop(large) : this;
  }

  private SideModule withStackTop(int top) {
    return new SideModule(memoryBase, memorySize, top, tableSize, optional, relocatable);
  }

  /** The least size of the memory that the module imports; 0 if it imports none. */
  private static long importedBytes(WasmModule module) {
    return module.importSection().stream()
        .filter(MemoryImport.class::isInstance)
        .mapToLong(item -> ((MemoryImport) item).limits().initialPages() * MemoryFacts.PAGE_SIZE)
        .findFirst()
        .orElse(0);
  }

  /** Whether a global of these names is one that this tells the value of. */
  public static boolean isProvided(String module, String name) {
    return switch (module) {
      case DATA_ADDRESSES, FUNCTION_ADDRESSES -> true;
      case ENVIRONMENT ->
          switch (name) {
            case MEMORY_BASE, TABLE_BASE_NAME, STACK_POINTER, ASYNCIFY_STATE, ASYNCIFY_DATA -> true;
            default -> false;
          };
      default -> false;
    };
  }

  /** Whether an address of that name is one that this tells. */
  public static boolean isOfLayout(String name) {
    return switch (name) {
      case HEAP_BASE, STACK_HIGH, STACK_LOW, DATA_END -> true;
      default -> false;
    };
  }

  private static SideModule read(WasmModule module) {
    for (CustomSection section : module.customSections()) {
      if (section instanceof UnknownCustomSection linking) {
        if (section.name().equals("dylink.0")) {
          return read(linking.bytes());
        } else if (section.name().equals("dylink")) {
          return readOld(linking.bytes());
        }
      }
    }
    return withoutSection(module);
  }

  /** As linkers wrote it until 2021: sizes and alignments, without the numbers of parts. */
  private static SideModule readOld(byte[] section) {
    var in = new ByteReader(section, 0, section.length);
    int size = (int) in.u32();
    int base = aligned(in);
    return at(base, size, STACK_SIZE, (int) in.u32(), Set.of(), true);
  }

  /**
   * Its data end where the last segment does, but what is to be zero may follow, and nothing tells
   * how much. A module that imports a larger memory gets half of the rest for that, and the rest as
   * its heap.
   */
  private static SideModule withoutSection(WasmModule module) {
    long end =
        StaticData.ranges(module, OptionalInt.empty()).stream()
            .mapToLong(AddressRange::end)
            .max()
            .orElse(LOWEST);
    long low = Math.max(end, LOWEST);
    long room = Math.min(importedBytes(module), Integer.MAX_VALUE) - low;
    long size = low - LOWEST + Math.max(room / 2 - LEAST_STACK_SIZE, 0);
    return at(LOWEST, (int) size, LEAST_STACK_SIZE, tableSize(module), Set.of(), false);
  }

  /** The entries of the table that a module's segments fill from its base on. */
  private static int tableSize(WasmModule module) {
    var elements = module.elementSection();
    int size = 0;
    for (int i = 0; i < elements.elementCount(); i++) {
      if (elements.getElement(i) instanceof ActiveElement active && isAtBase(active)) {
        size = Math.max(size, active.initializers().size());
      }
    }
    return size;
  }

  private static boolean isAtBase(ActiveElement segment) {
    return segment.offset().stream()
        .anyMatch(instruction -> instruction.opcode() == OpCode.GLOBAL_GET);
  }

  /** The next number is the exponent of an alignment: the lowest address that has it. */
  private static int aligned(ByteReader in) {
    int alignment = 1 << (int) in.u32();
    return (LOWEST + alignment - 1) & -alignment;
  }

  private static SideModule read(byte[] section) {
    var in = new ByteReader(section, 0, section.length);
    int base = LOWEST;
    int size = 0;
    int table = 0;
    var optional = new HashSet<String>();
    while (in.remaining() > 0) {
      int id = in.u8();
      int length = (int) in.u32();
      int next = in.offset() + length;
      if (id == MEMORY_INFO) {
        size = (int) in.u32();
        base = aligned(in);
        table = (int) in.u32();
      } else if (id == IMPORT_INFO) {
        readOptional(section, in, optional);
      }
      in.skip(next - in.offset());
    }
    return at(base, size, STACK_SIZE, table, Set.copyOf(optional), true);
  }

  private static void readOptional(byte[] section, ByteReader in, Set<String> optional) {
    for (long left = in.u32(); left > 0; left--) {
      String name = name(section, in) + "." + name(section, in);
      if ((in.u32() & BINDING) == WEAK) {
        optional.add(name);
      }
    }
  }

  private static String name(byte[] section, ByteReader in) {
    int length = (int) in.u32();
    int start = in.offset();
    in.skip(length);
    return new String(section, start, length, StandardCharsets.UTF_8);
  }

  private static SideModule at(
      int base, int size, int stack, int table, Set<String> optional, boolean relocatable) {
    int stackTop = (base + size + STACK_ALIGNMENT - 1 & -STACK_ALIGNMENT) + stack;
    return new SideModule(base, size, stackTop, table, optional, relocatable);
  }

  /** The stack, with nothing in it. */
  AddressRange stack() {
    long low = (long) memoryBase + memorySize;
    return new AddressRange(low, stackTop - low);
  }

  /** The pages that a memory needs to hold all of this. */
  int pages() {
    return (stackTop + MemoryFacts.PAGE_SIZE - 1) / MemoryFacts.PAGE_SIZE;
  }
}
