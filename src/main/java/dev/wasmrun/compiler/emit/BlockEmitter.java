package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import com.dylibso.chicory.wasm.types.FunctionType;
import dev.wasmrun.compiler.code.Block;
import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.code.Op;
import dev.wasmrun.compiler.code.Operands;
import dev.wasmrun.compiler.pass.Part;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Label;

/** Adds the beginnings and ends of blocks, and exceptions with their handlers. */
abstract class BlockEmitter extends BranchEmitter {
  final List<TryRange> handlers = new ArrayList<>();
  final Map<Block, TryRange> rangeOf = new HashMap<>();
  int caught;

  BlockEmitter(ModulePlan module, FunctionPlan plan, MethodSink sink, Part part) {
    super(module, plan, sink, part);
  }

  void begin(Op op) {
    spillAll();
    Block block = op.block();
    if (block.form() == Block.Form.LOOP) {
      variables.mark(label(block), stack);
      Strip strip = strips.get(block);
      if (strip != null && !strip.loop().first()) {
        line(address);
        strip.begin(stack);
      }
    } else if (block.form() == Block.Form.TRY && !block.catches().isEmpty()) {
      var range = new TryRange(block);
      rangeOf.put(block, range);
      openRanges.push(range);
      range.open(asm);
      asm.insn(NOP); // so that the handler is one, whatever gaps the range has
    }
  }

  void otherwise(Op op) {
    Block block = op.block();
    if (op.falls()) {
      stack = op.before();
      spillAll();
      asm.jump(GOTO, label(block));
    }
    stack = block.below().push(block.params());
    resident = 0;
    variables.mark(otherWays.remove(block), stack);
  }

  void end(Op op) {
    Block block = op.block();
    if (op.falls()) {
      stack = op.before();
    }
    if (block.form() == Block.Form.FUNCTION) {
      if (op.falls()) {
        branch(block);
      }
      resident = 0;
      return;
    }
    if (op.falls()) {
      spillAll();
    }
    TryRange range = rangeOf.get(block);
    if (range != null) {
      range.close(asm);
      openRanges.pop();
      handlers.add(range);
    }
    stack = block.below().push(block.results());
    resident = 0;
    Label skipped = otherWays.remove(block);
    // Handlers, which come last, branch to labels that nothing has asked for yet.
    boolean joins =
        (block.targeted() || labels.containsKey(block)) && block.form() != Block.Form.LOOP;
    if (skipped != null) {
      variables.mark(skipped, stack);
    }
    if (joins) {
      variables.mark(label(block), stack);
    }
  }

  void throwNew(Op op) {
    FunctionType type = module.types().tag(op.index());
    box(Kind.of(type.params()).size());
    line(op.address());
    asm.constant(op.index());
    asm.loadObject(context);
    asm.call(
        EXCEPTIONS,
        "create",
        "([JI" + ModulePlan.CONTEXT_DESCRIPTOR + ")" + Asm.descriptor(Kind.EXCEPTION));
    asm.insn(ATHROW);
    resident = 0;
  }

  void emitHandlers() {
    for (TryRange range : handlers) {
      var end = new Label();
      var rethrows = new Label();
      emitHandler(range, rethrows);
      asm.out.visitLabel(end);
      // What it does not catch is thrown in the block around it.
      TryRange around = around(range.block().parent());
      boolean all = range.block().catches().stream().anyMatch(Block.Catch::all);
      if (around != null && !all) {
        asm.out.visitTryCatchBlock(rethrows, end, around.handler(), Asm.EXCEPTION);
      }
    }
  }

  TryRange around(Block block) {
    for (Block outer = block; outer != null && beginsHere(outer); outer = outer.parent()) {
      TryRange range = rangeOf.get(outer);
      if (range != null) {
        return range;
      }
    }
    return null;
  }

  /**
   * Emits a handler.
   *
   * @param rethrows where it throws again what it does not catch
   */
  void emitHandler(TryRange handler, Label rethrows) {
    Block block = handler.block();
    variables.mark(handler.handler(), block.below(), Asm.EXCEPTION);
    asm.storeObject(caught);
    for (Block.Catch clause : block.catches()) {
      var next = new Label();
      if (!clause.all()) {
        asm.loadObject(caught);
        asm.constant(clause.tag());
        asm.loadObject(context);
        asm.call(
            EXCEPTIONS,
            "matches",
            "(" + Asm.descriptor(Kind.EXCEPTION) + "I" + ModulePlan.CONTEXT_DESCRIPTOR + ")Z");
        asm.jump(IFEQ, next);
      }
      catchInto(clause, block.below());
      if (clause.all()) {
        return;
      }
      stack = block.below();
      resident = 0;
      variables.mark(next, stack);
    }
    asm.out.visitLabel(rethrows);
    asm.loadObject(caught);
    asm.insn(ATHROW);
  }

  void catchInto(Block.Catch clause, Operands below) {
    stack = below;
    resident = 0;
    if (!clause.all()) {
      List<Kind> carried = kinds(module.types().tag(clause.tag()).params());
      asm.loadObject(caught);
      asm.callVirtual(Asm.EXCEPTION, "args", "()[J");
      asm.storeObject(array);
      for (int i = 0; i < carried.size(); i++) {
        asm.unbox(array, i, carried.get(i));
        replace(0, List.of(carried.get(i)));
      }
    }
    if (clause.reference()) {
      asm.loadObject(caught);
      replace(0, List.of(Kind.EXCEPTION));
    }
    branch(clause.target());
  }
}
