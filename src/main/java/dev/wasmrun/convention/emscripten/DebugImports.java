package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.nothing;
import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.guest.Guest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The imports by which a program looks at itself, or fails as JavaScript does. */
final class DebugImports {
  private final String program;

  /**
   * Creates the imports.
   *
   * @param program the program's name
   */
  DebugImports(String program) {
    this.program = program;
  }

  Map<String, Import> all() {
    return Map.ofEntries(
        Map.entry("_emscripten_get_progname", ofVoid(2, this::name)),
        Map.entry(
            "emscripten_get_module_name",
            new Import(2, (caller, args) -> write(caller, program, (int) args[0], (int) args[1]))),
        Map.entry("emscripten_get_callstack", new Import(3, DebugImports::callStack)),
        Map.entry("segfault", ofVoid(0, (caller, args) -> EndImports.abort("segmentation fault"))),
        Map.entry("alignfault", ofVoid(0, (caller, args) -> EndImports.abort("alignment fault"))),
        Map.entry(
            "emscripten_atomics_is_lock_free",
            new Import(1, (caller, args) -> Long.bitCount(args[0]) == 1 && args[0] <= 8 ? 1 : 0)),
        Map.entry(
            "emscripten_navigator_hardware_concurrency",
            new Import(0, (caller, args) -> Runtime.getRuntime().availableProcessors())),
        Map.entry("emscripten_has_asyncify", nothing()),
        Map.entry("_emscripten_sanitizer_get_option", nothing()), // none is given
        Map.entry("_emscripten_sanitizer_use_colors", nothing()),
        Map.entry("emscripten_debugger", nothing()),
        Map.entry("emscripten_memprof_sbrk_grow", nothing()), // a picture on a page
        Map.entry(
            "emscripten_throw_number",
            ofVoid(
                1,
                (caller, args) ->
                    EndImports.abort(
                        "the program threw the number " + Double.longBitsToDouble(args[0])))),
        Map.entry(
            "emscripten_throw_string",
            ofVoid(
                1,
                (caller, args) ->
                    EndImports.abort(
                        "the program threw: " + EndImports.text(caller.memory(), (int) args[0])))));
  }

  private void name(Guest guest, long[] args) {
    write(guest, program, (int) args[0], (int) args[1]);
  }

  /**
   * The functions that are active, one a line.
   *
   * @return how many bytes it takes, with the zero at the end
   */
  private static long callStack(Guest guest, long[] args) {
    String stack =
        guest.activeFrames().stream().map(frame -> frame + "\n").collect(Collectors.joining());
    int room = (int) args[2];
    if ((int) args[1] == 0 || room <= 0) {
      return stack.getBytes(StandardCharsets.UTF_8).length + 1;
    }
    return write(guest, stack, (int) args[1], room);
  }

  /** Writes a text as far as there is room for it and the zero at its end. */
  private static int write(Guest guest, String text, int address, int room) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] written = Arrays.copyOf(bytes, Math.min(bytes.length + 1, Math.max(room, 1)));
    written[written.length - 1] = 0;
    guest.memory().write(address, written, 0, written.length);
    return written.length;
  }
}
