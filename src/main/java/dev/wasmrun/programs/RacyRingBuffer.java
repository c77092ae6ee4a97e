package dev.wasmrun.programs;

/**
 * A bounded queue that is filled wrong on purpose: a record is published, and the ring unlocked,
 * before the record's bytes have been written. A consumer may take what an earlier record has left
 * there, and a producer that is late writes over what has become other records by then, so that the
 * run may end with "the ring is damaged". A thread that is alone has nobody to be too early for.
 */
final class RacyRingBuffer extends RingBufferProgram {
  @Override
  public String name() {
    return "ring-buffer-racy";
  }

  @Override
  public String summary() {
    return "sends records through a ring with a data race: published before they are written";
  }

  @Override
  public boolean deterministic() {
    return false;
  }

  @Override
  void put(SharedRing ring, int from, int length) throws InterruptedException {
    if (!ring.lockWithRoom(length)) {
      return;
    }
    int tail = ring.tail();
    ring.publish(tail, length);
    ring.signal();
    ring.unlock();
    ring.write(tail, from, length); // Which belongs before the unlock.
  }
}
