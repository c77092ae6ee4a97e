package dev.wasmrun.compiler.runtime;

import java.math.BigInteger;

/**
 * What integer instructions on vectors are by their definition: each lane for itself, with numbers
 * of any size.
 *
 * @param bits how many a lane has
 */
record LaneModel(int bits) {
  private static final int VECTOR = 128;

  /** A lane of a vector as an unsigned number. */
  BigInteger unsigned(BigInteger vector, int lane) {
    return vector.shiftRight(lane * bits).and(mask());
  }

  /** A lane of a vector as a signed number. */
  BigInteger signed(BigInteger vector, int lane) {
    BigInteger value = unsigned(vector, lane);
    return value.testBit(bits - 1) ? value.subtract(BigInteger.ONE.shiftLeft(bits)) : value;
  }

  private BigInteger mask() {
    return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
  }

  private BigInteger most(boolean signed) {
    return signed ? mask().shiftRight(1) : mask();
  }

  private BigInteger least(boolean signed) {
    return signed ? most(true).not() : BigInteger.ZERO;
  }

  /** An instruction on two vectors, by the name of its method. */
  BigInteger apply(String name, BigInteger a, BigInteger b) {
    BigInteger result = BigInteger.ZERO;
    for (int lane = 0; lane < VECTOR / bits; lane++) {
      BigInteger value = lane(name, a, b, lane).and(mask());
      result = result.or(value.shiftLeft(lane * bits));
    }
    return result;
  }

  private BigInteger lane(String name, BigInteger a, BigInteger b, int lane) {
    boolean signed = !name.endsWith("_u");
    BigInteger x = signed ? signed(a, lane) : unsigned(a, lane);
    BigInteger y = signed ? signed(b, lane) : unsigned(b, lane);
    int order = x.compareTo(y);
    return switch (name.replaceFirst("_[su]$", "")) {
      case "add" -> x.add(y);
      case "sub" -> x.subtract(y);
      case "mul" -> x.multiply(y);
      case "add_sat" -> x.add(y).min(most(signed)).max(least(signed));
      case "sub_sat" -> x.subtract(y).min(most(signed)).max(least(signed));
      case "min" -> x.min(y);
      case "max" -> x.max(y);
      case "avgr" -> x.add(y).add(BigInteger.ONE).shiftRight(1);
      case "q15mulr_sat" ->
          x.multiply(y).add(BigInteger.ONE.shiftLeft(14)).shiftRight(15).min(most(true));
      case "eq" -> ones(order == 0);
      case "ne" -> ones(order != 0);
      case "lt" -> ones(order < 0);
      case "gt" -> ones(order > 0);
      case "le" -> ones(order <= 0);
      case "ge" -> ones(order >= 0);
      case "abs" -> x.abs();
      case "neg" -> x.negate();
      case "popcnt" -> BigInteger.valueOf(unsigned(a, lane).bitCount());
      case "shl" -> x.shiftLeft(b.intValue() & bits - 1);
      case "shr" -> x.shiftRight(b.intValue() & bits - 1);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static BigInteger ones(boolean holds) {
    return holds ? BigInteger.ONE.negate() : BigInteger.ZERO;
  }

  /** Lanes of half the width, twice as many: those of one vector and then of the other. */
  BigInteger narrow(boolean signed, BigInteger a, BigInteger b) {
    var half = new LaneModel(bits / 2);
    BigInteger result = BigInteger.ZERO;
    int lanes = VECTOR / bits;
    for (int lane = 0; lane < 2 * lanes; lane++) {
      BigInteger value = signed(lane < lanes ? a : b, lane % lanes);
      BigInteger clamped = value.min(half.most(signed)).max(half.least(signed));
      result = result.or(clamped.and(half.mask()).shiftLeft(lane * half.bits));
    }
    return result;
  }

  /** Products of lanes of half the width, from the lower or upper half of the vectors. */
  BigInteger multiplyExtended(boolean signed, boolean upper, BigInteger a, BigInteger b) {
    var half = new LaneModel(bits / 2);
    BigInteger result = BigInteger.ZERO;
    int lanes = VECTOR / bits;
    for (int lane = 0; lane < lanes; lane++) {
      int from = upper ? lane + lanes : lane;
      BigInteger x = signed ? half.signed(a, from) : half.unsigned(a, from);
      BigInteger y = signed ? half.signed(b, from) : half.unsigned(b, from);
      result = result.or(x.multiply(y).and(mask()).shiftLeft(lane * bits));
    }
    return result;
  }
}
