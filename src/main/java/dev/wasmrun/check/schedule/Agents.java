package dev.wasmrun.check.schedule;

/**
 * The numbers of those who take steps: threads, and the buffers in which their plain stores are on
 * the way to memory. The thread numbered n is agent 2n, its buffer is agent 2n + 1.
 */
final class Agents {
  private Agents() {}

  static int ofThread(int number) {
    return number << 1;
  }

  static int ofBuffer(int number) {
    return number << 1 | 1;
  }

  static boolean isBuffer(int agent) {
    return (agent & 1) != 0;
  }

  /** The number of the thread that the agent is or belongs to. */
  static int thread(int agent) {
    return agent >> 1;
  }
}
