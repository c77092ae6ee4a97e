package dev.wasmrun.check.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The partial order of a run's steps: each agent's own, what made a step possible, and the steps
 * that depend on each other, in the order in which they came.
 */
final class StepOrder {
  /*
   * Each event has a clock: for every agent, the last event of that agent that comes before it or is
   * it. To find on what an event depends, bytes, wait queues and the host are places; each place
   * knows the last access of every agent, and the last that changed it. Only the last can matter:
   * what came before it comes before it in its agent's own order, too.
   */

  private static final long QUEUES = 1L << 33;
  private static final long HOST = 1L << 34;

  /** What touches everything, so that it is a place of its own that all others look at. */
  private static final long EVERYTHING = 1L << 35;

  /** Told of two steps that could have come in the other order. */
  interface RaceListener {
    /**
     * A race.
     *
     * @param event the first of the two
     * @param initials who could be the first to take a step instead, so that the second comes first
     */
    void race(int event, List<Integer> initials);
  }

  private final List<Event> events;
  private final int agents;
  private final int[][] clocks;
  private final int[] lastOf;
  private final Map<Long, int[]> accesses = new HashMap<>();
  private final Map<Long, int[]> changes = new HashMap<>();

  StepOrder(List<Event> events) {
    this.events = events;
    this.agents = events.stream().mapToInt(Event::agent).max().orElse(0) + 1;
    this.clocks = new int[events.size()][];
    this.lastOf = none();
  }

  private int[] none() {
    var empty = new int[agents];
    Arrays.fill(empty, Event.NONE);
    return empty;
  }

  /** Tells every pair of steps that depend on each other with nothing between that orders them. */
  void races(RaceListener listener) {
    for (int event = 0; event < events.size(); event++) {
      for (int earlier : enter(event)) {
        listener.race(earlier, initials(earlier, event));
      }
    }
  }

  /** Gives an event its clock; returns the events with which it races. */
  private List<Integer> enter(int number) {
    Event event = events.get(number);
    int[] clock = lastOf[event.agent()] < 0 ? none() : clocks[lastOf[event.agent()]].clone();
    join(clock, event.cause());
    join(clock, event.drained());
    int[] dependents = dependents(event);
    var races = new ArrayList<Integer>();
    for (int agent = 0; agent < agents; agent++) {
      int earlier = dependents[agent];
      if (agent != event.agent() && earlier > clock[agent] && isAdjacent(earlier, dependents)) {
        races.add(earlier);
      }
    }
    for (int earlier : dependents) {
      join(clock, earlier);
    }
    clock[event.agent()] = number;
    clocks[number] = clock;
    lastOf[event.agent()] = number;
    remember(event, number);
    return races;
  }

  private void join(int[] clock, int event) {
    if (event >= 0) {
      int[] other = clocks[event];
      for (int i = 0; i < agents; i++) {
        clock[i] = Math.max(clock[i], other[i]);
      }
    }
  }

  /** Whether no other of the dependents comes after an event. */
  private boolean isAdjacent(int earlier, int[] dependents) {
    int agent = events.get(earlier).agent();
    for (int other : dependents) {
      if (other >= 0 && other != earlier && clocks[other][agent] >= earlier) {
        return false;
      }
    }
    return true;
  }

  /** For each agent its last event on which this one depends; or none. */
  private int[] dependents(Event event) {
    int[] found = none();
    StepOperation op = event.op();
    if (op.touchesEverything()) {
      return lastOf.clone();
    }
    latest(found, accesses, EVERYTHING);
    if (op.kind().isHost()) {
      latest(found, accesses, HOST);
    }
    if (op.kind().queues) {
      latest(found, accesses, QUEUES | Integer.toUnsignedLong(op.address()));
    }
    if (op.kind().reads || op.kind().writes) {
      latest(found, op.kind().writes ? accesses : changes, op.address(), op.length());
    }
    if (op.kind() == StepOperation.Kind.COPY) {
      latest(found, changes, op.from(), op.length());
    }
    found[event.agent()] = Event.NONE;
    return found;
  }

  private static void latest(int[] found, Map<Long, int[]> places, int address, int length) {
    for (int i = 0; i < length; i++) {
      latest(found, places, Integer.toUnsignedLong(address + i));
    }
  }

  private static void latest(int[] found, Map<Long, int[]> places, long place) {
    int[] last = places.get(place);
    if (last != null) {
      for (int i = 0; i < found.length; i++) {
        found[i] = Math.max(found[i], last[i]);
      }
    }
  }

  private void remember(Event event, int number) {
    StepOperation op = event.op();
    if (op.touchesEverything()) {
      put(accesses, EVERYTHING, event.agent(), number);
      return;
    }
    if (op.kind().isHost()) {
      put(accesses, HOST, event.agent(), number);
    }
    if (op.kind().queues) {
      put(accesses, QUEUES | Integer.toUnsignedLong(op.address()), event.agent(), number);
    }
    if (op.kind().reads || op.kind().writes) {
      for (int i = 0; i < op.length(); i++) {
        long place = Integer.toUnsignedLong(op.address() + i);
        put(accesses, place, event.agent(), number);
        if (op.kind().writes) {
          put(changes, place, event.agent(), number);
        }
      }
    }
    if (op.kind() == StepOperation.Kind.COPY) {
      for (int i = 0; i < op.length(); i++) {
        put(accesses, Integer.toUnsignedLong(op.from() + i), event.agent(), number);
      }
    }
  }

  private void put(Map<Long, int[]> places, long place, int agent, int number) {
    places.computeIfAbsent(place, unseen -> none())[agent] = number;
  }

  /**
   * The agents with which a run can begin, in place of {@code earlier}, that takes all steps that
   * do not come after {@code earlier}, and then {@code later}; the agent of {@code later} first, if
   * it is one of them.
   */
  private List<Integer> initials(int earlier, int later) {
    int avoided = events.get(earlier).agent();
    int[] first = none();
    for (int event = earlier + 1; event < later; event++) {
      int agent = events.get(event).agent();
      if (first[agent] < 0 && clocks[event][avoided] < earlier) {
        first[agent] = event;
      }
    }
    int agentOfLater = events.get(later).agent();
    if (first[agentOfLater] < 0) {
      first[agentOfLater] = later;
    }
    var initials = new ArrayList<Integer>();
    for (int agent = 0; agent < agents; agent++) {
      if (first[agent] >= 0 && comesFirst(agent, first)) {
        initials.add(agent);
      }
    }
    Collections.sort(initials, (a, b) -> a == agentOfLater ? -1 : b == agentOfLater ? 1 : a - b);
    return initials;
  }

  private boolean comesFirst(int agent, int[] first) {
    int[] clock = clocks[first[agent]];
    for (int other = 0; other < agents; other++) {
      if (other != agent && first[other] >= 0 && clock[other] >= first[other]) {
        return false;
      }
    }
    return true;
  }
}
