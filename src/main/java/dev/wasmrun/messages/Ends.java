package dev.wasmrun.messages;

/**
 * What a port has of a channel: the lane that it reads and the one that it writes.
 *
 * @param in what the other port posts
 * @param out what the other port receives
 */
record Ends(Lane in, Lane out) {

  /** Whether these and the others are of one channel. */
  boolean shareChannelWith(Ends others) {
    return others.in == in || others.in == out;
  }

  /** Has whoever waits for a message or for room look again whether the port is still theirs. */
  void nudge() {
    in.nudge();
    out.nudge();
  }
}
