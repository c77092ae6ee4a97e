package dev.wasmrun.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.WasmModule;
import dev.wasmrun.compiler.Execution;
import dev.wasmrun.engine.InstanceTables;
import dev.wasmrun.engine.Machines;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.module.Executable;
import dev.wasmrun.module.GuestModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random code with the first form of exceptions does what the proposal says, on every engine. More
 * of it is compared with {@code -Dtry.trees=NUMBER}, and with Node, too, with {@code
 * -Dtry.node=NUMBER}.
 */
class TryTreesTest {
  private static final int TREES = Integer.getInteger("try.trees", 100);
  private static final int WITH_NODE = Integer.getInteger("try.node", 0);

  private static final String SCRIPT =
      """
      const fs = require('fs');
      for (const file of process.argv.slice(1)) {
        const module = new WebAssembly.Module(fs.readFileSync(file));
        console.log(new WebAssembly.Instance(module).exports.run());
      }
      """;

  @TempDir Path directory;

  @Test
  void treesDoWhatTheProposalSays() {
    int executed = 0;
    for (int seed = 0; seed < TREES; seed++) {
      List<TryCode> functions = TryTrees.of(seed);
      Integer expected = new TryCode.Evaluation(functions).run();
      if (expected == null) {
        continue;
      }
      executed++;
      WasmModule module =
          Executable.of(GuestModule.of("try" + seed + ".wasm", TryModule.bytes(functions)));
      for (Execution execution : Execution.values()) {
        assertEquals(expected, run(module, execution), execution + ", seed " + seed);
      }
    }
    assertTrue(executed > TREES / 2, executed + " of " + TREES);
  }

  @Test
  void nodeDoesThemAsTheyAreEvaluatedHere() throws IOException, InterruptedException {
    assumeTrue(WITH_NODE > 0, "not asked for");
    var command = new ArrayList<>(List.of("node", "-e", SCRIPT));
    var expected = new ArrayList<String>();
    for (int seed = 0; seed < WITH_NODE; seed++) {
      List<TryCode> functions = TryTrees.of(seed);
      Integer noted = new TryCode.Evaluation(functions).run();
      if (noted != null) {
        Path file = directory.resolve("try" + seed + ".wasm");
        command.add(Files.write(file, TryModule.bytes(functions)).toString());
        expected.add(noted.toString());
      }
    }
    Process node = new ProcessBuilder(command).redirectErrorStream(true).start();
    node.getOutputStream().close();
    String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, node.waitFor(), output);
    assertEquals(expected, output.lines().toList());
  }

  private static int run(WasmModule module, Execution execution) {
    Instance.Builder builder =
        Instance.builder(module)
            .withUnsafeExecutionListener(Machines.listener(module, Optional.empty()))
            .withTableFactory(new InstanceTables(TableLimit.DEFAULT.elements())::create)
            .withStart(false);
    execution.apply(module).install(builder);
    return (int) builder.build().export("run").apply()[0];
  }
}
