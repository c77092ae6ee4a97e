package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestThrown;
import dev.wasmrun.guest.UsageException;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A C++ library as {@code emcc --bind} builds it, whose functions and classes are called from Java
 * by the names that they are bound by:
 *
 * <pre>{@code
 * try (var library = CppLibraries.open(GuestModule.load("words.wasm"))) {
 *   Object text = library.call("greet", "world");
 *   try (var counter = library.create("Counter", 5)) {
 *     counter.call("add", 3);
 *   }
 * }
 * }</pre>
 *
 * <p>Used by one thread at a time. A library that starts threads keeps them until it is closed.
 */
public final class EmscriptenLibrary implements AutoCloseable {
  private final Guest guest;
  private final Bindings bindings;
  private final ThrowImports throwing;
  private final Crew crew;

  EmscriptenLibrary(Guest guest, Bindings bindings, ThrowImports throwing, Crew crew) {
    this.guest = guest;
    this.bindings = bindings;
    this.throwing = throwing;
    this.crew = crew;
  }

  /**
   * Calls a bound function or a static method, {@code Class.method}.
   *
   * @param name the function's or the method's
   * @param args a value for each parameter: a Boolean, a number, a String, bytes, or an object
   * @return what it returns, in the same form; null for nothing. A {@code std::string} that is no
   *     UTF-8 is returned as bytes.
   * @throws UsageException if nothing is bound by that name, or the arguments do not suit it
   * @throws dev.wasmrun.guest.GuestFailure if it does not return
   */
  public Object call(String name, Object... args) {
    return ending(() -> bindings.call(guest, name, args));
  }

  /**
   * Creates an object of a bound class, which its constructor of so many arguments makes.
   *
   * @param args as of {@link #call}
   * @throws UsageException if there is no such class or constructor, or the arguments do not suit
   *     it
   * @throws dev.wasmrun.guest.GuestFailure if the constructor does not return
   */
  public BoundObject create(String className, Object... args) {
    return (BoundObject) ending(() -> bindings.create(guest, className, args));
  }

  /**
   * The value of a bound constant or of a static variable, {@code Class.variable}.
   *
   * @throws UsageException if nothing is bound by that name
   */
  public Object get(String name) {
    return ending(() -> bindings.value(guest, name));
  }

  /**
   * Sets the value of a static variable, {@code Class.variable}.
   *
   * @throws UsageException if there is none of that name, it can only be read, or the value does
   *     not suit it
   */
  public void set(String name, Object value) {
    ending(
        () -> {
          bindings.setValue(guest, name, value);
          return null;
        });
  }

  /**
   * Does something with the instance, such as calling its exports, on the thread that calls it: one
   * of the library's if it starts threads, else the current one.
   *
   * @throws dev.wasmrun.guest.GuestFailure if a call does not return or, of a library that starts
   *     threads, if another of its threads fails before it returns
   */
  public <T> T apply(Function<Guest, T> work) {
    return ending(() -> work.apply(guest));
  }

  /** The instance; one that starts threads is called by {@link #apply} only. */
  public Guest guest() {
    return guest;
  }

  /** What is bound, as C++ declares it: {@code greet(std::string) -> std::string}. */
  public List<String> bound() {
    return bindings.described();
  }

  private <T> T ending(Supplier<T> call) {
    return bindings.on(
        () -> {
          try {
            return call.get();
          } catch (GuestThrown e) {
            throw throwing.uncaught(guest, e);
          }
        });
  }

  /**
   * Ends its threads and releases its memory. Its objects are gone, but their destructors do not
   * run.
   */
  @Override
  public void close() {
    bindings.end(crew);
  }
}
