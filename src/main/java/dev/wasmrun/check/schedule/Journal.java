package dev.wasmrun.check.schedule;

import dev.wasmrun.check.schedule.Schedule.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What is written down of one run: its choices and, if wanted, its steps. Guarded by the turn. */
final class Journal {

  /** How much is written down. */
  enum Scope {
    /** Choices only. */
    CHOICES,
    /** Also who did what. */
    EVENTS,
    /** Also where in the guest's code, and with which values. */
    DETAILS
  }

  /** An event that took from an agent the step it could have taken. */
  record Overtaking(int event, int agent) {}

  private final Scope scope;
  private final boolean every;
  private final List<Choice> choices = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private final Map<Integer, Event.Detail> details = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final Map<Integer, Integer> lastFlush = new HashMap<>();
  private final List<Overtaking> overtakings = new ArrayList<>();
  private int steps;
  private int order;
  private int failedIn = -1;

  // The place of the last choice, and how many were made there.
  private int thread = -1;
  private int stepsOfThread = -1;
  private int repetition;

  /**
   * An empty journal.
   *
   * @param every whether every access to memory is a step
   */
  Journal(Scope scope, boolean every) {
    this.scope = scope;
    this.every = every;
  }

  boolean wantsDetails() {
    return scope == Scope.DETAILS;
  }

  void named(int number, String name) {
    if (number == names.size()) {
      names.add(name);
    }
  }

  void chosen(Situation now, int agent) {
    int current = now.current();
    int taken = now.steps(current);
    if (Agents.thread(current) == thread && taken == stepsOfThread) {
      repetition++;
    } else {
      thread = Agents.thread(current);
      stepsOfThread = taken;
      repetition = 0;
    }
    if (agent != Defaults.next(now)) {
      choices.add(new Choice(thread, stepsOfThread, repetition, agent));
    }
  }

  void step(int agent, StepOperation op, int cause, int drained) {
    order = order * 31 + agent;
    if (Agents.isBuffer(agent)) {
      lastFlush.put(Agents.thread(agent), steps);
    }
    steps++;
    if (scope != Scope.CHOICES) {
      events.add(new Event(agent, op, cause, drained));
    }
  }

  /** The last event in which a store of a thread reached memory; or {@link Event#NONE}. */
  int flushed(ControlledThread strand) {
    return lastFlush.getOrDefault(strand.number(), Event.NONE);
  }

  void detail(ControlledThread strand, Event.Detail detail) {
    details.put(strand.lastEvent(), detail);
  }

  /** The current event, a notify, woke an agent that could have let its time pass instead. */
  void overtook(int agent) {
    overtakings.add(new Overtaking(steps - 1, agent));
  }

  List<Overtaking> overtakings() {
    return overtakings;
  }

  void failedIn(int number) {
    failedIn = number;
  }

  Schedule schedule() {
    return new Schedule(choices, every);
  }

  int steps() {
    return steps;
  }

  /** The order in which agents took steps, as a hash. */
  int order() {
    return order;
  }

  List<Event> events() {
    return events;
  }

  /** What is known of an event beyond who did what; null if nothing is. */
  Event.Detail detailOf(int event) {
    return details.get(event);
  }

  List<String> names() {
    return List.copyOf(names);
  }

  /** The number of the thread that failed; -1 if none did. */
  int failedIn() {
    return failedIn;
  }
}
