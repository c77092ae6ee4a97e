package dev.wasmrun.corpus;

/** What can be wrong with a program. */
enum Defect {
  RACE,
  LOCKS,
  MEMORY,
  FAILURE
}
