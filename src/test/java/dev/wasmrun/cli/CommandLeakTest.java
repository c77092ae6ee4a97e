package dev.wasmrun.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wasmrun.OpenResources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command opens it closes, in a process that goes on. */
@Timeout(120)
final class CommandLeakTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "run, wasi-workers, '', 0",
    "run, wasi-threads-limit, '', 3",
    "run, pthreads-limit, '', 0",
    "run, wasi-workers, --invoke absent, 2",
    "run, wasi-workers, --dir missing, 2",
    "run, wasi-threads-limit, --dir missing, 2",
    "run, pthreads-limit, --dir missing, 2",
    "check, wasi-workers, '', 0",
    "check, wasi-threads-limit, '', 3",
    "check, wasi-workers, --invoke absent, 2",
    "check, wasi-threads-limit, --dir missing, 2",
    "check, pthreads-limit, --dir missing, 2"
  })
  void everythingIsBack(String command, String module, String options, int code) {
    assumeTrue(OpenResources.areKnown());
    OpenResources before = OpenResources.now(directory, module + ".wasm#");
    String line =
        "%s %s --max-threads 3 --dir %s::/data %s"
            .formatted(
                command.equals("run") ? "" : command, Ended.fixture(module), directory, options);
    Ended ended = Ended.run(line.strip().split(" +"));
    assertEquals(code, ended.code(), ended::toString);
    before.assertBack(directory, module + ".wasm#");
  }

  @Test
  void everythingIsBackAfterAComparison() {
    assumeTrue(OpenResources.areKnown());
    OpenResources before = OpenResources.now(directory, "counter#");
    Ended ended =
        Ended.run("parity", "counter", "--threads", "2", "--engine", "compiler", "--no-node");
    assertEquals(0, ended.code(), ended::toString);
    before.assertBack(directory, "counter#");
  }

  @ParameterizedTest
  @CsvSource({
    "wasi-command, '', 1",
    "wasi-workers, --against java, 0",
    "wasi-workers, --against node, 1",
    "wasi-workers, '--against java --threads 1,2', 0",
    "wasi-workers, --against java --command true, 0",
    "wasi-workers, --command false, 1",
    "wasi-workers, --invoke absent, 1",
    "wasi-threads-trap-in-start, '', 1",
    "pthreads-limit, '', 1"
  })
  void everythingIsBackAfterAModuleWasMeasured(String module, String options, int code) {
    assumeTrue(OpenResources.areKnown());
    OpenResources before = OpenResources.now(directory, module + ".wasm#");
    String line =
        "bench %s --runs 2 --warm-ups 1 --dir %s::/data %s"
            .formatted(Ended.fixture(module), directory, options);
    Ended ended = Ended.run(line.strip().split(" +"));
    assertEquals(code, ended.code(), ended::toString);
    before.assertBack(directory, module + ".wasm#");
    assertEquals(List.of(), ProcessHandle.current().children().toList());
  }

  @Test
  void everythingIsBackWhenNobodyCanBeServed() throws IOException {
    assumeTrue(OpenResources.areKnown());
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      OpenResources before = OpenResources.now(directory, "wasi-workers.wasm#");
      String port = Integer.toString(taken.getLocalPort());
      Ended ended = Ended.run("serve", Ended.fixture("wasi-workers"), "--port", port);
      assertEquals(1, ended.code(), ended::toString);
      before.assertBack(directory, "wasi-workers.wasm#");
    }
  }
}
