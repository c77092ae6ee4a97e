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
  private final Linker linker;
  private final LinearMemory memory;
  private final Pthreads threads;
  private final Ending ending;
  private final ThrowImports throwing;
  private final List<String> arguments;

  /**
   * Creates a run.
   *
   * @param arguments what {@code main} gets, the program's name first
   */
  EmscriptenRun(
      Linker linker,
      LinearMemory memory,
      Pthreads threads,
      Ending ending,
      ThrowImports throwing,
      List<String> arguments) {
    this.linker = linker;
    this.memory = memory;
    this.threads = threads;
    this.ending = ending;
    this.throwing = throwing;
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
   * Calls what a request names, instead of a main program. When it returns the run is over, as with
   * the return of {@code main}: threads that wait for work in a pool would never end.
   */
  void invoke(RunRequest request, Bindings bindings, boolean startsThreads) {
    Guest guest = linker.instantiate(Optional.of(memory), ActiveData.WRITE);
    try {
      initialize(guest, threads, bindings);
      new Invocation(guest, bindings).run(request);
      ExportCalls.ifExported(guest, Names.FLUSH, 0);
    } catch (GuestThrown e) {
      throw throwing.uncaught(guest, e);
    }
    if (startsThreads) {
      throw new GuestExit(0);
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

  /** What comes before the constructors; returns where the stack begins, 0 if nothing tells. */
  private static int begin(Guest guest, Pthreads threads) {
    guest.start();
    ExportCalls.ifExported(guest, Names.STACK_INIT);
    limitStack(guest);
    int stackTop = 0;
    if (Names.STACK_SAVE.in(guest) != null) { // else it has no threads
      stackTop = stackPointer(guest);
      threads.mainStackIs(stackTop); // nothing has moved it yet
    }
    return stackTop;
  }

  private void run(Guest guest) throws InterruptedException {
    int belowArguments = begin(guest, threads);
    try {
      if (Names.START.in(guest) != null) {
        ExportCalls.required(guest, Names.START);
        throw new GuestExit(0);
      }
      ExportCalls.ifExported(guest, Names.CONSTRUCTORS); // unless they were run when it was built
      int vector = takesArguments(guest) ? allocateArguments(guest) : 0;
      // main may have gone to another thread, and uses its arguments there: they must stay.
      belowArguments = Names.STACK_SAVE.in(guest) == null ? 0 : stackPointer(guest);
      callMain(guest, vector);
    } catch (GuestUnwound e) {
      // Threads may need it still, to do what only the main thread may.
      new IdleLoop(guest, threads.main().mailbox(), belowArguments).run(threads::onlyMainLives);
      ending.exit(guest, 0);
    }
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
    ending.exit(guest, (int) ExportCalls.required(guest, Names.MAIN, arguments.size(), vector)[0]);
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

  private static int stackPointer(Guest guest) {
    return (int) ExportCalls.required(guest, Names.STACK_SAVE)[0];
  }

  private static int allocate(Guest guest, int bytes) {
    return (int) ExportCalls.required(guest, Names.STACK_ALLOC, bytes)[0];
  }
}
