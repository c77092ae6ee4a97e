package dev.wasmrun.programs;

/**
 * Layout of the shared block of the notify order program.
 *
 * <pre>
 * address  1024        1028        1032         1036            1040
 *         ┌───────────┬───────────┬────────────┬───────────────┬──────────────┐
 *         │ word: i32 │ pause:i32 │ woken: i32 │ reported: i32 │ inOrder: i64 │
 *         └───────────┴───────────┴────────────┴───────────────┴──────────────┘
 *           atomic                                               conductor's own
 *          1048              1056            1064              1072             2096
 *         ┌─────────────────┬───────────────┬─────────────────┬────────────────┬──────────┬─────┬── 0x400000
 *         │ ranInOrder: i64 │ repeated: i64 │ notifiedAt: i64 │ histogram: i64 │ record 0 │  …  │
 *         └─────────────────┴───────────────┴─────────────────┴────────────────┴──────────┴─────┴──
 *           conductor's own                   atomic            conductor's own: 8 positions of
 *                                                               16 buckets
 * word        what the waiters sleep on
 * pause       what the conductor sleeps on for a while; nobody notifies it
 * woken       how many waiters of this round have been woken
 * reported    how many have been woken or came late
 * inOrder     rounds in which waiters were woken in the order in which they came
 * ranInOrder  rounds in which they ran in this order after one notify for all
 * repeated    rounds that were repeated
 * notifiedAt  when that notify was, in nanoseconds
 * record      {called: i32, thread: i32, latency: i64}; called and latency are those of waiter i + 1,
 *             thread is the waiter that woke as number i; called is atomic, the others are plain and
 *             read after everybody has reported
 * </pre>
 */
final class NotifyOrderLayout {
  static final int WORD = GalleryMemory.BLOCK;
  static final int PAUSE = GalleryMemory.BLOCK + 4;
  static final int WOKEN = GalleryMemory.BLOCK + 8;
  static final int REPORTED = GalleryMemory.BLOCK + 12;
  static final int IN_ORDER = GalleryMemory.BLOCK + 16;
  static final int RAN_IN_ORDER = GalleryMemory.BLOCK + 24;
  static final int REPEATED = GalleryMemory.BLOCK + 32;
  static final int NOTIFIED_AT = GalleryMemory.BLOCK + 40;

  /** How many positions in the queue the histogram tells apart; the last stands for all behind. */
  static final int POSITIONS = 8;

  /** How many latencies the histogram tells apart. */
  static final int BUCKETS = 16;

  private static final int HISTOGRAM = GalleryMemory.BLOCK + 48;
  private static final int RECORDS = HISTOGRAM + POSITIONS * BUCKETS * Long.BYTES;
  private static final int RECORD_SIZE = 16;

  /** The largest number of waiters that there are records for. */
  static final int CAPACITY = (GalleryMemory.BLOCK_END - RECORDS) / RECORD_SIZE;

  private NotifyOrderLayout() {}

  static int called(int index) {
    return record(index);
  }

  static int thread(int index) {
    return record(index) + 4;
  }

  static int latency(int index) {
    return record(index) + 8;
  }

  static int bucket(int position, int index) {
    return HISTOGRAM + (position * BUCKETS + index) * Long.BYTES;
  }

  /** How many bytes are in use, from the beginning of the block. */
  static int size(int waiters) {
    return record(waiters) - GalleryMemory.BLOCK;
  }

  private static int record(int index) {
    return RECORDS + index * RECORD_SIZE;
  }
}
