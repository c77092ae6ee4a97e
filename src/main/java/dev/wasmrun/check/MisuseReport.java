package dev.wasmrun.check;

import dev.wasmrun.check.Finding.Stack;
import dev.wasmrun.source.SourceFrame;
import java.util.List;
import java.util.Optional;

/**
 * A lock that was given back by a thread that did not hold it, or destroyed while it was held.
 *
 * @param address of the lock
 * @param object what the lock is in
 * @param thread the name of the thread
 * @param destroys whether the lock was destroyed, not given back
 * @param holder the thread that held it; empty if none did
 * @param frames where in the code, innermost first
 */
public record MisuseReport(
    int address,
    AccessedObject object,
    String thread,
    boolean destroys,
    Optional<String> holder,
    List<SourceFrame> frames) {

  /** Copies the list. */
  public MisuseReport {
    frames = List.copyOf(frames);
  }

  boolean isIn(Suppressions suppressions) {
    return suppressions.match(frames);
  }

  private String action() {
    String held =
        holder
            .map(name -> name.equals(thread) ? "which it holds" : "which %s holds".formatted(name))
            .orElse("which nobody holds");
    return "%s the lock at %s, %s"
        .formatted(destroys ? "destroys" : "gives back", object.at(address), held);
  }

  /** The function of the program that did it. */
  private Optional<SourceFrame> place() {
    return new Stack("", "", frames).place();
  }

  /** The same as a finding. */
  public Finding finding() {
    return new Finding(
        Finding.Kind.LOCK_MISUSE,
        0,
        "%s at %s".formatted(Finding.Kind.LOCK_MISUSE, object.at(address)),
        "%s %s%s"
            .formatted(thread, action(), place().map(frame -> " in " + frame.located()).orElse("")),
        List.of(new Stack(thread, "thread %s %s".formatted(thread, action()), frames)),
        List.of(
            destroys ? "destroys" : "gives back", place().map(SourceFrame::function).orElse("")));
  }
}
