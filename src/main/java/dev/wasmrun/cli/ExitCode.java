package dev.wasmrun.cli;

/** The exit codes of this program; a guest that exits by itself passes its own code through. */
enum ExitCode {
  OK(0),
  /** The module cannot be loaded, linked or run. */
  CANNOT_RUN(1),
  /** The command line is wrong. */
  USAGE(2),
  /** Two accesses to memory are ordered by nothing. */
  DATA_RACE(66),
  /** Every guest thread waits for another. */
  DEADLOCK(67),
  /** Implementations that should agree do not. */
  PARITY_MISMATCH(68),
  TIMED_OUT(124),
  INTERRUPTED(130),
  TRAPPED(134),
  /** Nobody reads standard output any more; what a shell reports of a program SIGPIPE ended. */
  OUTPUT_CLOSED(141);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
