package dev.wasmrun.cli;

import dev.wasmrun.pictures.Album;
import dev.wasmrun.programs.LifeFrame;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** An album of which the user is told, when it is complete, what has been written. */
final class AnnouncedAlbum implements Album {
  private final Album album;
  private final IntFunction<String> announcement;
  private final Consumer<String> notices;
  private int generations;

  /**
   * Creates an album.
   *
   * @param announcement what is told of so many generations
   */
  AnnouncedAlbum(Album album, IntFunction<String> announcement, Consumer<String> notices) {
    this.album = album;
    this.announcement = announcement;
    this.notices = notices;
  }

  @Override
  public boolean wants(boolean last) {
    return album.wants(last);
  }

  @Override
  public void add(LifeFrame frame, boolean last) throws InterruptedException {
    album.add(frame, last);
    generations++;
  }

  @Override
  public void close() {
    album.close();
    if (generations > 0) {
      notices.accept(announcement.apply(generations));
    }
  }
}
