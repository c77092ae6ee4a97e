package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.analysis.LinearAccesses;
import dev.wasmrun.compiler.analysis.LinearAccesses.Place;
import dev.wasmrun.compiler.analysis.LinearAccesses.Range;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.runtime.Strips;
import java.util.List;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/**
 * The iterations of a strip for which accesses to memory have been found to be within it: each of
 * these goes by an address in the process that a variable has, and none of them is checked.
 *
 * <pre>{@code
 * head:       look at the flag; length = …
 *             if (every range is within the memory) { placeN = …; done = 0; goto unchecked }
 *             done = 0
 * body:       iteration; …
 *             goto after
 * unchecked:  iteration, with accesses at placeN + distance + done * factor; …
 * after:
 * }</pre>
 *
 * <p>A memory never shrinks; one that is closed meanwhile keeps its addresses.
 */
final class UncheckedStrip {
  /** Fewer iterations than this cost less than a look. */
  private static final int FEWEST = 16;

  private static final String STRIPS = Type.getInternalName(Strips.class);

  private final Asm asm;
  private final Variables variables;
  private final LinearAccesses accesses;
  private final int step;
  private final int store;
  private final int done;
  private final int last;
  private final int[] places;
  private final Label begin = new Label();
  private Operands operands;

  /**
   * Takes variables.
   *
   * @param step what an iteration adds to the induction variable
   * @param store the variable with what plain accesses go by
   * @param done the variable that says how much has been added
   */
  UncheckedStrip(
      Asm asm, Variables variables, LinearAccesses accesses, int step, int store, int done) {
    this.asm = asm;
    this.variables = variables;
    this.accesses = accesses;
    this.step = Math.abs(step);
    this.store = store;
    this.done = done;
    this.last = variables.take(Kind.INT);
    asm.zero(Kind.INT);
    asm.store(Kind.INT, last);
    this.places = new int[accesses.ranges().size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = variables.take(Kind.LONG);
      asm.zero(Kind.LONG);
      asm.store(Kind.LONG, places[i]);
    }
  }

  LinearAccesses accesses() {
    return accesses;
  }

  /** Goes on here if all ranges are within the memory. */
  void look(int length, Operands operands) {
    this.operands = operands;
    var checked = new Label();
    asm.load(Kind.INT, length);
    asm.constant(FEWEST * step);
    asm.jump(IF_ICMPLT, checked);
    asm.load(Kind.INT, length);
    asm.constant(step);
    asm.call(STRIPS, "last", "(II)I");
    asm.store(Kind.INT, last);
    List<Range> ranges = accesses.ranges();
    for (Range range : ranges) {
      pushBase(range);
      asm.loadObject(store);
      asm.call(PlainAccesses.OWNER, "end", "(" + PlainAccesses.DESCRIPTOR + ")J");
      asm.constant(range.least());
      asm.constant(range.end());
      asm.constant(range.each());
      asm.load(Kind.INT, last);
      asm.call(STRIPS, "within", "(IJJJII)Z");
      asm.jump(IFEQ, checked);
    }
    for (int i = 0; i < places.length; i++) {
      pushBase(ranges.get(i));
      asm.loadObject(store);
      asm.call(PlainAccesses.OWNER, "place", "(I" + PlainAccesses.DESCRIPTOR + ")J");
      asm.store(Kind.LONG, places[i]);
    }
    asm.zero(Kind.INT);
    asm.store(Kind.INT, done);
    asm.jump(GOTO, begin);
    variables.mark(checked, operands);
  }

  private void pushBase(Range range) {
    asm.insn(ICONST_0);
    range
        .terms()
        .forEach(
            (local, factor) -> {
              variables.pushLocal(local);
              if (factor != 1) {
                asm.constant(factor);
                asm.insn(IMUL);
              }
              asm.insn(IADD);
            });
  }

  /** Begins the iterations; where. */
  Label begin() {
    variables.mark(begin, operands);
    return begin;
  }

  Operands operands() {
    return operands;
  }

  /** Whether an operation is one of the accesses. */
  boolean has(Op op) {
    return accesses.places().containsKey(op.address());
  }

  /** Pushes the address in the process of one of the accesses. */
  void pushPlace(Op op) {
    Place place = accesses.places().get(op.address());
    int factor = accesses.ranges().get(place.range()).each() / step;
    asm.load(Kind.LONG, places[place.range()]);
    if (factor != 0) {
      asm.load(Kind.INT, done);
      asm.insn(I2L);
      if (factor != 1) {
        asm.constant((long) factor);
        asm.insn(LMUL);
      }
      asm.insn(LADD);
    }
    long distance = place.distance() + Integer.toUnsignedLong((int) op.a());
    if (distance != 0) {
      asm.constant(distance);
      asm.insn(LADD);
    }
  }
}
