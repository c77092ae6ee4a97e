package dev.wasmrun.programs;

/**
 * Layout of the actors' shared block.
 *
 * <pre>
 * address  1024      3720
 *         ┌─────────┬─────────┬────┬───────────┐
 *         │ actor 0 │ actor 1 │  … │ actor 127 │ 2696 bytes each
 *         └─────────┴─────────┴────┴───────────┘
 *
 * actor  +0        +8       +16    +24        +32        +40     +48        +64        +80
 *       ┌─────────┬────────┬──────┬──────────┬──────────┬───────┬──────────┬──────────┬─────────┐
 *       │ balance │ rounds │ sent │ received │ finished │ nanos │ outgoing │ incoming │ mailbox │
 *       └─────────┴────────┴──────┴──────────┴──────────┴───────┴──────────┴──────────┴─────────┘
 *         i64 each; all of it is written by this actor only       a message each       SharedRing,
 *                                                                                      of 2580 bytes
 * balance   money in its account
 * rounds    of ping-pong that it has played, if it begins them, and nanos that they took
 * sent      transfers from its account that have been received, and received, those to it
 * finished  actors of which it knows that they are done, itself included
 *
 * message  +0          +4            +8
 *         ┌───────────┬─────────────┬────────────┐
 *         │ kind: i32 │ sender: i32 │ value: i64 │
 *         └───────────┴─────────────┴────────────┘
 * </pre>
 */
final class ActorsLayout {
  static final int MAX_ACTORS = 128;

  static final int ACTORS = GalleryMemory.BLOCK;
  private static final int ACTOR_SIZE = 2696;
  static final int ACTORS_SIZE = MAX_ACTORS * ACTOR_SIZE;

  static final int BALANCE = 0;
  static final int ROUNDS = 8;
  static final int SENT = 16;
  static final int RECEIVED = 24;
  static final int FINISHED = 32;
  static final int NANOS = 40;
  static final int OUTGOING = 48;
  static final int INCOMING = 64;
  static final int MAILBOX = 80;

  static final int KIND = 0;
  static final int SENDER = 4;
  static final int VALUE = 8;
  static final int MESSAGE_SIZE = 16;

  /** Room for a message from each actor, and one more. */
  static final int MAILBOX_CAPACITY = (MAX_ACTORS + 1) * SharedRing.recordSize(MESSAGE_SIZE);

  private ActorsLayout() {}

  static int actor(int thread) {
    return ACTORS + thread * ACTOR_SIZE;
  }
}
