package dev.wasmrun.check.schedule;

import dev.wasmrun.check.Finding;
import java.util.List;
import java.util.Optional;

/**
 * One controlled run that has ended.
 *
 * @param cutOff the agents that could still have taken a step when another ended the run
 * @param switches how often the turn went from one thread to another
 */
record Run(
    Journal journal,
    Scheduler.Ending ending,
    Optional<Finding> finding,
    List<String> output,
    int[] cutOff,
    int switches) {}
