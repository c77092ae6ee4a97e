package dev.wasmrun.check.schedule;

import dev.wasmrun.source.SourceFrame;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the threads of one run did, step by step, as far as it concerns more than one of them.
 *
 * @param threads the names of the threads, by number
 * @param omitted how many steps before the first of {@code steps} are left out
 * @param steps the last steps, in their order
 */
public record Interleaving(List<String> threads, int omitted, List<Step> steps) {
  /** Of a long run only the end is of interest. */
  private static final int MOST_STEPS = 1000;

  /**
   * A step.
   *
   * @param number its number in the run, from 0
   * @param thread the number of the thread
   * @param what what it did, with the values it met
   * @param frames the guest's functions that were active, innermost first
   * @param word what was in memory then; empty where it accessed no single word
   */
  public record Step(
      int number, int thread, String what, List<SourceFrame> frames, Optional<Word> word) {
    /** The functions by name, with file and line where they are known, innermost first. */
    public List<String> functions() {
      return frames.stream().map(SourceFrame::toString).toList();
    }
  }

  /**
   * A word of memory and what is in it after a step.
   *
   * @param address of its first byte
   */
  public record Word(int address, long value) {}

  /** Copies the lists. */
  public Interleaving {
    threads = List.copyOf(threads);
    steps = List.copyOf(steps);
  }

  static Interleaving of(Run run) {
    Journal journal = run.journal();
    List<Event> events = journal.events();
    var shared = new Sharing(events);
    var steps = new ArrayList<Step>();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      if (shared.concernsOthers(event)) {
        steps.add(step(i, event, journal.detailOf(i)));
      }
    }
    run.finding()
        .filter(finding -> journal.failedIn() >= 0)
        .ifPresent(
            finding ->
                steps.add(
                    new Step(
                        events.size(),
                        journal.failedIn(),
                        finding.message(),
                        List.of(),
                        Optional.empty())));
    int omitted = Math.max(0, steps.size() - MOST_STEPS);
    return new Interleaving(journal.names(), omitted, steps.subList(omitted, steps.size()));
  }

  private static Step step(int number, Event event, Event.Detail detail) {
    int thread = Agents.thread(event.agent());
    if (detail != null) {
      return new Step(number, thread, detail.text(), detail.frames(), detail.word());
    }
    return new Step(number, thread, words(event.op()), List.of(), Optional.empty());
  }

  private static String words(StepOperation op) {
    return switch (op.kind()) {
      case BEGIN -> "begins";
      case END -> "ends";
      case WAIT -> "waits at " + op.place();
      case EXPIRE -> "times out at " + op.place();
      case RESUME -> "goes on, woken at " + op.place();
      case FLUSH -> "its store to %s reaches memory".formatted(op.place());
      case JOIN -> "sees the end of another thread";
      case SIZE -> "asks how large the memory is";
      case HOST -> "calls the host";
      case YIELD -> "lets others go first";
      case AWAIT -> "goes on in the host";
      case SLEEP -> "has slept";
      default -> op.kind().name().toLowerCase(Locale.ROOT) + " " + op.place();
    };
  }

  /** Which bytes were written by a thread after another had accessed them. */
  private static final class Sharing {
    private static final int LARGE = 4096;

    private final Map<Integer, BitSet> users = new HashMap<>();
    private final Set<Integer> shared = new HashSet<>();

    Sharing(List<Event> events) {
      for (Event event : events) {
        if (isAccess(event.op())) {
          int thread = Agents.thread(event.agent());
          bytes(event.op()).forEach(place -> touch(place, thread, event.op().kind()));
        }
      }
    }

    private void touch(int place, int thread, StepOperation.Kind kind) {
      BitSet before = users.computeIfAbsent(place, unseen -> new BitSet());
      boolean byOthers = before.cardinality() > (before.get(thread) ? 1 : 0);
      if (byOthers && (kind.writes || kind.queues)) {
        shared.add(place);
      }
      before.set(thread);
    }

    private static boolean isAccess(StepOperation op) {
      return op.kind().reads || op.kind().writes || op.kind().queues;
    }

    /** What is too large to be looked at byte by byte is known by its beginning. */
    private static IntStream bytes(StepOperation op) {
      return IntStream.range(0, Math.max(1, Math.min(op.length() & Integer.MAX_VALUE, LARGE)))
          .map(offset -> op.address() + offset);
    }

    boolean concernsOthers(Event event) {
      return !isAccess(event.op()) || bytes(event.op()).anyMatch(shared::contains);
    }
  }
}
