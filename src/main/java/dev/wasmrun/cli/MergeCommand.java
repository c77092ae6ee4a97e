package dev.wasmrun.cli;

import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.shard.MergedFiles;
import dev.wasmrun.shard.MergedOutput;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.PositionalParamSpec;

/** {@code wasm-run merge FILE…}: the outputs of shards as that of one run. */
final class MergeCommand extends Command {
  private final Console console;
  private final Setting<List<String>> files;
  private final Setting<String> total;

  MergeCommand(Console console) {
    super(
        "wasm-run merge",
        "Puts the outputs of shards together, as one run would have printed them.");
    this.console = console;
    files =
        Setting.arguments(
            spec(),
            PositionalParamSpec.builder()
                .index("0..*")
                .paramLabel("FILE")
                .description(
                    "Outputs of --shard, in their order, or what --resume has kept: files in any",
                    "order, or the directory."));
    total = ShardOptions.total(spec());
    addHelp();
  }

  @Override
  public Integer call() {
    if (files.get().isEmpty()) {
      throw usage("name the files to merge");
    }
    var merged = new MergedOutput(total.get(), this::write);
    try {
      MergedFiles.merge(files.get().stream().map(Path::of).toList(), merged);
      merged.end();
      return ExitCode.OK.code();
    } catch (GuestExit e) {
      return e.code(); // nobody reads on
    }
  }

  private void write(byte[] bytes) {
    console.out().write(bytes, 0, bytes.length);
    if (console.out().checkError()) {
      throw new GuestExit(ExitCode.OUTPUT_CLOSED.code());
    }
  }
}
