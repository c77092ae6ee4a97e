package dev.wasmrun.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An observer that writes down everything, in the order in which it is told. */
final class RecordingObserver implements MemoryObserver {
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());

  /** What was reported since the last call. */
  List<String> take() {
    List<String> taken = List.copyOf(events);
    events.clear();
    return taken;
  }

  private void add(String format, Object... arguments) {
    events.add(format.formatted(arguments));
  }

  private static String kind(boolean atomic) {
    return atomic ? "atomic" : "plain";
  }

  @Override
  public void onLoad(int address, int width, boolean atomic, long value) {
    add("%s load %d@%d: %d", kind(atomic), width, address, value);
  }

  @Override
  public void onStore(int address, int width, boolean atomic, long value) {
    add("%s store %d@%d: %d", kind(atomic), width, address, value);
  }

  @Override
  public void onUpdate(int address, int width, long seen, long stored) {
    add("update %d@%d: %d -> %d", width, address, seen, stored);
  }

  @Override
  public void onBulkRead(int address, int length) {
    add("read %d@%d", length, address);
  }

  @Override
  public void onBulkWrite(int address, int length) {
    add("write %d@%d", length, address);
  }

  @Override
  public void onFence() {
    add("fence");
  }

  @Override
  public void onWait(int address, int width, long expected, long timeoutNanos) {
    add("wait %d@%d: %d, %d ns", width, address, expected, timeoutNanos);
  }

  @Override
  public void onWaitEnded(int address, int width, WaitResult result) {
    add("waited %d@%d: %s", width, address, result);
  }

  @Override
  public void onNotify(int address, int count, int woken) {
    add("notify @%d: %d of %d", address, woken, count);
  }

  @Override
  public void onGrow(int before, int after) {
    add("grow %d -> %d", before, after);
  }
}
