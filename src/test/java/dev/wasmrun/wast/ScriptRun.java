package dev.wasmrun.wast;

import dev.wasmrun.engine.Engine;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.wast.Node.Group;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One thread's way through the commands of a script. */
final class ScriptRun {
  private final Script script;
  private final ScriptTally tally;
  private final Stage stage;
  private final Assertions assertions;
  private final Expectations expectations;
  private final Map<String, Thread> threads = new LinkedHashMap<>();

  private ScriptRun(Stage stage, ScriptTally tally, Expectations expectations) {
    this.script = stage.script();
    this.tally = tally;
    this.stage = stage;
    this.assertions = new Assertions(stage);
    this.expectations = expectations;
  }

  /**
   * Runs a script on the current thread and those it starts. An interrupt ends it: all commands
   * that are left count as failures.
   *
   * @param expectations which failures are known, and are counted apart
   */
  static ScriptTally run(
      Script script, Engine engine, Assembler assembler, Expectations expectations) {
    var tally = new ScriptTally();
    try (var memories = new ScriptMemories()) {
      var run =
          new ScriptRun(
              new Stage(script, assembler, new Scope(engine, memories)), tally, expectations);
      if (script.isBareModule()) {
        run.checked(script.commands().get(0), () -> run.module(ModuleForm.bare(script)));
      } else {
        run.runAll(script.commands());
      }
    }
    return tally;
  }

  private void runAll(List<Node> commands) {
    for (Node command : commands) {
      checked(command, () -> execute((Group) command));
    }
    threads.values().forEach(ScriptRun::end);
  }

  private void checked(Node command, Runnable body) {
    try {
      if (Thread.currentThread().isInterrupted()) {
        throw new Failed("not run, the script has been interrupted");
      }
      body.run();
      tally.pass();
    } catch (Skipped e) {
      tally.skip(e.getMessage());
    } catch (Failed e) {
      fail(command, e.getMessage());
    } catch (RuntimeException | StackOverflowError e) {
      fail(command, "the runner broke: " + e);
    }
  }

  private void fail(Node command, String what) {
    int line = script.lineOf(command);
    String message = what + "   " + script.excerpt(command);
    expectations
        .reason(script.name(), line, message)
        .ifPresentOrElse(tally::differ, () -> tally.fail(line, message));
  }

  private void execute(Group command) {
    switch (command.keyword()) {
      case "module" -> module(command);
      case "register" -> register(command);
      case "invoke", "get" -> stage.ending(() -> stage.perform(command));
      case "thread" -> start(command);
      case "wait" -> join(command);
      default -> assertions.check(command);
    }
  }

  // Modules.

  private void module(Group command) {
    if (command.items().size() > 1 && command.items().get(1).isWord("instance")) {
      String instance = command.nameAt(2);
      String module = command.nameAt(3);
      instantiate(
          instance, stage.scope().module(module).orElseThrow(() -> new Skipped(Stage.MISSING)));
    } else {
      var form = ModuleForm.of(script, command);
      stage.scope().undefine(form.name());
      stage.requireSupported(command);
      module(form);
    }
  }

  private void module(ModuleForm form) {
    GuestModule module = stage.valid(form);
    stage.scope().define(form.name(), module);
    if (!form.definition()) {
      instantiate(form.name(), module);
    }
  }

  private void instantiate(String name, GuestModule module) {
    stage.scope().forget(name);
    stage.scope().keep(name, stage.ending(() -> stage.scope().instantiate(module)));
  }

  private void register(Group command) {
    String name = command.textAt(1);
    stage.scope().unregister(name); // Until there is an instance, whatever was of this name.
    stage.scope().register(name, stage.instance(command.nameAt(2)));
  }

  // Threads.

  private void start(Group command) {
    String name = command.nameAt(1);
    Scope inner = stage.scope().fresh();
    int body = 2;
    while (body < command.items().size() && command.items().get(body).isGroup("shared")) {
      for (Node shared : ((Group) command.items().get(body)).from(1)) {
        String module = ((Group) shared).nameAt(1);
        inner.keep(module, stage.instance(module));
      }
      body++;
    }
    var run = new ScriptRun(new Stage(script, stage.assembler(), inner), tally, expectations);
    List<Node> commands = command.from(body);
    var thread = new Thread(() -> run.runAll(commands), script.name() + name);
    thread.setDaemon(true);
    if (threads.putIfAbsent(name, thread) != null) {
      throw new Failed("there is a thread %s already".formatted(name));
    }
    thread.start();
  }

  private void join(Group command) {
    String name = command.nameAt(1);
    Thread thread = threads.remove(name);
    if (thread == null) {
      throw new Failed("there is no thread " + name);
    }
    if (!end(thread)) {
      throw new Failed("interrupted while it waited for thread " + name);
    }
  }

  /** Waits for a thread, and if interrupted, passes the interrupt on and still waits. */
  private static boolean end(Thread thread) {
    try {
      thread.join();
      return true;
    } catch (InterruptedException e) {
      thread.interrupt();
      Deadline.joinUninterruptibly(thread);
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
