package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A program and calls of its exports, made one after the other on one instance.
 *
 * @param origin by which it can be generated again
 * @param fuel what the first global is set to before each call
 */
record FuzzCase(String origin, GeneratedProgram program, int fuel, List<Call> calls) {
  /** A call of an exported function. */
  record Call(int function, long... args) {
    String export() {
      return "f" + function;
    }

    @Override
    public String toString() {
      return Arrays.stream(args)
          .mapToObj(Long::toString)
          .collect(Collectors.joining(", ", export() + "(", ")"));
    }
  }

  /** Each function called so often with arguments of all kinds. */
  static List<Call> calls(GeneratedProgram program, int first, int times, Choices choices) {
    var calls = new ArrayList<Call>();
    for (int i = 0; i < times; i++) {
      for (int function = first; function < program.functions().size(); function++) {
        long[] args =
            program.functions().get(function).type().params().stream()
                .flatMapToLong(type -> arguments(type, choices))
                .toArray();
        calls.add(new Call(function, args));
      }
    }
    return List.copyOf(calls);
  }

  private static LongStream arguments(Type type, Choices choices) {
    return type == Type.V128
        ? LongStream.of(choices.anyLong(), choices.anyLong())
        : LongStream.of(argument(type, choices));
  }

  /** References are null, for the runtime's null is this number; or an object of the host. */
  private static long argument(Type type, Choices choices) {
    if (!type.isReference()) {
      return choices.any(type);
    }
    return type == Type.EXTERNREF && choices.oneIn(2) ? choices.below(9) : -1;
  }

  FuzzCase with(GeneratedProgram changed) {
    return new FuzzCase(origin, changed, fuel, calls);
  }

  FuzzCase with(List<Call> fewer) {
    return new FuzzCase(origin, program, fuel, fewer);
  }
}
