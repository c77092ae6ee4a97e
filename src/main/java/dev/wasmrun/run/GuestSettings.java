package dev.wasmrun.run;

import dev.wasmrun.crew.RunListener;
import dev.wasmrun.engine.Engine;
import dev.wasmrun.guest.HostFunction;
import dev.wasmrun.guest.MemoryLimit;
import dev.wasmrun.guest.TableLimit;
import dev.wasmrun.wasi.DirectoryGrant;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What can be said of guests wherever they run, in a run or in a pool. Every method returns the
 * object itself; used by one thread.
 *
 * @param <S> the type of the object
 */
public abstract class GuestSettings<S extends GuestSettings<S>> {
  private RunConfig config;

  /** Begins with a description. */
  protected GuestSettings(RunConfig config) {
    this.config = config;
  }

  /** This object. */
  protected abstract S self();

  /** The description so far. */
  protected RunConfig config() {
    return config;
  }

  /** Changes the description, which is checked at once. */
  final S change(Consumer<RunDraft> change) {
    var draft = new RunDraft(config);
    change.accept(draft);
    config = draft.config();
    return self();
  }

  /** What executes the code; the compiler unless said otherwise. */
  public S engine(Engine chosen) {
    return change(draft -> draft.engine = chosen);
  }

  /** How large each memory may become; no limit but the runtime's unless said otherwise. */
  public S memoryLimit(MemoryLimit most) {
    return change(draft -> draft.memoryLimit = most);
  }

  /**
   * How many elements the tables of each instance may have, all tables together; {@link
   * TableLimit#DEFAULT} unless said otherwise.
   */
  public S tableLimit(TableLimit most) {
    return change(draft -> draft.tableLimit = most);
  }

  /**
   * The size of each thread's Java stack in bytes, which bounds how deep a guest may recurse; 0 for
   * the JVM's default.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public S stackBytes(long bytes) {
    return change(draft -> draft.stackBytes = bytes);
  }

  /** Functions that the module may import, besides what its convention provides. */
  public S hostFunctions(HostFunction... functions) {
    return change(draft -> draft.hostFunctions = List.of(functions));
  }

  /** A variable that the guest finds in its environment; repeatable. */
  public S environment(String name, String value) {
    return change(draft -> draft.environment.put(name, value));
  }

  /**
   * A directory that the guest may use; repeatable. Without one it sees no file.
   *
   * @param guest the name by which the guest knows it, for example {@code /data}
   */
  public S directory(Path host, String guest) {
    return directory(new DirectoryGrant(host, guest));
  }

  /** A directory that the guest may use; repeatable. Without one it sees no file. */
  public S directory(DirectoryGrant grant) {
    return change(draft -> draft.directories.add(grant));
  }

  /** The guest's standard input; empty unless said otherwise. */
  public S in(InputStream stream) {
    return change(draft -> draft.in = stream);
  }

  /** Where the guest's standard output goes as it comes. */
  public S out(OutputStream stream) {
    return change(draft -> draft.out = Optional.of(stream));
  }

  /** Where the guest's standard error goes as it comes. */
  public S err(OutputStream stream) {
    return change(draft -> draft.err = Optional.of(stream));
  }

  /** Who is told, on guest threads, what guests emit and print, of notices and of the memory. */
  public S listener(RunListener told) {
    return change(draft -> draft.listener = told);
  }
}
