package dev.wasmrun.check.schedule;

/**
 * Who goes on where a schedule does not say: the thread that has the turn as long as it can, then
 * the one with the lowest number. Stores reach memory when they must, and time passes when nothing
 * else can.
 */
final class Defaults {
  /**
   * After so many steps the turn goes on to the next thread: else one that spins until another has
   * done something would spin for ever.
   */
  static final int PATIENCE = 2000;

  private Defaults() {}

  static int next(Situation now) {
    boolean tired = now.stepsInTurn() >= PATIENCE;
    int current = now.current();
    if (!tired && now.currentIsEnabled() && !now.expires(current)) {
      return current;
    }
    int[] enabled = now.enabled();
    int following = firstThread(now, enabled, current + 1);
    if (tired && following >= 0) {
      return following;
    }
    int first = firstThread(now, enabled, 0);
    return first >= 0 ? first : lastResort(now, enabled);
  }

  /**
   * The first thread from a number on that does not merely let its time pass; -1 if there is none.
   */
  private static int firstThread(Situation now, int[] enabled, int from) {
    for (int agent : enabled) {
      if (agent >= from && !Agents.isBuffer(agent) && !now.expires(agent)) {
        return agent;
      }
    }
    return -1;
  }

  private static int lastResort(Situation now, int[] enabled) {
    int soonest = enabled[0];
    for (int agent : enabled) {
      if (Agents.isBuffer(agent)) {
        return agent;
      }
      if (now.deadline(agent) < now.deadline(soonest)) {
        soonest = agent;
      }
    }
    return soonest;
  }
}
