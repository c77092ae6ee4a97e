package dev.wasmrun.check.schedule;

/**
 * What is wrong with a run.
 *
 * @param kind what sort of thing
 * @param code what the guest exited with; 0 if it did not
 * @param message one line
 */
public record Finding(Kind kind, int code, String message) {

  /** The sorts of things that are wrong with runs. */
  public enum Kind {
    /** A guest trapped; so do its failed assertions. */
    TRAP("trap"),
    /** The guest exited with a code other than 0. */
    EXIT("exit"),
    /** A thread failed in the host, or in Java. */
    FAILURE("failure"),
    /** It printed something else than it should. */
    WRONG_ANSWER("wrong answer"),
    /** Two threads accessed the same bytes with nothing that orders them. */
    RACE("data race"),
    /** Every thread waits for another. */
    DEADLOCK("deadlock"),
    /** It took more steps than it may, and nothing changed any more. */
    LIVELOCK("livelock"),
    /** It took more steps or more time than it may. */
    TOO_LONG("too long");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  static Finding of(Kind kind, String message) {
    return new Finding(kind, 0, message.lines().findFirst().orElse(""));
  }

  /** Whether another run shows the same defect, as far as can be told. */
  boolean isLike(Finding other) {
    return kind == other.kind && code == other.code;
  }
}
