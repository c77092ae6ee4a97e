package dev.wasmrun.pictures;

import dev.wasmrun.programs.LifeFrame;

/** Where the generations of a game go, in their order. */
public interface Album extends AutoCloseable {

  /**
   * Whether the album is to have a generation; those that no album wants are not copied out of
   * memory, which takes longer than computing them.
   *
   * @param last whether no further one will come
   */
  default boolean wants(boolean last) {
    return true;
  }

  /**
   * Adds the next generation that it wants.
   *
   * @param last whether no further one will come
   * @throws PictureException if it cannot be written
   * @throws InterruptedException if the thread is interrupted while it waits to show the picture
   */
  void add(LifeFrame frame, boolean last) throws InterruptedException;

  /**
   * Ends the album, also when the last generation has not come.
   *
   * @throws PictureException if that cannot be written
   */
  @Override
  default void close() {}
}
