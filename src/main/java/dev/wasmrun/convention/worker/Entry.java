package dev.wasmrun.convention.worker;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.LinkException;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.guest.Values;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ShownNames;
import dev.wasmrun.module.Signature;
import dev.wasmrun.module.Spelling;
import dev.wasmrun.module.ValueType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * An export that the host calls, with the user's arguments already parsed by its types.
 *
 * @param name the export
 * @param slots a value per parameter, in order
 */
record Entry(String name, Signature signature, List<Slot> slots) {

  /** A value that is known before the call, or that differs from thread to thread. */
  sealed interface Slot {
    /** A value of one number or, if it is a vector, of two. */
    record Constant(long[] bits) implements Slot {}

    record Thread() implements Slot {}

    record Threads() implements Slot {}
  }

  Entry {
    slots = List.copyOf(slots);
  }

  /**
   * One of the convention's own exports: its first parameters are what the host passes, the rest
   * the user's arguments, of which missing ones are zero.
   *
   * @throws LinkException if the export does not begin with what the host passes
   * @throws UsageException if an argument does not parse or fit
   */
  static Entry ofConvention(
      GuestModule module, String export, List<Slot> passed, List<String> args) {
    var signature = module.exportedFunctions().get(export);
    if (signature.params().size() < passed.size()
        || !signature.params().subList(0, passed.size()).stream().allMatch(ValueType.I32::equals)) {
      throw new LinkException(
          "cannot run %s: its export %s is %s; it must begin with %s i32"
              .formatted(module.name(), export, signature, passed.size()));
    }
    var slots = new ArrayList<>(passed);
    for (int i = passed.size(); i < signature.params().size(); i++) {
      int arg = i - passed.size();
      slots.add(
          new Slot.Constant(
              arg < args.size()
                  ? parse(signature.params().get(i), args.get(arg), arg + 1)
                  : new long[signature.params().get(i).longs()]));
    }
    return new Entry(export, signature, slots);
  }

  /**
   * An export named by the user, with exactly the user's arguments; {@code {thread}} and {@code
   * {threads}} stand for the numbers.
   *
   * @throws UsageException if there is no such export, or the arguments do not suit it
   */
  static Entry named(GuestModule module, String export, List<String> args) {
    var signature = module.exportedFunctions().get(export);
    if (signature == null) {
      throw new UsageException(
          "%s exports no function '%s'; %s"
              .formatted(module.name(), ShownNames.of(export), choices(module, export)));
    }
    int wanted = signature.params().size();
    if (args.size() != wanted) {
      throw new UsageException(
          "%s takes %s, got %s: %s is %s"
              .formatted(
                  ShownNames.of(export),
                  count(wanted),
                  args.size(),
                  ShownNames.of(export),
                  signature));
    }
    List<Slot> slots =
        IntStream.range(0, wanted)
            .mapToObj(i -> slot(signature.params().get(i), args.get(i), i + 1))
            .toList();
    return new Entry(export, signature, slots);
  }

  /** How many of the user's arguments the convention's export can take. */
  int arguments(int passed) {
    return slots.size() - passed;
  }

  /** Calls the export for one thread. */
  Returned call(Guest guest, int thread, int threads) {
    long[] args =
        slots.stream()
            .flatMapToLong(
                slot ->
                    slot instanceof Slot.Constant constant
                        ? Arrays.stream(constant.bits())
                        : LongStream.of(slot instanceof Slot.Thread ? thread : threads))
            .toArray();
    return new Returned(name, signature, guest.call(name, args));
  }

  private static String choices(GuestModule module, String wanted) {
    return Spelling.closest(wanted, module.exportedFunctions().keySet())
        .map(meant -> "did you mean %s?".formatted(ShownNames.of(meant)))
        .orElse(choices(module));
  }

  /** A sentence that lists the functions there are. */
  static String choices(GuestModule module) {
    var names = module.exportedFunctions().keySet();
    return names.isEmpty()
        ? "it exports no function at all"
        : "it exports " + ShownNames.list(names);
  }

  private static Slot slot(ValueType type, String text, int position) {
    return switch (type == ValueType.V128 ? "" : text) {
      case "{thread}" -> new Slot.Thread();
      case "{threads}" -> new Slot.Threads();
      default -> new Slot.Constant(parse(type, text, position));
    };
  }

  private static long[] parse(ValueType type, String text, int position) {
    try {
      return Values.parseAny(type, text);
    } catch (UsageException e) {
      throw new UsageException("argument %s: %s".formatted(position, e.getMessage()));
    }
  }

  private static String count(int arguments) {
    return arguments == 1 ? "1 argument" : arguments + " arguments";
  }
}
