package dev.wasmrun.wast;

import com.dylibso.chicory.wasm.UnlinkableException;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.Trap;
import dev.wasmrun.guest.TrapCode;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.wast.ModuleForm.Encoding;
import dev.wasmrun.wast.Node.Group;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** The commands that claim something about a module or an action, {@code assert_…}. */
final class Assertions {
  private final Stage stage;

  Assertions(Stage stage) {
    this.stage = stage;
  }

  /**
   * Checks one claim.
   *
   * @throws Failed if it is wrong, or no such command exists
   */
  void check(Group command) {
    switch (command.keyword()) {
      case "assert_return" -> assertReturn(command, command.from(2));
      case "assert_return_nan", "assert_return_arithmetic_nan" ->
          assertReturn(command, List.of(ScriptValues.ARITHMETIC_NAN));
      case "assert_return_canonical_nan" ->
          assertReturn(command, List.of(ScriptValues.CANONICAL_NAN));
      case "assert_trap", "assert_exhaustion", "assert_uninstantiable" -> assertTrap(command);
      case "assert_exception" -> assertException(command);
      case "assert_unlinkable" -> assertUnlinkable(command);
      case "assert_invalid" -> requireRefusal(form(command.items().get(1)));
      case "assert_malformed" -> assertMalformed(command);
      case "assert_malformed_custom", "assert_invalid_custom" ->
          throw new Skipped("annotations of the text, which no runtime ever sees");
      default -> throw new Failed("unknown command " + command.keyword());
    }
  }

  private ModuleForm form(Node module) {
    return ModuleForm.of(stage.script(), module);
  }

  private void assertReturn(Group command, List<Node> expected) {
    long[] actual = stage.ending(() -> stage.perform(command.items().get(1)));
    if (!ScriptValues.matchAll(expected, actual)) {
      throw new Failed("returned " + Arrays.stream(actual).mapToObj(Assertions::shown).toList());
    }
  }

  private static String shown(long value) {
    return "%s (0x%s)".formatted(value, Long.toHexString(value));
  }

  private void assertTrap(Group command) {
    Node action = command.items().get(1);
    boolean any = command.items().size() < 3; // as older scripts have it
    requireTrap(
        any ? "" : command.textAt(2),
        () ->
            action.isGroup("module")
                ? stage.scope().instantiate(stage.valid(action))
                : stage.perform(action));
  }

  private void requireTrap(String expected, Supplier<?> body) {
    try {
      stage.attempt(body);
    } catch (Trap trap) {
      if (!trap.getMessage().startsWith(ours(expected))) {
        throw new Failed("trapped: " + trap.getMessage(), trap);
      }
      return;
    } catch (GuestFailure | UnlinkableException e) {
      throw new Failed("ended otherwise: " + e, e);
    }
    throw new Failed("did not trap");
  }

  /** The trap text of ours that stands for one of the specification's. */
  private static String ours(String expected) {
    if (expected.matches("null \\w+ reference")) {
      return TrapCode.NULL_REFERENCE.text(); // The suite tells the kinds apart.
    }
    return expected.equals("expected shared memory")
        ? TrapCode.WAIT_ON_UNSHARED_MEMORY.text() // As other hosts call it.
        : expected;
  }

  private void assertException(Group command) {
    requireTrap(TrapCode.UNCAUGHT_EXCEPTION.text(), () -> stage.perform(command.items().get(1)));
  }

  private void assertUnlinkable(Group command) {
    GuestModule module = stage.valid(command.items().get(1));
    try {
      stage.attempt(() -> stage.scope().instantiate(module));
    } catch (UnlinkableException e) {
      if (!e.getMessage().startsWith(command.textAt(2))) {
        throw new Failed("unlinkable: " + e.getMessage(), e);
      }
      return;
    } catch (GuestFailure e) {
      throw new Failed("ended otherwise: " + e, e);
    }
    throw new Failed("could be linked");
  }

  private void assertMalformed(Group command) {
    var form = form(command.items().get(1));
    if (form.encoding() != Encoding.BINARY) {
      throw new Skipped("malformed text, which no runtime ever sees");
    }
    requireRefusal(form);
  }

  private void requireRefusal(ModuleForm form) {
    try {
      stage.load(form, "invalid in a way that cannot be assembled");
    } catch (ModuleException e) {
      return;
    }
    throw new Failed("was accepted");
  }
}
