package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.Compiler;
import dev.wasmrun.compiler.Execution;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Damaged modules are refused in one line, or compile to classes that the JVM accepts.
 *
 * <p>{@code -Dfuzz.mutations} says how many are tried, {@code -Dfuzz.firstMutation} from which on.
 */
class MutationTest {
  private static final int MUTATIONS = Integer.getInteger("fuzz.mutations", 3000);
  private static final int PER_MODULE = 20;
  private static final int MOST_CHANGES = 4;

  @Test
  void aDamagedModuleIsRefusedInOneLineOrCompiles() {
    int compiled = 0;
    int first = Integer.getInteger("fuzz.firstMutation", 0);
    for (int i = first; i < first + MUTATIONS; i++) {
      var random = new SplittableRandom(i);
      byte[] bytes = mutated(original(i / PER_MODULE), random);
      compiled += isCompiled("mutation " + i, bytes) ? 1 : 0;
    }
    System.out.println(MUTATIONS + " damaged modules, of which " + compiled + " compiled");
    assertTrue(compiled > 0 && compiled < MUTATIONS, "both kinds should occur");
  }

  private static byte[] original(int seed) {
    return new RandomModules().generate(seed, EnumSet.allOf(Proposal.class)).program().bytes();
  }

  private static byte[] mutated(byte[] original, SplittableRandom random) {
    byte[] bytes = original.clone();
    for (int changes = random.nextInt(MOST_CHANGES) + 1; changes > 0; changes--) {
      int at = random.nextInt(8, bytes.length);
      switch (random.nextInt(4)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = bytes[random.nextInt(8, bytes.length)];
        default -> bytes = random.nextInt(8) > 0 ? bytes : Arrays.copyOf(bytes, at + 1);
      }
    }
    return bytes;
  }

  private static boolean isCompiled(String name, byte[] bytes) {
    try {
      WasmModule module = Executable.of(GuestModule.of(name, bytes));
      if (Compiler.supports(module)) {
        Execution.loaded(module, Compiler.compile(module, "mutated/", false));
      }
      return true;
    } catch (ModuleException e) {
      assertEquals(1, e.getMessage().lines().count(), e.getMessage());
      return false;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(name + ": " + Base64.getEncoder().encodeToString(bytes), e);
    }
  }
}
