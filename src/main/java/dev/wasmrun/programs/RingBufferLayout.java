package dev.wasmrun.programs;

/**
 * Layout of the ring buffer's shared block.
 *
 * <pre>
 * address  1024             1028     1088                        99392
 *         ┌────────────────┬────────┬────────┬────────┬────┬─────┬──────┐
 *         │ producing: i32 │ unused │ lane 0 │ lane 1 │  … │ 127 │ ring │
 *         └────────────────┴────────┴────────┴────────┴────┴─────┴──────┘
 *           atomic                                                 SharedRing
 *
 * producing  producers that have more to send; the last one closes the ring
 *
 * lane  +0     +8      +16   +24        +32     +40   +48            +56       a 64-bit number each
 *      ┌──────┬───────┬─────┬──────────┬───────┬─────┬──────────────┬─────────┐
 *      │ sent │ bytes │ sum │ received │ bytes │ sum │ out of order │ damaged │
 *      ├──────┴───┬───┴─────┴┬─────────┴┬──────┴─────┴┬─────────────┴─────────┘
 *      │ outgoing │ incoming │ expected │ next        │
 *      └──────────┴──────────┴──────────┴─────────────┘
 *       +64        +128       +192       +256, to +768
 *       64 bytes each                    i32 [128]
 *
 * sum       of the digests of all records, in whatever order
 * outgoing  the record that is being sent
 * incoming  the record that has been received
 * expected  what the record that has been received has to be
 * next      for each producer, the number after that of its last record that came here
 *
 * record   +0             +4            +8
 *         ┌──────────────┬─────────────┬───────────────┐
 *         │ producer:i32 │ number: i32 │ 0 to 56 bytes │
 *         └──────────────┴─────────────┴───────────────┘
 * </pre>
 *
 * <p>A lane is plain memory that only its thread writes; finish reads it after every worker has
 * ended.
 */
final class RingBufferLayout {
  static final int MAX_THREADS = 128;

  static final int PRODUCING = GalleryMemory.BLOCK;
  static final int LANES = GalleryMemory.BLOCK + 64;
  private static final int LANE_SIZE = 768;
  static final int LANES_SIZE = MAX_THREADS * LANE_SIZE;
  static final int RING = LANES + LANES_SIZE;

  /** How many bytes there are for the ring. */
  static final int RING_SIZE = GalleryMemory.BLOCK_END - RING;

  /** Offset in a lane of three counters: of records, of their bytes, and the sum of digests. */
  static final int SENT = 0;

  /** Offset in a lane of three counters, as of {@link #SENT}. */
  static final int RECEIVED = 24;

  /** Offset of the number of bytes from that of the number of records. */
  static final int BYTES = 8;

  /** Offset of the sum of digests from the number of records. */
  static final int SUM = 16;

  static final int OUT_OF_ORDER = 48;
  static final int DAMAGED = 56;
  static final int OUTGOING = 64;
  static final int INCOMING = 128;
  static final int EXPECTED = 192;
  private static final int NEXT = 256;

  static final int PRODUCER = 0;
  static final int NUMBER = 4;
  static final int PAYLOAD = 8;
  static final int LONGEST_PAYLOAD = 56;
  static final int LONGEST = 64;

  private RingBufferLayout() {}

  static int lane(int thread) {
    return LANES + thread * LANE_SIZE;
  }

  /** The address of a lane's number that follows the last one of this producer. */
  static int next(int lane, int producer) {
    return lane + NEXT + producer * Integer.BYTES;
  }
}
