package dev.wasmrun.check;

import dev.wasmrun.check.lock.Frame;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleSources;
import dev.wasmrun.source.SourceFrame;
import dev.wasmrun.source.SourceVariable;
import java.lang.StackWalker.StackFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Places in code as numbers of 44 bits, which detectors carry along, and back.
 *
 * <pre>
 *   43            32 31                            0
 *   ├─ number of code ─┼─ offset in a module's file ─┤
 * </pre>
 *
 * <p>A host function and each place in Java code are codes of their own, with offset 0.
 * Thread-safe.
 */
final class CodePlaces {
  /** The low bits of a place, which tell the offset in the code. */
  static final int OFFSET_BITS = 32;

  private static final int MOST_CODES = 1 << 12;

  /** Frames of the machinery between an access and who made it. */
  private static final List<String> OURS =
      List.of("dev.wasmrun.memory.", "dev.wasmrun.check.", "dev.wasmrun.crew.Crew");

  // Both guarded by this: what has a number, and the codes by number; number 0 is unknown code.
  private final Map<Object, Integer> numbers = new HashMap<>();
  private final List<Object> codes = new ArrayList<>(List.of("unknown code"));

  private final Map<GuestModule, LibraryCode> libraries = new ConcurrentHashMap<>();

  /** Code that works on a stream of a C library, whoever's function it is in. */
  private record InStream(Object code) {}

  /**
   * The place of the first instruction of what {@code AccessLocation} call by this object.
   *
   * @param inStream whether it works on a stream of a C library
   */
  long of(Object code, boolean inStream) {
    Object known = code instanceof Guest guest ? guest.module() : code;
    return numbered(inStream ? new InStream(known) : known);
  }

  /** Whether a place is in what a C library does to one of its streams. */
  boolean isInStream(long place) {
    return code(place) instanceof InStream;
  }

  /** The place in Java code that makes the current access. */
  long ofJava() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> OURS.stream().noneMatch(frame.getClassName()::startsWith))
                    .findFirst()
                    .map(CodePlaces::name)
                    .map(this::numbered)
                    .orElse(0L));
  }

  /** Where a place is. */
  Site site(long place) {
    Object code = code(place) instanceof InStream inStream ? inStream.code() : code(place);
    if (code instanceof GuestModule module) {
      int offset = (int) place;
      return new Site(
          module.functionNameAt(offset), offset, ModuleSources.of(module).framesAt(offset));
    }
    if (code instanceof HostFunction function) {
      return new Site(function.module() + "." + function.name());
    }
    return new Site(code.toString());
  }

  /** As what a function that was active is shown, innermost first. */
  List<SourceFrame> framesOf(Frame frame) {
    return (int) frame.place() == SourceFrame.NO_OFFSET
        ? List.of(new SourceFrame(frame.function(), SourceFrame.NO_OFFSET))
        : site(frame.place()).frames();
  }

  /** The variable that has an address in the memory of the guests whose code is known here. */
  Optional<SourceVariable> variableAt(int address) {
    List<Object> known;
    synchronized (this) {
      known = List.copyOf(codes);
    }
    return known.stream()
        .filter(GuestModule.class::isInstance)
        .flatMap(module -> ModuleSources.of((GuestModule) module).variableAt(address).stream())
        .findFirst();
  }

  private synchronized Object code(long place) {
    return codes.get((int) (place >>> OFFSET_BITS));
  }

  /** What is the C library's of the code of a guest. */
  LibraryCode libraryOf(Guest guest) {
    return libraries.computeIfAbsent(guest.module(), LibraryCode::new);
  }

  /** Whether a variable at an address is of a C library of the guests whose code is known here. */
  boolean isLibraryVariable(int address) {
    return libraries.values().stream().anyMatch(library -> library.hasVariableAt(address));
  }

  private synchronized long numbered(Object code) {
    Integer known = numbers.get(code);
    if (known == null) {
      if (codes.size() == MOST_CODES) {
        return 0;
      }
      known = codes.size();
      codes.add(code);
      numbers.put(code, known);
    }
    return (long) known << OFFSET_BITS;
  }

  private static String name(StackFrame frame) {
    String type = frame.getClassName();
    return "%s.%s:%s"
        .formatted(
            type.substring(type.lastIndexOf('.') + 1),
            frame.getMethodName(),
            frame.toStackTraceElement().getLineNumber());
  }
}
