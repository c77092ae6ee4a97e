package dev.wasmrun.cli;

import dev.wasmrun.guest.Values;
import dev.wasmrun.module.ValueType;
import dev.wasmrun.programs.Program;
import java.util.List;

/** A guest's arguments as the program of the gallery takes them that the guest is one of. */
final class ProgramArguments {
  private ProgramArguments() {}

  /**
   * A number for each of the program's parameters, 0 where there is no argument.
   *
   * @param args have been checked against the guest's own types
   */
  static long[] of(Program program, List<String> args) {
    var values = new long[Math.max(program.parameters().size(), args.size())];
    for (int i = 0; i < args.size(); i++) {
      values[i] = Values.parse(ValueType.I64, args.get(i));
    }
    return values;
  }
}
