package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.analysis.CountedLoop;
import dev.wasmrun.compiler.analysis.LinearAccesses;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.runtime.Interrupts;
import dev.wasmrun.compiler.runtime.Strips;
import java.util.Optional;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/**
 * A counting loop cut into strips of iterations, between which it looks at the interrupt flag.
 *
 * <p>Two variables say how much the induction variable has changed in this strip, and by how much
 * it may. Comparing the two is all that an iteration does in the end, which HotSpot takes for an
 * inner loop that counts: it moves bounds checks in front of it and unrolls it. It counts from 0,
 * whatever the loop's own variable begins with, because HotSpot then knows that no address
 * overflows.
 *
 * <pre>{@code
 * compared first                          compared last
 *
 * head:  if (i >= limit) goto exit        head:  look at the flag
 *        look at the flag                        length = length(i < limit, i, limit)
 *        length = length(1, i, limit)            done = 0
 *        done = 0                         body:  iteration; i += step
 * body:  iteration; i += step                    done += step
 *        done += step                            if (done < length) goto body
 *        if (done < length) goto body            if (i < limit) goto head
 *        goto head
 * }</pre>
 *
 * <p>Where it can be told in front of a strip that its accesses are within the memory, the
 * iterations have a {@linkplain UncheckedStrip second form}.
 *
 * <p>There is a look whenever a loop is entered, so that loops within loops do not multiply the
 * iterations between two looks. Any other branch to the head begins a strip, too.
 */
final class Strip {
  private static final String STRIPS = Type.getInternalName(Strips.class);
  private static final String INTERRUPTS = Type.getInternalName(Interrupts.class);

  private final Asm asm;
  private final Variables variables;
  private final CountedLoop loop;
  private final int length;
  private final int done;
  private final UncheckedStrip unchecked; // null if there is none
  private Label body = new Label();

  /**
   * Takes variables.
   *
   * @param accesses those that one look can be made for
   * @param store the variable with what plain accesses go by
   */
  Strip(
      Asm asm,
      Variables variables,
      CountedLoop loop,
      Optional<LinearAccesses> accesses,
      int store) {
    this.asm = asm;
    this.variables = variables;
    this.loop = loop;
    this.length = variables.take(Kind.INT);
    this.done = variables.take(Kind.INT);
    clear(length);
    clear(done);
    this.unchecked =
        accesses
            .map(found -> new UncheckedStrip(asm, variables, found, loop.step(), store, done))
            .orElse(null);
  }

  private void clear(int variable) {
    asm.insn(ICONST_0);
    asm.store(Kind.INT, variable);
  }

  CountedLoop loop() {
    return loop;
  }

  /** The second form of the iterations, if there is one. */
  Optional<UncheckedStrip> unchecked() {
    return Optional.ofNullable(unchecked);
  }

  /** Begins the second form. */
  void beginUnchecked() {
    body = unchecked.begin();
  }

  /** Begins a strip, where the JVM's stack is empty. */
  void begin(Operands operands) {
    asm.call(INTERRUPTS, "poll", "()V");
    if (loop.first()) {
      asm.insn(ICONST_1);
    } else {
      pushCompared();
      Operations.emit(asm, loop.goesOn());
    }
    if (loop.ascends()) {
      pushCompared();
    } else {
      pushLimit();
      variables.pushLocal(loop.variable());
    }
    asm.constant(Math.abs(loop.step()) * Interrupts.INTERVAL);
    asm.call(STRIPS, "length", "(IIII)I");
    asm.store(Kind.INT, length);
    if (unchecked != null) {
      unchecked.look(length, operands);
    }
    clear(done);
    variables.mark(body, operands);
  }

  /** Ends an iteration: goes on with the strip or, behind this, at the head. */
  void end(Label head) {
    asm.out.visitIincInsn(done, Math.abs(loop.step()));
    asm.load(Kind.INT, done);
    asm.load(Kind.INT, length);
    asm.jump(IF_ICMPLT, body);
    if (loop.first()) {
      asm.jump(GOTO, head);
    } else {
      pushCompared();
      Condition.of(loop.goesOn()).jump(asm, true, head);
    }
  }

  private void pushCompared() {
    variables.pushLocal(loop.variable());
    pushLimit();
  }

  private void pushLimit() {
    if (loop.constant()) {
      asm.constant(loop.limit());
    } else {
      variables.pushLocal(loop.limit());
    }
  }
}
