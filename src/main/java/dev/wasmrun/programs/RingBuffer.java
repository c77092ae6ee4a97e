package dev.wasmrun.programs;

/**
 * A bounded queue between many producers and many consumers. Nothing is lost or comes twice, and
 * the records of one producer stay in their order, as far as one consumer can see.
 */
final class RingBuffer extends RingBufferProgram {
  @Override
  public String name() {
    return "ring-buffer";
  }

  @Override
  public String summary() {
    return "sends records of many lengths through a bounded ring, and checks them";
  }

  @Override
  public boolean deterministic() {
    return true;
  }

  @Override
  void put(SharedRing ring, int from, int length) throws InterruptedException {
    ring.put(from, length);
  }
}
