package dev.wasmrun.compiler;

import static dev.wasmrun.Opcode.*;

import dev.wasmrun.Snippets;

/** Endless functions; each counts its iterations in the word at 0, so that one sees it run. */
public enum EndlessLoop {
  BRANCH(count(LOOP, EMPTY), count(BR, 0, END, UNREACHABLE)),
  CONDITION(new int[] {LOOP, EMPTY}, count(CONST, 1, BR_IF, 0, END, CONST, 0)),
  TABLE(new int[] {LOOP, EMPTY}, count(CONST, 0, BR_TABLE, 1, 0, 0, END, UNREACHABLE)),
  NESTED(
      new int[] {LOOP, EMPTY, CONST, 3, SET, 0, LOOP, EMPTY},
      count(GET, 0, CONST, 1, SUB, SET, 0, GET, 0, BR_IF, 0, END, BR, 0, END, UNREACHABLE)),
  WITHOUT_MEMORY(count(LOOP, EMPTY), new int[] {BR, 0, END, UNREACHABLE}),
  COPYING(
      new int[] {LOOP, EMPTY, CONST, 16, CONST, 32, CONST, 8, 0xFC, 10, 0, 0},
      count(BR, 0, END, UNREACHABLE)),
  CALLING_A_LEAF(
      new int[] {LOOP, EMPTY, CONST, 9, CALL, 1, SET, 0}, count(BR, 0, END, UNREACHABLE)),
  RECURSIVE(new int[] {LOOP, EMPTY}, count(GET, 0, CALL, 2, SET, 0, BR, 0, END, UNREACHABLE));

  private final int[] code;

  EndlessLoop(int[] begin, int[] end) {
    code = concat(begin, end);
  }

  /** The body of a function of an i32 for an i32, without its end. */
  public int[] code() {
    return code.clone();
  }

  /** A module whose first function it is. */
  public Snippets snippets() {
    var snippets = new Snippets();
    snippets.body(1, code);
    // 1: a leaf that takes as many iterations as its argument says, and is 0.
    snippets.body(
        1,
        concat(
            new int[] {LOOP, EMPTY},
            count(GET, 0, CONST, 1, SUB, SET, 0, GET, 0, BR_IF, 0, END, GET, 0)));
    // 2: no leaf.
    snippets.body(1, GET, 0, CALL, 1);
    return snippets;
  }

  /** Adds 1 to the word at 0, then does this. */
  private static int[] count(int... then) {
    return concat(new int[] {CONST, 0, CONST, 0, LOAD, 2, 0, CONST, 1, ADD, STORE, 2, 0}, then);
  }

  private static int[] concat(int[] a, int[] b) {
    var both = new int[a.length + b.length];
    System.arraycopy(a, 0, both, 0, a.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
