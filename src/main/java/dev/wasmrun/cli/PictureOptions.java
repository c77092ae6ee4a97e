package dev.wasmrun.cli;

import dev.wasmrun.convention.worker.WorkerConvention;
import dev.wasmrun.crew.Convention;
import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunListener;
import dev.wasmrun.module.GuestModule;
import dev.wasmrun.module.MemoryFacts;
import dev.wasmrun.pictures.Album;
import dev.wasmrun.pictures.FilmedSquad;
import dev.wasmrun.pictures.GifAlbum;
import dev.wasmrun.pictures.PngAlbum;
import dev.wasmrun.pictures.TerminalAlbum;
import dev.wasmrun.pictures.TerminalSize;
import dev.wasmrun.programs.Catalogue;
import dev.wasmrun.programs.LifeSpectator;
import dev.wasmrun.run.RunConfig;
import dev.wasmrun.wasi.WasiOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The options that ask for pictures of the Game of Life. */
final class PictureOptions {
  private final CommandSpec spec;
  private final Setting<Boolean> frames;
  private final Setting<Path> png;
  private final Setting<Path> gif;

  /** Adds the options to a command. */
  PictureOptions(CommandSpec spec) {
    this.spec = spec;
    frames = Setting.flag(spec, "--frames", "Life: draw every generation as text.");
    png =
        Setting.option(
            spec,
            Path.class,
            Path::of,
            Setting.option(
                    "--png",
                    "Life: write the last generation as a picture; with {generation}",
                    "in the name, each one.")
                .paramLabel("FILE"));
    gif =
        Setting.option(
            spec,
            Path.class,
            Path::of,
            Setting.option("--gif", "Life: write all generations as an animation.")
                .paramLabel("FILE"));
  }

  /** Whether there is any picture to make. */
  boolean given() {
    return frames.get() || png.present() || gif.present();
  }

  /** Whether generations are drawn over each other, which leaves no room for a progress bar. */
  boolean drawOn(Optional<TerminalSize> terminal) {
    return frames.get() && terminal.isPresent();
  }

  /**
   * The worker convention for a run that is filmed.
   *
   * @param terminal the size of the window that text output goes to; empty if to none
   * @throws ParameterException if the run is none of a Game of Life
   * @throws dev.wasmrun.pictures.PictureException if a picture could not be written
   */
  Function<WasiOptions, Convention> film(
      GuestModule module, RunConfig config, Crew crew, Optional<TerminalSize> terminal) {
    checkIsLife(module);
    if (config.invoke().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--invoke calls one function, of which there are no pictures");
    }
    Catalogue.Entry life = Catalogue.find(LifeSpectator.PROGRAM).orElseThrow();
    long[] args = ProgramArguments.of(life.program().orElseThrow(), config.args());
    List<Album> albums = albums(config.listener(), terminal);
    return options ->
        new WorkerConvention(options, players -> new FilmedSquad(players, crew, args, albums));
  }

  private void checkIsLife(GuestModule module) {
    var modules = Catalogue.find(LifeSpectator.PROGRAM).orElseThrow().modules().values();
    if (!modules.contains(module.name())
        || module.memory().filter(MemoryFacts::commonToThreads).isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "there are pictures of %s only, not of %s: leave out --frames, --png and --gif"
              .formatted(String.join(" and ", modules), module.name()));
    }
  }

  private List<Album> albums(RunListener listener, Optional<TerminalSize> terminal) {
    var albums = new ArrayList<Album>();
    if (frames.get()) {
      albums.add(new TerminalAlbum(listener::printed, terminal));
    }
    if (png.present()) {
      albums.add(
          new AnnouncedAlbum(
              new PngAlbum(png.get()),
              count ->
                  count == 1
                      ? "wrote %s".formatted(png.get())
                      : "wrote %s pictures %s".formatted(count, png.get()),
              listener::noticed));
    }
    if (gif.present()) {
      albums.add(
          new AnnouncedAlbum(
              new GifAlbum(gif.get()),
              count -> "wrote %s, an animation of %s generations".formatted(gif.get(), count),
              listener::noticed));
    }
    return albums;
  }
}
