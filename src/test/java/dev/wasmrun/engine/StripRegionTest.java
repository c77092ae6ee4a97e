package dev.wasmrun.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.runtime.Instance;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TryCatchBlockNode;

/** Loops that count, but into which code gets past their beginning. */
class StripRegionTest {
  private static final int BLOCK = 0x02;
  private static final int LOOP = 0x03;
  private static final int END = 0x0B;
  private static final int BR = 0x0C;
  private static final int BR_IF = 0x0D;
  private static final int BR_TABLE = 0x0E;
  private static final int GET = 0x20;
  private static final int SET = 0x21;
  private static final int TEE = 0x22;
  private static final int LOAD = 0x28;
  private static final int STORE = 0x36;
  private static final int STORE8 = 0x3A;
  private static final int CONST = 0x41;
  private static final int I32_LT_U = 0x49;
  private static final int I32_GE_U = 0x4F;
  private static final int ADD = 0x6A;
  private static final int EMPTY = 0x40;

  /** The inner loop's jump back comes after the outer one's last, into the outer one's region. */
  private static final int[] CONTINUE_OUTER = {
    LOOP, EMPTY, CONST, 0, SET, 2, LOOP, EMPTY, GET, 2, CONST, 1, STORE8, 0, 0, // loops and body
    GET, 1, CONST, 1, ADD, TEE, 1, GET, 0, I32_LT_U, BR_IF, 1, // continue the outer one
    GET, 2, CONST, 1, ADD, TEE, 2, CONST, 10, I32_LT_U, BR_IF, 0, END, END, GET, 1
  };

  private static final int[] CONTINUE_OUTER_BY_TABLE = {
    LOOP, EMPTY, CONST, 0, SET, 2, LOOP, EMPTY, GET, 2, CONST, 1, STORE8, 0, 0, BLOCK, EMPTY, GET,
    1, CONST, 1, ADD, TEE, 1, GET, 0, I32_LT_U, BR_IF, 2, END, BLOCK, EMPTY, GET, 2, CONST, 1, ADD,
    TEE, 2, CONST, 10, I32_LT_U, BR_TABLE, 1, 0, 1, END, END, END, GET, 1
  };

  /** Where the outer loop's strip would begin, the inner loop begins. */
  private static final int[] LOOP_AFTER_EXIT = {
    BLOCK, EMPTY, LOOP, EMPTY, GET, 1, GET, 0, I32_GE_U, BR_IF, 1, LOOP, EMPTY, CONST, 0, LOAD, 2,
    0, BR_IF, 0, END, GET, 1, CONST, 1, ADD, SET, 1, BR, 0, END, END, GET, 1
  };

  private static final int[] PLAIN = {
    LOOP, EMPTY, CONST, 0, GET, 1, STORE, 2, 0, GET, 1, CONST, 1, ADD, TEE, 1, GET, 0, I32_LT_U,
    BR_IF, 0, END, GET, 1
  };

  @Test
  void continuingAnOuterLoopFromAnInnerOne() {
    // The outer loop ends when the inner one has counted to 10: nine times more than its limit.
    assertEquals(14, resultOf(CONTINUE_OUTER, 5));
    assertEquals(1000 + 9, resultOf(CONTINUE_OUTER, 1000));
    assertEquals(resultOf(CONTINUE_OUTER_BY_TABLE, 5, Set.of()), 14);
    assertEquals(14, resultOf(CONTINUE_OUTER_BY_TABLE, 5));
  }

  @Test
  void aLoopThatBeginsRightAfterTheExitOfAnother() {
    assertEquals(3, resultOf(LOOP_AFTER_EXIT, 3));
    assertEquals(1000, resultOf(LOOP_AFTER_EXIT, 1000));
  }

  @Test
  void aHandlerWithinIsNoObstacleIfAllThatItGuardsIsWithinToo() {
    MethodNode method = generated(PLAIN);
    CountingLoop loop = loopOf(method);
    assertTrue(StripRegion.suits(method, loop));
    var within = new LabelNode();
    var handler = new LabelNode();
    method.instructions.insert(loop.types(), within);
    method.instructions.insertBefore(loop.back(), handler);
    method.tryCatchBlocks.add(new TryCatchBlockNode(within, handler, handler, null));
    assertTrue(StripRegion.suits(method, loop));
    var outside = new LabelNode();
    method.instructions.insert(outside);
    method.tryCatchBlocks.add(new TryCatchBlockNode(outside, handler, handler, null));
    assertFalse(StripRegion.suits(method, loop));
  }

  private static int resultOf(int[] code, int limit) {
    return resultOf(code, limit, EnumSet.allOf(Rewrite.class));
  }

  private static int resultOf(int[] code, int limit, Set<Rewrite> rewrites) {
    var snippets = new Snippets();
    snippets.body(3, code);
    Instance instance =
        snippets.instance(
            module ->
                CompiledModules.load(module, rewrites, false, "", Optional.empty())
                    .machineFactory());
    return (int) instance.export("0").apply(limit, 0, 0)[0];
  }

  /** What the compiler generates of a function, its frames expanded. */
  private static MethodNode generated(int[] code) {
    var snippets = new Snippets();
    snippets.body(3, code);
    var generated = new ClassNode();
    GeneratedCode.forEachClass(
        snippets.module(),
        Set.of(),
        (name, classFile) -> {
          if (name.contains("FuncGroup")) {
            new ClassReader(classFile).accept(generated, ClassReader.EXPAND_FRAMES);
          }
        });
    return generated.methods.stream()
        .filter(method -> method.name.equals("func_0"))
        .findFirst()
        .orElseThrow();
  }

  private static CountingLoop loopOf(MethodNode method) {
    return Arrays.stream(method.instructions.toArray())
        .filter(instruction -> instruction.getOpcode() == Opcodes.GOTO)
        .map(JumpInsnNode.class::cast)
        .flatMap(jump -> CountingLoop.closedBy(jump).stream())
        .findFirst()
        .orElseThrow();
  }
}
