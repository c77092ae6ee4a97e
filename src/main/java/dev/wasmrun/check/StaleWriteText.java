package dev.wasmrun.check;

import dev.wasmrun.check.lock.StaleWrite;

/** A hint at a write that may depend on an outdated value, in words. */
record StaleWriteText(StaleWrite write, Site read, Site written) {

  static StaleWriteText of(StaleWrite write, CodePlaces places) {
    return new StaleWriteText(
        write, places.site(write.places().read()), places.site(write.places().written()));
  }

  boolean isIn(Suppressions suppressions) {
    return suppressions.match(read.function()) || suppressions.match(written.function());
  }

  String line() {
    return "hint: thread %s reads 0x%x in %s and writes it in %s, but gives back the lock at 0x%x in between; if the new value depends on the old one, another thread's change is lost"
        .formatted(write.thread(), write.address(), read, written, write.lock());
  }
}
