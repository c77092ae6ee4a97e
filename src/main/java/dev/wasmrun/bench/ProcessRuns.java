package dev.wasmrun.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** The lives of processes of one contender, with the same job. */
final class ProcessRuns {
  private final External external;
  private final List<Long> nanos = new ArrayList<>();
  private final List<Long> peaks = new ArrayList<>();
  private String failure;

  ProcessRuns(External external) {
    this.external = external;
  }

  String label() {
    return external.label();
  }

  /** Lives once more, unless an earlier life failed. */
  void live() throws InterruptedException {
    if (failure != null) {
      return;
    }
    try {
      ProcessRun life = ProcessRun.of(external);
      nanos.add(life.nanos());
      life.peakBytes().ifPresent(peaks::add);
    } catch (IOException e) {
      failure = e.getMessage();
    }
  }

  /** How long they lasted; empty if one failed. */
  Optional<Spread> time() {
    return failure == null ? Optional.of(Spread.of(nanos)) : Optional.empty();
  }

  /** The median of the most memory they had resident, in bytes; empty if one failed. */
  OptionalDouble peak() {
    return failure == null && !peaks.isEmpty()
        ? OptionalDouble.of(Spread.of(peaks).median())
        : OptionalDouble.empty();
  }

  static Optional<String> firstFailure(ProcessRuns... all) {
    return Stream.of(all).flatMap(lives -> Optional.ofNullable(lives.failure).stream()).findFirst();
  }
}
