package dev.wasmrun.engine;

/** A thread has called an interpreted instance in which another is; the message is one line. */
public final class InstanceInUse extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  InstanceInUse(Thread user, Thread other) {
    super(
        "thread %s calls an instance in which thread %s is, and an interpreter runs one at a time; give each thread an instance of its own"
            .formatted(other.getName(), user == null ? "another" : user.getName()));
  }
}
