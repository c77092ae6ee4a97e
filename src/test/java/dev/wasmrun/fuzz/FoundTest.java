package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.compiler.Execution;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the fuzzer has found, in its smallest form. */
class FoundTest {
  private static final Differential ENGINES =
      new Differential(Side.of(Execution.INTERPRETED), Side.of(Execution.COMPILED));

  @Test
  void resultsThatDifferInTheTypeOfAReferenceOnly() {
    List<Type> functionLast = List.of(Type.I32, Type.FUNCREF);
    List<Type> externalLast = List.of(Type.I32, Type.EXTERNREF);
    assertSame(functionLeaving(functionLast), functionLeaving(externalLast));
  }

  @Test
  void aProductOfWhichOnlyTheHighHalfIsNotZero() {
    Code.Builder body = Code.leaving(Type.I32).i32(1 << 16).i32(1 << 16).op(0x6C);
    body.ifTrue(Label.ofBlock(Type.I32), Signature.of(List.of(), Type.I32));
    body.i32(1).otherwise().i32(2).end();
    assertSame(new Program.Function(Signature.of(List.of(), Type.I32), List.of(), body.build()));
  }

  /** The caller's stack has one value, and the loop three results. */
  @Test
  void aLoopOfSeveralResultsThatGoesBackLeavesTheCallersValuesAlone() {
    List<Type> three = List.of(Type.I32, Type.I32, Type.I32);
    var again = Label.ofLoop();
    Code.Builder callee = Code.leaving().loop(again, new Signature(List.of(), three));
    callee.get(0).i32(1).op(0x6A).tee(0).i32(5).op(0x48).brIf(again);
    callee.i32(1).i32(2).i32(3).end().set(0).set(0).set(0);
    Code caller = Code.leaving(Type.I32).i32(7).op(0x10).number(0).build();
    assertSame(
        new Program.Function(Signature.NOTHING, List.of(Type.I32), callee.build()),
        new Program.Function(Signature.of(List.of(), Type.I32), List.of(), caller));
  }

  @Test
  void variablesForReferencesBeginWithNull() {
    Stream.of(Type.FUNCREF, Type.EXTERNREF)
        .forEach(
            type ->
                assertSame(
                    new Program.Function(
                        Signature.of(List.of(), type),
                        List.of(type),
                        Code.leaving(type).get(0).build())));
  }

  private static Program.Function functionLeaving(List<Type> results) {
    var type = new Signature(List.of(), results);
    return new Program.Function(type, List.of(), Code.zeros(results));
  }

  private static void assertSame(Program.Function... functions) {
    var program =
        new Program(
            List.of(),
            List.of(functions),
            List.of(),
            List.of(),
            List.of(),
            List.of(new Program.Global(Type.I32, 0)),
            List.of(),
            List.of());
    var fuzzCase = new FuzzCase("found", program, 1, FuzzCase.calls(program, 0, 1, new Choices(1)));
    assertEquals(Optional.empty(), ENGINES.difference(fuzzCase));
  }
}
