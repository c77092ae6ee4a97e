package dev.wasmrun.compiler.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.types.OpCode;
import dev.wasmrun.compiler.code.VectorForm;
import dev.wasmrun.compiler.code.VectorOp;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of vector instructions has all of them, and their methods do what they are to do. */
class VectorMethodsTest {
  private static final int ROUNDS = 300;
  private static final int FIRST = 0xFD00;
  private static final int LAST = 0xFDFF;

  private static final List<String> MODELLED =
      List.of(
              "add add_sat_s add_sat_u sub sub_sat_s sub_sat_u mul min_s min_u max_s max_u avgr_u"
                  .split(" "),
              "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u abs neg popcnt shl shr_s shr_u"
                  .split(" "),
              new String[] {"q15mulr_sat_s"})
          .stream()
          .flatMap(Arrays::stream)
          .toList();

  private static Stream<OpCode> instructions() {
    return Arrays.stream(OpCode.values())
        .filter(code -> code.opcode() >= FIRST && code.opcode() <= LAST);
  }

  @Test
  void everyInstructionHasAMethodOfItsForm() {
    assertEquals(236, instructions().count());
    for (OpCode code : instructions().toList()) {
      VectorOp op = VectorOp.of(code);
      assertNotNull(op, code.name());
      switch (op.form()) {
        case CONSTANT, LOAD, STORE, LOAD_ZERO -> assertTrue(op.results().size() <= 1);
        default -> assertNotNull(VectorMethods.find(op), code.name());
      }
    }
  }

  private static Stream<OpCode> modelled() {
    return instructions()
        .filter(code -> VectorOp.of(code).owner().startsWith("I"))
        .filter(code -> MODELLED.contains(VectorOp.of(code).method()));
  }

  @ParameterizedTest
  @MethodSource("modelled")
  void integersAreComputedLaneByLane(OpCode code) {
    VectorOp op = VectorOp.of(code);
    var model = new LaneModel(op.bits());
    var random = new SplittableRandom(code.opcode());
    for (int i = 0; i < ROUNDS; i++) {
      BigInteger a = vector(random);
      boolean shift = op.form() == VectorForm.SHIFT;
      BigInteger b = shift ? BigInteger.valueOf(random.nextInt(200)) : vector(random);
      BigInteger expected = model.apply(op.method(), a, b);
      assertEquals(expected, computed(op, a, b), () -> op.method() + " " + a + " " + b);
    }
  }

  private static BigInteger computed(VectorOp op, BigInteger a, BigInteger b) {
    BigInteger[] halves = new BigInteger[2];
    for (int half = 0; half < 2; half++) {
      long x = a.shiftRight(64 * half).longValue();
      long y = op.form() == VectorForm.SHIFT ? b.longValue() : b.shiftRight(64 * half).longValue();
      long result =
          op.operands().size() == 1
              ? VectorMethods.of(op).call(x)
              : VectorMethods.of(op).call(x, y);
      halves[half] = new BigInteger(Long.toUnsignedString(result));
    }
    return halves[0].or(halves[1].shiftLeft(64));
  }

  /** A vector some of whose lanes, of whatever width, are near the least or largest number. */
  private static BigInteger vector(SplittableRandom random) {
    long[] edges = {0, -1, 0x7F80_0180_FF00_017FL, 0x8000_7FFF_0001_8001L, 0x7FFF_FFFF_8000_0000L};
    BigInteger vector = BigInteger.ZERO;
    for (int half = 0; half < 2; half++) {
      long bits =
          random.nextInt(3) == 0
              ? Long.rotateLeft(edges[random.nextInt(edges.length)], 8 * random.nextInt(8))
              : random.nextLong();
      vector = vector.or(new BigInteger(Long.toUnsignedString(bits)).shiftLeft(64 * half));
    }
    return vector;
  }

  private static Stream<OpCode> narrowing() {
    return instructions().filter(code -> code.name().contains("_NARROW_"));
  }

  @ParameterizedTest
  @MethodSource("narrowing")
  void narrowNumbersAreTheNearestThereAre(OpCode code) {
    VectorOp op = VectorOp.of(code);
    var model = new LaneModel(2 * op.bits());
    var random = new SplittableRandom(1);
    for (int i = 0; i < ROUNDS; i++) {
      BigInteger a = vector(random);
      BigInteger b = vector(random);
      BigInteger expected = model.narrow(op.method().endsWith("_s"), a, b);
      BigInteger low = unsigned(VectorMethods.of(op).call(half(a, 0), half(a, 1)));
      BigInteger high = unsigned(VectorMethods.of(op).call(half(b, 0), half(b, 1)));
      assertEquals(expected, low.or(high.shiftLeft(64)), code.name());
    }
  }

  private static Stream<OpCode> multiplying() {
    return instructions().filter(code -> code.name().contains("_EXTMUL_"));
  }

  @ParameterizedTest
  @MethodSource("multiplying")
  void productsOfHalfTheLanesAreExact(OpCode code) {
    VectorOp op = VectorOp.of(code);
    var model = new LaneModel(op.bits());
    var random = new SplittableRandom(2);
    int from = op.form() == VectorForm.HIGH ? 1 : 0;
    for (int i = 0; i < ROUNDS; i++) {
      BigInteger a = vector(random);
      BigInteger b = vector(random);
      BigInteger expected = model.multiplyExtended(op.method().endsWith("_s"), from == 1, a, b);
      BigInteger low = unsigned(VectorMethods.of(op).call(half(a, from), half(b, from), 0));
      BigInteger high = unsigned(VectorMethods.of(op).call(half(a, from), half(b, from), 1));
      assertEquals(expected, low.or(high.shiftLeft(64)), code.name());
    }
  }

  private static long half(BigInteger vector, int half) {
    return vector.shiftRight(64 * half).longValue();
  }

  private static BigInteger unsigned(long bits) {
    return new BigInteger(Long.toUnsignedString(bits));
  }
}
