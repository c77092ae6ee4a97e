package dev.wasmrun.bench;

import dev.wasmrun.wasi.DirectoryGrant;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A WASI command on Node's WASI, in one process of its own for all its runs. */
final class NodeCommand implements Contender {
  /** The first release whose WASI needs no option and takes the version that the script names. */
  static final int OLDEST_NODE = 20;

  /**
   * Calls WASI the usual way. By the fast one V8 may collect garbage where it must not, and
   * crashes: Node 20.20 within a few hundred runs, see nodejs/node#46777.
   */
  private static final String NO_FAST_CALLS = "--no-turbo-fast-api-calls";

  private static final String SCRIPT = "wasi-command.mjs";
  private static final String ERRORS = "errors";

  private final Path directory;
  private final ProcessContender process;

  /**
   * Starts the process.
   *
   * @param file the module
   * @param limit how long a run may take before it is ended
   */
  NodeCommand(Path file, List<DirectoryGrant> directories, Duration limit) throws IOException {
    directory = Files.createTempDirectory("wasm-run-bench-");
    var command = new ArrayList<>(List.of("node", "--no-warnings", NO_FAST_CALLS));
    var external = new External("Node", directory, command, limit.toSeconds());
    try (InputStream script = NodeCommand.class.getResourceAsStream("/node/" + SCRIPT)) {
      Files.copy(script, directory.resolve(SCRIPT));
      command.add(directory.resolve(SCRIPT).toString());
      command.add(file.toString());
      command.add(file.getFileName().toString());
      command.add(directory.resolve(ERRORS).toString());
      for (DirectoryGrant grant : directories) {
        command.add(grant.host().toAbsolutePath().toString());
        command.add(grant.guest());
      }
      process = new ProcessContender(external);
    } catch (IOException | RuntimeException e) {
      external.close();
      throw e;
    }
  }

  @Override
  public String label() {
    return "Node";
  }

  @Override
  public Turn run() throws IOException, InterruptedException {
    try {
      return process.run();
    } catch (IOException e) {
      var errors = new LastWords();
      Path said = directory.resolve(ERRORS);
      if (Files.exists(said)) {
        Files.copy(said, errors);
      }
      throw new IOException(errors.after(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
