package dev.wasmrun.check.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The moment between two steps of a run: who has the turn and who could. Guarded by the turn. */
final class Situation {
  private final List<ControlledThread> strands = new ArrayList<>();

  /** Who has the turn; also compared with, but not used by, threads that do not have it. */
  private volatile ControlledThread running;

  private int steps;
  private int stepsInTurn;
  private int switches;

  // For the scheduler.

  void add(ControlledThread strand) {
    strands.add(strand);
  }

  List<ControlledThread> strands() {
    return strands;
  }

  /** Who has the turn; null before the first thread and after the last. */
  ControlledThread running() {
    return running;
  }

  void turnTo(ControlledThread strand) {
    if (running != null && strand != null) {
      switches++;
      stepsInTurn = 1;
    }
    running = strand;
  }

  /** A step is taken; its number. */
  int step() {
    stepsInTurn++;
    return steps++;
  }

  /** The thread that has the turn has had it long enough. */
  void tire() {
    stepsInTurn = Defaults.PATIENCE;
  }

  boolean isStuck() {
    return !running.isEnabled() && enabled().length == 0;
  }

  // For strategies, which know threads by the numbers of Agents.

  /** The thread that has the turn; it may be unable to go on. */
  int current() {
    return Agents.ofThread(running.number());
  }

  /** Whether the thread that has the turn can go on. */
  boolean currentIsEnabled() {
    return running.isEnabled();
  }

  /** Everybody who can take a step, by ascending number; not empty when a strategy is asked. */
  int[] enabled() {
    var agents = new int[2 * strands.size()];
    int count = 0;
    for (ControlledThread strand : strands) {
      if (strand.isEnabled()) {
        agents[count++] = Agents.ofThread(strand.number());
      }
      if (!strand.buffer().isEmpty()) {
        agents[count++] = Agents.ofBuffer(strand.number());
      }
    }
    return Arrays.copyOf(agents, count);
  }

  /** What an agent's next step is. */
  StepOperation pending(int agent) {
    ControlledThread strand = strands.get(Agents.thread(agent));
    return Agents.isBuffer(agent) ? strand.buffer().flush() : strand.pending();
  }

  /** Whether all that an agent can do is let its time pass. */
  boolean expires(int agent) {
    return !Agents.isBuffer(agent) && strands.get(Agents.thread(agent)).onlyExpires();
  }

  /** The virtual time until which an agent that {@link #expires} waits. */
  long deadline(int agent) {
    return strands.get(Agents.thread(agent)).deadline();
  }

  /** How many steps a thread has taken. */
  int steps(int agent) {
    return strands.get(Agents.thread(agent)).steps();
  }

  /** How many steps the current thread has taken since it got the turn. */
  int stepsInTurn() {
    return stepsInTurn;
  }

  /** How many steps the run has taken. */
  int stepsOfRun() {
    return steps;
  }

  /** How often the turn went from one thread to another. */
  int switches() {
    return switches;
  }
}
