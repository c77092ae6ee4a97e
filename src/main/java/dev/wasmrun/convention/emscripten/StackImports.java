package dev.wasmrun.convention.emscripten;

import dev.wasmrun.engine.ActiveFunction;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ImportedItem.Kind;
import dev.wasmrun.module.ModuleSources;
import dev.wasmrun.source.SourceFrame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The imports by which sanitizers learn who called whom. A place in the code is the offset of an
 * instruction in the module's file; where that is not known, the number of the function, with the
 * highest bit set.
 */
final class StackImports {
  private static final int BY_FUNCTION = 0x8000_0000;

  /** The place that a thread has asked for last, and all from there on: it may have returned. */
  private record Snapshot(int place, List<Integer> stack) {}

  private final ThreadLocal<Snapshot> last = new ThreadLocal<>();
  private final GuestModule module;
  private final int imported;

  StackImports(GuestModule module) {
    this.module = module;
    this.imported =
        (int) module.imports().stream().filter(item -> item.kind() == Kind.FUNCTION).count();
  }

  Map<String, Import> all() {
    return Map.of(
        "emscripten_return_address",
        new Import(1, (caller, args) -> placeOf(places(caller), (int) args[0] + 1)),
        "emscripten_stack_snapshot",
        new Import(0, (caller, args) -> snapshot(caller)),
        "emscripten_stack_unwind_buffer",
        new Import(3, (c, args) -> unwind(c, (int) args[0], (int) args[1], (int) args[2])),
        "emscripten_pc_get_function",
        new Import(1, (caller, args) -> text(caller, frame((int) args[0]).function())),
        "emscripten_pc_get_file",
        new Import(1, (caller, args) -> text(caller, frame((int) args[0]).file())),
        "emscripten_pc_get_line",
        new Import(1, (caller, args) -> frame((int) args[0]).line()),
        "emscripten_pc_get_column",
        new Import(1, (caller, args) -> frame((int) args[0]).column()));
  }

  /** Where the guest's functions are, innermost first. */
  private List<Integer> places(Guest guest) {
    return guest.activeFunctions().stream()
        .filter(active -> active.index() >= imported)
        .map(StackImports::place)
        .toList();
  }

  private static int place(ActiveFunction active) {
    return active.offset() == ActiveFunction.NO_OFFSET
        ? BY_FUNCTION | active.index()
        : active.offset();
  }

  private static int placeOf(List<Integer> places, int level) {
    return level >= 0 && level < places.size() ? places.get(level) : 0;
  }

  /** Remembers the stack; where the caller of the function is that asks. */
  private int snapshot(Guest guest) {
    List<Integer> places = places(guest);
    last.set(new Snapshot(placeOf(places, 1), places));
    return placeOf(places, 1);
  }

  /**
   * Writes the places from one on outwards.
   *
   * @return how many
   */
  private int unwind(Guest guest, int from, int into, int most) {
    Snapshot known = last.get();
    List<Integer> places = known != null && known.place() == from ? known.stack() : places(guest);
    int begin = places.indexOf(from);
    if (begin < 0) {
      return 0;
    }
    int count = Math.min(Math.max(most, 0), places.size() - begin);
    for (int i = 0; i < count; i++) {
      guest.memory().setInt(into + i * Integer.BYTES, places.get(begin + i));
    }
    return count;
  }

  private SourceFrame frame(int place) {
    if ((place & BY_FUNCTION) != 0) {
      return new SourceFrame(module.functionName(place & ~BY_FUNCTION), SourceFrame.NO_OFFSET);
    }
    List<SourceFrame> frames = ModuleSources.of(module).framesAt(place);
    return frames.get(0);
  }

  /** A text in the guest's memory, which the guest keeps; 0 if there is none. */
  private static int text(Guest guest, String text) {
    if (text.isEmpty()) {
      return 0;
    }
    byte[] bytes = (text + '\0').getBytes(StandardCharsets.UTF_8);
    int address = (int) ExportCalls.required(guest, Names.MEMALIGN, 1, bytes.length)[0];
    guest.memory().write(address, bytes, 0, address == 0 ? 0 : bytes.length);
    return address;
  }
}
