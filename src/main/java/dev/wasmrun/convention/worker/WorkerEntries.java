package dev.wasmrun.convention.worker;

import dev.wasmrun.convention.worker.Entry.Slot;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Linkability;
import dev.wasmrun.guest.UsageException;
import dev.wasmrun.module.GuestModule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The exports that one run calls, in their order.
 *
 * @param setup called on the leader before the workers
 * @param work called in every worker
 * @param finish called on the leader after the workers
 * @param printsValues whether what {@code work} returns is a result
 */
record WorkerEntries(
    Optional<Entry> setup, Entry work, Optional<Entry> finish, boolean printsValues) {
  private static final List<Slot> LEADER = List.of(new Slot.Threads());
  private static final List<Slot> WORKER = List.of(new Slot.Thread(), new Slot.Threads());

  /**
   * The exports that a request asks for.
   *
   * @throws UsageException if there is nothing to call, or the arguments do not suit what there is
   */
  static WorkerEntries of(RunRequest request) {
    GuestModule module = request.module();
    if (request.invoke().isPresent()) {
      var named = Entry.named(module, request.invoke().get(), request.args());
      return new WorkerEntries(Optional.empty(), named, Optional.empty(), true);
    }
    if (!module.exportedFunctions().containsKey("work")) {
      throw new UsageException(
          "%s exports no function 'work'; name one with --invoke: %s%s"
              .formatted(
                  module.name(),
                  Entry.choices(module),
                  Linkability.otherHost(module)
                      .map(host -> "; it is made for " + host)
                      .orElse("")));
    }
    var entries =
        new WorkerEntries(
            leaderEntry(request, "setup"),
            Entry.ofConvention(module, "work", WORKER, request.args()),
            leaderEntry(request, "finish"),
            false);
    entries.refuseExtraArguments(request);
    return entries;
  }

  private static Optional<Entry> leaderEntry(RunRequest request, String export) {
    return request.module().exportedFunctions().containsKey(export)
        ? Optional.of(Entry.ofConvention(request.module(), export, LEADER, request.args()))
        : Optional.empty();
  }

  private void refuseExtraArguments(RunRequest request) {
    OptionalInt most =
        Stream.of(
                setup.map(entry -> entry.arguments(LEADER.size())),
                Optional.of(work.arguments(WORKER.size())),
                finish.map(entry -> entry.arguments(LEADER.size())))
            .flatMap(Optional::stream)
            .mapToInt(Integer::intValue)
            .max();
    if (request.args().size() > most.orElseThrow()) {
      throw new UsageException(
          "%s takes at most %s arguments, got %s"
              .formatted(request.module().name(), most.getAsInt(), request.args().size()));
    }
  }
}
