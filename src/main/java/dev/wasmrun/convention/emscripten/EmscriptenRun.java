package dev.wasmrun.convention.emscripten;

import dev.wasmrun.crew.Crew;
import dev.wasmrun.crew.RunRequest;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestExit;
import dev.wasmrun.guest.GuestThrown;
import dev.wasmrun.guest.GuestUnwound;
import dev.wasmrun.guest.Linker;
import dev.wasmrun.memory.ActiveData;
import dev.wasmrun.memory.LinearMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One run of a program; its body is the main thread. */
final class EmscriptenRun implements Crew.Body {
  /** How the import ends by which a program with threads does. */
  private static final String TELLS_OF_MAIN = "_emscripten_init_main_thread_js";

  private final Linker linker;
  private final LinearMemory memory;
  private final Pthreads threads;
  private final Ending ending;
  private final ThrowImports throwing;
  private final EventLoops loops;
  private final List<String> arguments;

  /**
   * Creates a run.
   *
   * @param loops what each thread has left to do
   * @param arguments what {@code main} gets, the program's name first
   */
  EmscriptenRun(
      Linker linker,
      LinearMemory memory,
      Pthreads threads,
      Ending ending,
      ThrowImports throwing,
      EventLoops loops,
      List<String> arguments) {
    this.linker = linker;
    this.memory = memory;
    this.threads = threads;
    this.ending = ending;
    this.throwing = throwing;
    this.loops = loops;
    this.arguments = arguments;
  }

  @Override
  public void run() throws InterruptedException {
    Guest guest = linker.instantiate(Optional.of(memory), ActiveData.WRITE);
    try {
      run(guest);
    } catch (GuestThrown e) {
      throw throwing.uncaught(guest, e);
    }
  }

  /**
   * Calls what a request names, instead of a main program. When it returns, and has left nothing to
   * do, the run is over, as with the return of {@code main}: threads that wait for work in a pool
   * would never end.
   */
  void invoke(RunRequest request, Bindings bindings, boolean startsThreads)
      throws InterruptedException {
    Guest guest = linker.instantiate(Optional.of(memory), ActiveData.WRITE);
    try {
      startMain(guest);
      initialize(guest, threads, bindings);
      EventLoop events = loops.startMain(guest);
      invoke(guest, request, bindings);
      if (events.keepsAlive()) {
        idle(guest, events);
      }
      ExportCalls.ifExported(guest, Names.FLUSH, 0);
    } catch (GuestThrown e) {
      throw throwing.uncaught(guest, e);
    }
    if (startsThreads) {
      throw new GuestExit(0);
    }
  }

  /** A program without threads does not tell that its main thread begins, but may get signals. */
  private void startMain(Guest guest) {
    if (guest.module().imports().stream().noneMatch(item -> item.name().endsWith(TELLS_OF_MAIN))) {
      threads.startMain(guest, 0);
    }
  }

  private static void invoke(Guest guest, RunRequest request, Bindings bindings) {
    try {
      new Invocation(guest, bindings).run(request);
    } catch (GuestUnwound e) {
      // It returns nothing; what it has asked for is done.
    }
  }

  /** Makes a new instance of a program or library ready to be called. */
  static void initialize(Guest guest, Pthreads threads, Bindings bindings) {
    begin(guest, threads);
    ExportCalls.ifExported(guest, Names.CONSTRUCTORS);
    if (bindings.isEmpty()) {
      ExportCalls.ifExported(guest, Names.BINDINGS);
    }
    bindings.complete(guest);
  }

  /** What comes before the constructors. */
  private static void begin(Guest guest, Pthreads threads) {
    guest.start();
    ExportCalls.ifExported(guest, Names.STACK_INIT);
    limitStack(guest);
    if (Names.STACK_SAVE.in(guest) != null) { // else it has no threads
      threads.mainStackIs((int) ExportCalls.required(guest, Names.STACK_SAVE)[0]); // not moved yet
    }
  }

  private void run(Guest guest) throws InterruptedException {
    begin(guest, threads);
    startMain(guest);
    EventLoop events = loops.startMain(guest);
    boolean unwound = false;
    try {
      callProgram(guest);
    } catch (GuestUnwound e) {
      unwound = true; // it may have work for callbacks, or threads for what only it may do
    }
    boolean ended = !unwound && !events.keepsAlive();
    if (!ended) {
      ended = idle(guest, events);
    }
    throw ended || !events.isRetained()
        ? ending.exit(guest, loops.exitCode())
        : ending.abandon(guest, loops.exitCode());
  }

  /** Does what the main thread has left to do; whether it has returned from the last of that. */
  private boolean idle(Guest guest, EventLoop events) throws InterruptedException {
    return new IdleLoop(guest, events, threads.main().mailbox()).run(threads::onlyMainLives);
  }

  private void callProgram(Guest guest) {
    if (Names.START.in(guest) != null) {
      ExportCalls.required(guest, Names.START);
      if (!loops.of(guest).keepsAlive()) {
        throw new GuestExit(0); // it has run its handlers itself
      }
      return;
    }
    ExportCalls.ifExported(guest, Names.CONSTRUCTORS); // unless they were run when it was built
    int vector = takesArguments(guest) ? allocateArguments(guest) : 0;
    callMain(guest, vector);
  }

  /** Builds that check the stack in each function must be told its limits before any runs. */
  private static void limitStack(Guest guest) {
    if (Names.CHECK_STACK_LIMITS.in(guest) != null) {
      long base = ExportCalls.required(guest, Names.STACK_BASE)[0];
      long end = ExportCalls.required(guest, Names.STACK_END)[0];
      ExportCalls.required(guest, Names.CHECK_STACK_LIMITS, base, end);
    }
  }

  private void callMain(Guest guest, int vector) {
    if (Names.PROXIED_MAIN.in(guest) != null) {
      ExportCalls.required(guest, Names.PROXIED_MAIN, arguments.size(), vector);
      throw new GuestUnwound();
    }
    loops.exitsWith((int) ExportCalls.required(guest, Names.MAIN, arguments.size(), vector)[0]);
  }

  private static boolean takesArguments(Guest guest) {
    return Names.PROXIED_MAIN.in(guest) != null
        || !guest.module().exportedFunctions().get(Names.MAIN.in(guest)).params().isEmpty();
  }

  /** Puts the arguments on the stack, as an operating system does; the address of the vector. */
  private int allocateArguments(Guest guest) {
    int vector = allocate(guest, (arguments.size() + 1) * Integer.BYTES);
    for (int i = 0; i < arguments.size(); i++) {
      byte[] text = (arguments.get(i) + '\0').getBytes(StandardCharsets.UTF_8);
      int address = allocate(guest, text.length);
      memory.write(address, text, 0, text.length);
      memory.setInt(vector + i * Integer.BYTES, address);
    }
    memory.setInt(vector + arguments.size() * Integer.BYTES, 0);
    return vector;
  }

  private static int allocate(Guest guest, int bytes) {
    return (int) ExportCalls.required(guest, Names.STACK_ALLOC, bytes)[0];
  }
}
