package dev.wasmrun.pictures;

import dev.wasmrun.convention.worker.Squad;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.GuestThread;
import dev.wasmrun.guest.MemoryModules;
import dev.wasmrun.guest.Returned;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.programs.LifeFrame;
import dev.wasmrun.programs.LifeSpectator;
import java.util.List;

/**
 * A squad that plays the Game of Life, with a camera: a further thread of its crew that sees every
 * generation and puts it into albums.
 */
public final class FilmedSquad implements Squad {
  private final Squad players;
  private final Crew crew;
  private final long[] args;
  private final List<Album> albums;

  // Both are written and read by the leader's thread.
  private LinearMemory memory;
  private GuestThread camera;

  /**
   * Films a squad that has the whole game to itself.
   *
   * @param args the arguments that the players get, as numbers
   * @param albums closed when the run ends, however it does
   */
  public FilmedSquad(Squad players, Crew crew, long[] args, List<Album> albums) {
    this.players = players;
    this.crew = crew;
    this.args = args.clone();
    this.albums = List.copyOf(albums);
  }

  @Override
  public int workers() {
    return players.workers();
  }

  @Override
  public void enter(LinearMemory teams, MemoryModules memoryModules) {
    memory = teams;
    players.enter(teams, memoryModules);
  }

  /** Admits the camera before any player comes to the barrier. */
  @Override
  public void setup(int threads) {
    players.setup(threads);
    LifeSpectator spectator = admit(threads);
    camera = crew.spawn("camera", () -> film(spectator));
  }

  private LifeSpectator admit(int threads) {
    try {
      return LifeSpectator.admit(memory, threads, args);
    } catch (IllegalStateException e) {
      throw new PictureException(e);
    }
  }

  @Override
  public Returned work(int worker, int thread, int threads) throws InterruptedException {
    return players.work(worker, thread, threads);
  }

  /** Waits for the camera: results come after the last picture, and not if that has failed. */
  @Override
  public void finish(int threads) throws InterruptedException {
    camera.join();
    if (Thread.interrupted()) {
      throw new InterruptedException("the camera has failed, or the run has ended otherwise");
    }
    players.finish(threads);
  }

  private void film(LifeSpectator spectator) throws InterruptedException {
    try {
      show(spectator);
      while (!spectator.isLast()) {
        spectator.awaitNext();
        show(spectator);
      }
    } finally {
      albums.forEach(Album::close);
    }
  }

  private void show(LifeSpectator spectator) throws InterruptedException {
    boolean last = spectator.isLast();
    List<Album> wanting = albums.stream().filter(album -> album.wants(last)).toList();
    if (!wanting.isEmpty()) {
      LifeFrame frame = spectator.frame();
      for (Album album : wanting) {
        album.add(frame, last);
      }
    }
  }
}
