package dev.wasmrun.bench;

import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.ModuleException;
import dev.wasmrun.parity.NodeOracle;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Measures WASI commands of the user's, on this host and on Node, one after the other.
 *
 * <p>On each a module is instantiated anew and run until times stop falling, as {@link WarmUp}
 * says, and then as often as the plan says for the record. If these runs turn out to be faster
 * still, they become part of the warm-up, unless that has lasted long enough. A host on which it
 * fails has no times, and nobody is compared with it.
 */
public final class ModuleBench {
  private static final Duration LONGEST_RUN = Duration.ofMinutes(5);
  private static final Duration LEAST_WARM_UP = Duration.ofSeconds(5);
  private static final Duration MOST_WARM_UP = Duration.ofMinutes(1);

  private final ModulePlan plan;
  private final boolean node;
  private final Consumer<ModuleMeasurement> measurements;

  /**
   * Creates a benchmark.
   *
   * @param measurements told of each result as soon as there is one
   * @param notices told if Node is to be compared with and missing
   */
  public ModuleBench(
      ModulePlan plan, Consumer<ModuleMeasurement> measurements, Consumer<String> notices)
      throws InterruptedException {
    this.plan = plan;
    this.measurements = measurements;
    this.node = plan.node() && NodeOracle.isInstalled(NodeCommand.OLDEST_NODE);
    if (plan.node() && !node) {
      notices.accept(
          "node is missing: no Node %s or later on the path".formatted(NodeCommand.OLDEST_NODE));
    }
  }

  /**
   * Measures a module.
   *
   * @param file its path, or the name of a bundled one
   * @return a measurement of each host, this one first; only this one's if that failed
   */
  public List<ModuleMeasurement> measure(String file) throws InterruptedException {
    ModuleMeasurement own = onThisHost(file);
    measurements.accept(own);
    if (!node || own.failure().isPresent()) {
      return List.of(own);
    }
    ModuleMeasurement theirs = onNode(file, own.time());
    measurements.accept(theirs);
    return List.of(own, theirs);
  }

  private ModuleMeasurement onThisHost(String file) throws InterruptedException {
    GuestModule module;
    try {
      module = GuestModule.load(file);
    } catch (ModuleException e) {
      return ModuleMeasurement.failed(file, "wasm-run", e.getMessage());
    }
    if (!module.exportedFunctions().containsKey(CommandContender.ENTRY)) {
      return ModuleMeasurement.failed(
          file,
          "wasm-run",
          "it is no WASI command: it exports no function " + CommandContender.ENTRY);
    }
    try (var host = new CommandContender(module, directories(file), LONGEST_RUN)) {
      return measure(file, host, Optional.empty());
    }
  }

  private ModuleMeasurement onNode(String file, Optional<Spread> first)
      throws InterruptedException {
    Path path = Path.of(file).toAbsolutePath();
    try (var rival = new NodeCommand(path, directories(file), LONGEST_RUN)) {
      return measure(file, rival, first);
    } catch (IOException e) {
      return ModuleMeasurement.failed(file, "Node", e.getMessage());
    }
  }

  private List<DirectoryGrant> directories(String file) {
    return plan.directories().isEmpty()
        ? List.of(new DirectoryGrant(Path.of(file).toAbsolutePath().getParent(), "."))
        : plan.directories();
  }

  /** Measures on one host; {@code first} is the spread of the first host, unless this is it. */
  private ModuleMeasurement measure(String file, Contender host, Optional<Spread> first)
      throws InterruptedException {
    var rule = new WarmUp(plan.warmUps(), LEAST_WARM_UP, MOST_WARM_UP);
    var warmUps = new ArrayList<Long>();
    var measured = new ArrayList<Long>();
    try {
      run(host, rule, warmUps, measured);
    } catch (IOException e) {
      return ModuleMeasurement.failed(file, host.label(), e.getMessage());
    }
    Spread time = Spread.of(measured);
    double compared = first.orElse(time).median();
    return new ModuleMeasurement(
        file,
        host.label(),
        warmUps.size(),
        WarmUp.isWarm(warmUps) && !WarmUp.isFaster(measured, warmUps),
        measured.size(),
        OptionalLong.of(warmUps.isEmpty() ? measured.get(0) : warmUps.get(0)),
        Optional.of(time),
        time.median() > 0 && compared > 0
            ? Optional.of(time.median() / compared)
            : Optional.empty(),
        Optional.empty());
  }

  /** Runs until the host is warm, and for the record: again if it then turns out to be faster. */
  private void run(Contender host, WarmUp rule, List<Long> warmUps, List<Long> measured)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    do {
      warmUps.addAll(measured);
      measured.clear();
      while (!rule.isOver(warmUps, since(begin))) {
        warmUps.add(host.run().took().toNanos());
      }
      for (int i = 0; i < plan.runs(); i++) {
        measured.add(host.run().took().toNanos());
      }
    } while (!rule.isExhausted(warmUps, since(begin)) && WarmUp.isFaster(measured, warmUps));
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
