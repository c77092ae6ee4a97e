package dev.wasmrun.check.schedule;

import dev.wasmrun.check.schedule.Schedule.Choice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the choices of a schedule again. A choice that is not open in this run is passed over. */
final class Replay implements StepStrategy {
  private record Place(int thread, int steps, int repetition) {}

  private final Map<Place, Choice> choices = new LinkedHashMap<>();
  private final Schedule schedule;
  private Place last = new Place(-1, -1, -1);

  Replay(Schedule schedule) {
    this.schedule = schedule;
    for (Choice choice : schedule.choices()) {
      choices.put(new Place(choice.thread(), choice.steps(), choice.repetition()), choice);
    }
  }

  /** The choices that have not been made. */
  Schedule unmade() {
    return schedule.with(List.copyOf(choices.values()));
  }

  @Override
  public int next(Situation now) {
    int current = now.current();
    int thread = Agents.thread(current);
    int steps = now.steps(current);
    boolean again = last.thread() == thread && last.steps() == steps;
    last = new Place(thread, steps, again ? last.repetition() + 1 : 0);
    Choice wanted = choices.get(last);
    if (wanted != null) {
      for (int agent : now.enabled()) {
        if (agent == wanted.agent()) {
          choices.remove(last);
          return agent;
        }
      }
    }
    return Defaults.next(now);
  }
}
