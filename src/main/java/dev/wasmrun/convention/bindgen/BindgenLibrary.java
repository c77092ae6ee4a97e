package dev.wasmrun.convention.bindgen;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.LibraryThread;
import dev.wasmrun.guest.ExportedFunction;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.UsageException;
import java.util.function.Supplier;

/**
 * A library in Rust as wasm-bindgen builds it, whose functions are called from Java by the names of
 * their exports; {@code run.BindgenLibraries} opens one:
 *
 * <pre>{@code
 * try (var library = BindgenLibraries.open(GuestModule.load("squoosh_oxipng_bg.wasm"), config)) {
 *   byte[] smaller = (byte[]) library.call(BindgenType.BYTES, "optimise", png, 2, false, false);
 * }
 * }</pre>
 *
 * <p>Arguments are texts and arrays of numbers, which are copied to the guest; a {@code Boolean} or
 * a number that suits the parameter; an empty {@code Optional} for a text or array that is none;
 * null for undefined, and a {@link HostValue} for any other value of JavaScript. Methods of a class
 * take its address, an {@code Integer}, first.
 *
 * <p>Used by one thread at a time. A library with rayon has threads of its own, which it keeps
 * until it is closed; if one fails, the call fails that waits for it.
 */
public final class BindgenLibrary implements AutoCloseable {
  private final Guest guest;
  private final BindgenImports imports;
  private final Crew crew;

  /** Where calls are made; null for the caller's own thread. */
  private final LibraryThread thread;

  BindgenLibrary(Guest guest, BindgenImports imports, Crew crew, LibraryThread thread) {
    this.guest = guest;
    this.imports = imports;
    this.crew = crew;
    this.thread = thread;
  }

  /**
   * Calls a function.
   *
   * @param type what it returns
   * @param export its name, of a method {@code class_method}
   * @param args as the class says
   * @return the value, in the form that the type says
   * @throws UsageException if there is no such function, or the arguments or the type do not suit
   * @throws dev.wasmrun.guest.GuestFailure if it does not return, as when Rust panics
   */
  public Object call(BindgenType type, String export, Object... args) {
    return on(() -> call(type, false, export, args));
  }

  /**
   * Calls a function that returns a {@code Result} of Rust.
   *
   * @return the value, if it is {@code Ok}
   * @throws BindgenException if it is {@code Err}
   * @throws UsageException as {@link #call}
   * @throws dev.wasmrun.guest.GuestFailure as {@link #call}
   */
  public Object callFallible(BindgenType type, String export, Object... args) {
    return on(() -> call(type, true, export, args));
  }

  private <T> T on(Supplier<T> work) {
    return thread == null ? work.get() : thread.call(work);
  }

  private Object call(BindgenType type, boolean mayFail, String export, Object... args) {
    ExportedFunction.of(guest.module(), export); // which there must be
    HostObjects objects = imports.objects(guest);
    Allocator allocator = imports.allocator();
    ReturnedValue result = ReturnedValue.of(guest, export, type, mayFail, PassedValues.count(args));
    int area = result.takeArea(guest);
    try {
      var arguments = new PassedValues(guest, export, objects, allocator, result.inMemory());
      long[] returned = guest.call(export, arguments.of(area, args));
      return result.value(guest, objects, allocator, area, returned);
    } finally {
      result.giveBackArea(guest);
      objects.collect();
    }
  }

  /** Ends the library's threads and releases its memory. */
  @Override
  public void close() {
    if (thread == null) {
      crew.abandon();
    } else {
      thread.close();
    }
  }
}
