package dev.wasmrun.wast;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.wasm.UnlinkableException;
import com.dylibso.chicory.wasm.types.ValType;
import dev.wasmrun.guest.GuestFailure;
import dev.wasmrun.guest.GuestFailures;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.wast.Node.Group;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What one thread of a script acts on: loads its modules, performs its actions, and sorts how they
 * end.
 */
record Stage(Script script, Assembler assembler, Scope scope) {
  /** Why a command is skipped that depends on a module which did not come about. */
  static final String MISSING = "its module is missing, for a reason given before";

  /** Loads a module of the script that must be accepted. */
  GuestModule valid(Node module) {
    requireSupported(module);
    return valid(ModuleForm.of(script, module));
  }

  /** Skips the command if a module needs what the host does not have. */
  void requireSupported(Node module) {
    Optional<Unsupported> feature = Unsupported.neededBy(module);
    if (feature.isPresent()) {
      throw new Skipped("it needs " + feature.get().reason());
    }
  }

  /** Loads a module that must be accepted. */
  GuestModule valid(ModuleForm form) {
    try {
      return load(form, "the module cannot be assembled");
    } catch (ModuleException e) {
      throw new Failed("refused: " + e.getMessage(), e);
    }
  }

  /**
   * Loads a module.
   *
   * @throws ModuleException if it is refused
   * @throws Skipped for the reason given, if its text cannot be assembled
   */
  GuestModule load(ModuleForm form, String whyUnassembled) {
    try {
      byte[] binary = form.binary(assembler).orElseThrow(() -> new Skipped(whyUnassembled));
      return GuestModule.of(script.name(), binary);
    } catch (IOException e) {
      throw new Failed("cannot assemble: " + e, e);
    }
  }

  /** The instance of a name. */
  Linked instance(String name) {
    return scope.instance(name).orElseThrow(() -> new Skipped(MISSING));
  }

  /** The results of an {@code invoke} or {@code get}. */
  long[] perform(Node node) {
    Group action = (Group) node;
    String name = action.nameAt(1);
    int field = name.equals(Scope.LATEST) ? 1 : 2;
    var instance = instance(name).instance();
    return switch (action.keyword()) {
      case "get" -> value(instance.exports().global(action.textAt(field)));
      case "invoke" -> {
        long[] args = ScriptValues.arguments(action.from(field + 1));
        long[] results = instance.export(action.textAt(field)).apply(args);
        yield results == null ? new long[0] : results;
      }
      default -> throw new Failed("unknown action " + action.keyword());
    };
  }

  private static long[] value(GlobalInstance global) {
    return global.getType().equals(ValType.V128)
        ? new long[] {global.getValueLow(), global.getValueHigh()}
        : new long[] {global.getValue()};
  }

  /** The result of something that must not fail. */
  <T> T ending(Supplier<T> body) {
    try {
      return attempt(body);
    } catch (GuestFailure | UnlinkableException e) {
      throw new Failed(e.getMessage(), e);
    }
  }

  /** Sorts whatever leaves a guest as a run would. */
  <T> T attempt(Supplier<T> body) {
    try {
      return body.get();
    } catch (Skipped | Failed | UnlinkableException | ModuleException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
      throw GuestFailures.of(e);
    }
  }
}
