package dev.wasmrun.bench;

import dev.wasmrun.parity.Parity;
import dev.wasmrun.parity.ParityRow;
import dev.wasmrun.parity.Team;
import dev.wasmrun.programs.Catalogue;
import java.io.IOException;

/** A guest on this host, or the implementation in Java, in this process. */
final class JvmContender implements Contender {
  private final String label;
  private final Parity parity;
  private final Catalogue.Entry entry;
  private final Team team;
  private final long[] args;

  JvmContender(String label, Parity parity, Catalogue.Entry entry, Team team, long[] args) {
    this.label = label;
    this.parity = parity;
    this.entry = entry;
    this.team = team;
    this.args = args.clone();
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public Turn run() throws IOException, InterruptedException {
    try {
      ParityRow row = parity.run(entry, team, args, null);
      return new Turn(row.lines(), row.took());
    } catch (IllegalStateException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    // Every run has ended its own threads.
  }
}
