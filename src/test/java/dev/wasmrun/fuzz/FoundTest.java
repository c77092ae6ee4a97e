package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.wasmrun.compiler.Execution;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the fuzzer has found, in its smallest form. */
class FoundTest {
  private static final int ADD = 0x6A;
  private static final int DROP = 0x1A;
  private static final int RETURN = 0x0F;
  private static final int CATCH_ALL = 2;

  @Test
  void resultsThatDifferInTheTypeOfAReferenceOnly() {
    List<Type> functionLast = List.of(Type.I32, Type.FUNCREF);
    List<Type> externalLast = List.of(Type.I32, Type.EXTERNREF);
    assertSame(functionLeaving(functionLast), functionLeaving(externalLast));
  }

  @Test
  void aProductOfWhichOnlyTheHighHalfIsNotZero() {
    Code.Builder body = Code.leaving(Type.I32).i32(1 << 16).i32(1 << 16).op(0x6C);
    body.ifTrue(Label.ofBlock(Type.I32), GeneratedType.of(List.of(), Type.I32));
    body.i32(1).otherwise().i32(2).end();
    assertSame(
        new GeneratedProgram.Function(
            GeneratedType.of(List.of(), Type.I32), List.of(), body.build()));
  }

  /** The caller's stack has one value, and the loop three results. */
  @Test
  void aLoopOfSeveralResultsThatGoesBackLeavesTheCallersValuesAlone() {
    List<Type> three = List.of(Type.I32, Type.I32, Type.I32);
    var again = Label.ofLoop();
    Code.Builder callee = Code.leaving().loop(again, new GeneratedType(List.of(), three));
    callee.get(0).i32(1).op(0x6A).tee(0).i32(5).op(0x48).brIf(again);
    callee.i32(1).i32(2).i32(3).end().set(0).set(0).set(0);
    Code caller = Code.leaving(Type.I32).i32(7).op(0x10).number(0).build();
    assertSame(
        new GeneratedProgram.Function(GeneratedType.NOTHING, List.of(Type.I32), callee.build()),
        new GeneratedProgram.Function(GeneratedType.of(List.of(), Type.I32), List.of(), caller));
  }

  @Test
  void variablesForReferencesBeginWithNull() {
    Stream.of(Type.FUNCREF, Type.EXTERNREF)
        .forEach(
            type ->
                assertSame(
                    new GeneratedProgram.Function(
                        GeneratedType.of(List.of(), type),
                        List.of(type),
                        Code.leaving(type).get(0).build())));
  }

  /** They are operands of an empty stack on their way, where the handler knows of another value. */
  @Test
  void severalResultsThatAPartReturnsFromATryOverAnOperand() {
    var caught = Label.ofBlock();
    Code.Builder body =
        Code.leaving(Type.I64, Type.I64).block(caught, GeneratedType.NOTHING).i32(1);
    Code clauses = Code.leaving().number(1).number(CATCH_ALL).depth(caught).build();
    body.tryTable(Label.ofBlock(), GeneratedType.NOTHING, clauses);
    addOften(body);
    body.get(0).ifTrue(Label.ofBlock(), GeneratedType.NOTHING);
    body.constant(Type.I64, 5).constant(Type.I64, 6).op(RETURN).end();
    addOften(body);
    body.end().op(DROP).end().constant(Type.I64, 7).constant(Type.I64, 8);
    var type = GeneratedType.of(List.of(Type.I32), Type.I64, Type.I64);
    assertSame(new GeneratedProgram.Function(type, List.of(), body.build()));
  }

  private static void addOften(Code.Builder code) {
    for (int i = 0; i < 20; i++) {
      code.get(0).i32(3).op(ADD).set(0);
    }
  }

  private static GeneratedProgram.Function functionLeaving(List<Type> results) {
    var type = new GeneratedType(List.of(), results);
    return new GeneratedProgram.Function(type, List.of(), Code.zeros(results));
  }

  private static void assertSame(GeneratedProgram.Function... functions) {
    var program =
        new GeneratedProgram(
            List.of(),
            List.of(functions),
            List.of(),
            List.of(),
            List.of(),
            List.of(new GeneratedProgram.Global(Type.I32, 0)),
            List.of(),
            List.of());
    var fuzzCase = new FuzzCase("found", program, 1, FuzzCase.calls(program, 0, 1, new Choices(1)));
    for (Execution execution : List.of(Execution.COMPILED, Execution.SPLIT_SMALL)) {
      var engines = new Differential(Side.of(Execution.INTERPRETED), Side.of(execution));
      assertEquals(Optional.empty(), engines.difference(fuzzCase));
    }
  }
}
