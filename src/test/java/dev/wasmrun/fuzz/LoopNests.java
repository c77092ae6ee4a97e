package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;

/** A generator of modules whose functions are nested loops. */
enum LoopNests implements Generator {
  /** A few thousand iterations of each function: quick to interpret. */
  COLD(4000, 1500, 4),
  /** So many that HotSpot compiles them with all its optimisations. */
  HOT(200_000, 60_000, 2);

  private static final GeneratedType LEAF = GeneratedType.of(List.of(Type.I32, Type.I32), Type.I32);
  private static final GeneratedType NARROW =
      GeneratedType.of(List.of(Type.I32, Type.I32, Type.I64), Type.I32);
  private static final GeneratedType WIDE =
      GeneratedType.of(List.of(Type.I32, Type.I32, Type.I64), Type.I64);

  private final int budget;
  private final int fuel;
  private final int functions;

  LoopNests(int budget, int fuel, int functions) {
    this.budget = budget;
    this.fuel = fuel;
    this.functions = functions;
  }

  @Override
  public FuzzCase generate(long seed, Set<Proposal> proposals) {
    var choices = new Choices(seed);
    boolean atomics = proposals.contains(Proposal.THREADS) && choices.oneIn(2);
    int leaves = choices.below(3);
    var functions = new ArrayList<GeneratedProgram.Function>();
    for (int i = 0; i < leaves; i++) {
      functions.add(LoopFunction.leaf(choices, LEAF, atomics));
    }
    List<Integer> callable = IntStream.range(0, leaves).boxed().toList();
    for (int i = choices.between(1, this.functions); i > 0; i--) {
      GeneratedType type = choices.oneIn(2) ? NARROW : WIDE;
      functions.add(LoopFunction.of(choices, type, atomics, callable, budget, fuel));
    }
    var program =
        new GeneratedProgram(
            List.of(),
            List.copyOf(functions),
            List.of(),
            List.of(new GeneratedProgram.Memory(1, 1, atomics && choices.oneIn(2), false)),
            List.of(),
            List.of(new GeneratedProgram.Global(Type.I32, 0)),
            List.of(),
            List.of());
    String origin = "loops-%s-%d".formatted(name().toLowerCase(Locale.ROOT), seed);
    return new FuzzCase(origin, program, fuel, FuzzCase.calls(program, leaves, 3, choices));
  }
}
