package dev.wasmrun.check.schedule;

import dev.wasmrun.check.schedule.Schedule.Choice;
import java.util.HashMap;
import java.util.Map;

/** Makes the choices of a schedule again. A choice that is not open in this run is passed over. */
final class Replay implements Strategy {
  private record Place(int thread, int steps, int repetition) {}

  private final Map<Place, Integer> agents = new HashMap<>();
  private Place last = new Place(-1, -1, -1);

  Replay(Schedule schedule) {
    for (Choice choice : schedule.choices()) {
      agents.put(new Place(choice.thread(), choice.steps(), choice.repetition()), choice.agent());
    }
  }

  @Override
  public int next(Situation now) {
    int current = now.current();
    int thread = Agents.thread(current);
    int steps = now.steps(current);
    boolean again = last.thread() == thread && last.steps() == steps;
    last = new Place(thread, steps, again ? last.repetition() + 1 : 0);
    int wanted = agents.getOrDefault(last, -1);
    if (wanted >= 0) {
      for (int agent : now.enabled()) {
        if (agent == wanted) {
          return agent;
        }
      }
    }
    return Defaults.next(now);
  }
}
