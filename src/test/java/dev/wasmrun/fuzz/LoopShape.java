package dev.wasmrun.fuzz;

/**
 * Where a loop asks whether there is another iteration, and how it goes back.
 *
 * <p>In each, {@code exit} is the block whose end is behind the loop.
 */
enum LoopShape {
  /** While it holds, the body, in an if. */
  FIRST_IN_IF {
    @Override
    void write(Code.Builder code, Loop loop, Choices choices) {
      var within = Label.ofBlock();
      code.loop(loop.head(), GeneratedType.NOTHING);
      loop.counter().compare(code, true, choices);
      code.ifTrue(within, GeneratedType.NOTHING);
      body(code, loop, choices);
      code.br(loop.head()).end().end();
    }
  },
  /** Unless it holds, away; as compilers write a while loop. */
  FIRST_TO_LEAVE {
    @Override
    void write(Code.Builder code, Loop loop, Choices choices) {
      code.loop(loop.head(), GeneratedType.NOTHING);
      loop.counter().compare(code, false, choices);
      code.brIf(loop.exit());
      body(code, loop, choices);
      code.br(loop.head()).end();
    }
  },
  LAST {
    @Override
    void write(Code.Builder code, Loop loop, Choices choices) {
      code.loop(loop.head(), GeneratedType.NOTHING);
      body(code, loop, choices);
      loop.counter().compare(code, true, choices);
      code.brIf(loop.head()).end();
    }
  },
  LAST_OF_SUM {
    @Override
    void write(Code.Builder code, Loop loop, Choices choices) {
      code.loop(loop.head(), GeneratedType.NOTHING);
      loop.body().appendTo(code);
      loop.counter().addAndCompare(code, true, choices);
      code.brIf(loop.head()).end();
    }
  },
  LAST_TO_LEAVE {
    @Override
    void write(Code.Builder code, Loop loop, Choices choices) {
      code.loop(loop.head(), GeneratedType.NOTHING);
      loop.body().appendTo(code);
      loop.counter().addAndCompare(code, false, choices);
      code.brIf(loop.exit()).br(loop.head()).end();
    }
  },
  /** As compilers turn a while loop round: asked once before, and then at the end. */
  GUARDED {
    @Override
    void write(Code.Builder code, Loop loop, Choices choices) {
      loop.counter().compare(code, false, choices);
      code.brIf(loop.exit());
      LAST_OF_SUM.write(code, loop, choices);
    }
  },
  LAST_IN_IF {
    @Override
    void write(Code.Builder code, Loop loop, Choices choices) {
      code.loop(loop.head(), GeneratedType.NOTHING);
      body(code, loop, choices);
      loop.counter().compare(code, true, choices);
      code.ifTrue(Label.ofBlock(), GeneratedType.NOTHING).br(loop.head()).end().end();
    }
  };

  /**
   * The parts of a loop.
   *
   * @param head the loop's label
   * @param exit a block around it
   * @param body what an iteration does besides counting
   */
  record Loop(Label head, Label exit, LoopCounter counter, Code body) {}

  abstract void write(Code.Builder code, Loop loop, Choices choices);

  private static void body(Code.Builder code, Loop loop, Choices choices) {
    loop.body().appendTo(code);
    loop.counter().add(code, choices);
  }
}
