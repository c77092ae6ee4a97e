package dev.wasmrun.check.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * All schedules, one run after another: a depth-first search through the choices of a program, each
 * run of which begins like the one before.
 *
 * <p>With the reduction, of the schedules that differ only in the order of steps that do not depend
 * on each other, one is run to its end: dynamic partial-order reduction with source sets and sleep
 * sets (Abdulla, Aronis, Jonsson and Sagonas, 2014).
 */
final class Exhaustive implements StepStrategy {
  /*
   * A node is a choice. Its backtrack set are the agents that have to be tried there; it grows when
   * a run shows two steps that depend on each other and could have come in the other order. Its
   * sleep set are those that need not be tried, as all that follows was seen when they were tried
   * at an earlier node and nothing since depends on their step. The first step of a run is no
   * choice: node i is the choice of event i + 1.
   */

  private static final int EVENTS_BEFORE_FIRST_NODE = 1;

  private static final class Node {
    private final int[] enabled;
    private final StepOperation[] pending;
    private final BitSet asleep;
    private final BitSet backtrack = new BitSet();
    private final BitSet done = new BitSet();

    /** Those of {@code done} after which the run was over, so that no other step commutes. */
    private final BitSet ending = new BitSet();

    private int chosen;

    Node(int[] enabled, StepOperation[] pending, BitSet asleep) {
      this.enabled = enabled;
      this.pending = pending;
      this.asleep = asleep;
    }

    StepOperation pending(int agent) {
      for (int i = 0; i < enabled.length; i++) {
        if (enabled[i] == agent) {
          return pending[i];
        }
      }
      return null;
    }
  }

  private final boolean reduced;
  private final List<Node> path = new ArrayList<>();
  private int depth;

  /**
   * Creates a search at its beginning.
   *
   * @param reduced whether schedules that cannot differ in effect are left out
   */
  Exhaustive(boolean reduced) {
    this.reduced = reduced;
  }

  @Override
  public int next(Situation now) {
    Node node = depth < path.size() ? path.get(depth) : grow(now);
    if (node == null) {
      return CUT;
    }
    depth++;
    if (node.pending(node.chosen) == null
        || !now.pending(node.chosen).equals(node.pending(node.chosen))) {
      throw new IllegalStateException(
          "the program is not a function of its schedule: step %s was %s and is %s"
              .formatted(now.stepsOfRun(), node.pending(node.chosen), now.pending(node.chosen)));
    }
    return node.chosen;
  }

  /** A node for a choice that no run has come to; null if there is nothing new to choose. */
  private Node grow(Situation now) {
    int[] enabled = now.enabled();
    var pending = new StepOperation[enabled.length];
    for (int i = 0; i < enabled.length; i++) {
      pending[i] = now.pending(enabled[i]);
    }
    var node = new Node(enabled, pending, asleep());
    node.chosen = firstAwake(node, Defaults.next(now));
    if (node.chosen < 0) {
      return null;
    }
    if (reduced) {
      node.backtrack.set(node.chosen);
    } else {
      for (int agent : enabled) {
        node.backtrack.set(agent);
      }
    }
    path.add(node);
    return node;
  }

  private static int firstAwake(Node node, int preferred) {
    if (!node.asleep.get(preferred)) {
      return preferred;
    }
    for (int agent : node.enabled) {
      if (!node.asleep.get(agent)) {
        return agent;
      }
    }
    return -1;
  }

  /** Who need not be tried after the last choice of the path. */
  private BitSet asleep() {
    var asleep = new BitSet();
    if (reduced && !path.isEmpty()) {
      Node parent = path.get(path.size() - 1);
      StepOperation taken = parent.pending(parent.chosen);
      for (int agent : parent.enabled) {
        boolean seen =
            parent.asleep.get(agent) || parent.done.get(agent) && !parent.ending.get(agent);
        if (seen && agent != parent.chosen && !parent.pending(agent).dependsOn(taken)) {
          asleep.set(agent);
        }
      }
    }
    return asleep;
  }

  /**
   * A run has ended: learns from it what else has to be tried, and turns to the next schedule.
   *
   * @param journal its steps
   * @param cutOff the agents that could still have taken a step when one of them ended the run
   * @return false if all schedules have been seen
   */
  boolean advance(Journal journal, int[] cutOff) {
    if (reduced) {
      new StepOrder(journal.events()).races(this::reverse);
      for (Journal.Overtaking overtaking : journal.overtakings()) {
        reverse(overtaking.event(), List.of(overtaking.agent()));
      }
    }
    if (depth > 0 && cutOff.length > 0) {
      Node last = path.get(depth - 1);
      last.ending.set(last.chosen);
      reverse(depth - 1 + EVENTS_BEFORE_FIRST_NODE, Arrays.stream(cutOff).boxed().toList());
    }
    depth = 0;
    while (!path.isEmpty()) {
      Node last = path.get(path.size() - 1);
      last.done.set(last.chosen);
      var open = (BitSet) last.backtrack.clone();
      open.andNot(last.done);
      open.andNot(last.asleep);
      if (!open.isEmpty()) {
        last.chosen = open.nextSetBit(0);
        return true;
      }
      path.remove(path.size() - 1);
    }
    return false;
  }

  /** Has somebody else tried before an event, so that it comes after a later one. */
  private void reverse(int event, List<Integer> initials) {
    int index = event - EVENTS_BEFORE_FIRST_NODE;
    if (index < 0) {
      return;
    }
    Node node = path.get(index);
    if (initials.stream().anyMatch(node.backtrack::get)) {
      return;
    }
    for (int agent : initials) {
      if (node.pending(agent) != null) {
        node.backtrack.set(agent);
        return;
      }
    }
    for (int agent : node.enabled) {
      node.backtrack.set(agent);
    }
  }
}
