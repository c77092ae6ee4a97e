package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.Set;

/** A generator of modules of all instructions that the proposals allow. */
final class RandomModules implements Generator {
  private static final int FUEL = 150;
  private static final int MOST_FUNCTIONS = 6;

  @Override
  public FuzzCase generate(long seed, Set<Proposal> proposals) {
    var choices = new Choices(seed);
    ModuleShape shape = ModuleShape.of(choices, proposals, choices.between(1, MOST_FUNCTIONS));
    var functions = new ArrayList<GeneratedProgram.Function>();
    for (int i = shape.imports().size(); i < shape.functions().size(); i++) {
      functions.add(RandomFunction.of(choices, shape, shape.functions().get(i)));
    }
    var program =
        new GeneratedProgram(
            shape.imports(),
            functions,
            shape.tables(),
            shape.memories(),
            shape.tags(),
            shape.globals(),
            shape.elements(),
            shape.data());
    return new FuzzCase("module-" + seed, program, FUEL, FuzzCase.calls(program, 0, 4, choices));
  }

  @Override
  public String toString() {
    return "modules";
  }
}
