package dev.wasmrun.check.schedule;

/** A way to go through schedules. */
sealed interface Search {

  /** Runs by several strategies in turn. */
  record Mixed(int runs, long seed) implements Search {}

  /** Runs whose switches are random. */
  record Random(int runs, long seed) implements Search {}

  /** Runs with random priorities, which find defects that need {@code depth} ordered steps. */
  record Priorities(int runs, long seed, int depth) implements Search {}

  /** All schedules, at most so many; reduced to those that can differ in effect. */
  record All(int runs, boolean reduced) implements Search {}

  /** One schedule. */
  record One(Schedule schedule) implements Search {}
}
