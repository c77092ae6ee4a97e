package dev.wasmrun.convention.emscripten;

import static dev.wasmrun.convention.emscripten.Import.nothing;
import static dev.wasmrun.convention.emscripten.Import.ofVoid;

import dev.wasmrun.convention.emscripten.Mailbox.Message;
import dev.wasmrun.guest.Guest;
import dev.wasmrun.guest.GuestUnwound;
import dev.wasmrun.memory.LinearMemory;
import dev.wasmrun.module.MemoryFacts;
import java.util.Map;

/**
 * The imports by which the C library has its threads started, woken and ended.
 *
 * <pre>
 * __pthread_create_js(block, attributes, entry, argument) -> 0 or EAGAIN
 * __emscripten_init_main_thread_js(block)     during the constructors; today with one _ less
 * __emscripten_thread_cleanup(block)          frees a thread; today with one _ less
 * pthread_kill(block, signal) -> 0 or an errno
 * emscripten_unwind_to_js_event_loop()        leaves the calls in progress
 * _emscripten_notify_…(block, …)              another thread has left work for that one
 * </pre>
 */
final class ThreadImports {
  private static final long USUAL_STACK = 2 << 20;
  private static final long LARGE_MEMORY = 64 << 20;
  private static final long LEAST_STACK = 128 * 1024;
  private static final int STACKS_IN_A_SMALL_MEMORY = 128;
  private static final int DEFAULT_IN_THE_LIBRARY = 64 * 1024;

  private final Pthreads threads;
  private final LinearMemory memory;
  private final Ending ending;
  private final EventLoops loops;

  ThreadImports(Pthreads threads, LinearMemory memory, Ending ending, EventLoops loops) {
    this.threads = threads;
    this.memory = memory;
    this.ending = ending;
    this.loops = loops;
  }

  Map<String, Import> all() {
    var initMain = ofVoid(1, (caller, args) -> initMain(caller, (int) args[0]));
    var cleanUp = ofVoid(1, (caller, args) -> threads.cleanUp(caller, (int) args[0]));
    var unwind = ofVoid(0, (caller, args) -> unwind());
    return Map.ofEntries(
        Map.entry(
            "__pthread_create_js",
            new Import(
                4,
                (caller, args) ->
                    threads.create(caller, (int) args[0], (int) args[2], (int) args[3]))),
        Map.entry("__emscripten_init_main_thread_js", initMain),
        Map.entry("_emscripten_init_main_thread_js", initMain),
        Map.entry("__emscripten_thread_cleanup", cleanUp),
        Map.entry("_emscripten_thread_cleanup", cleanUp),
        Map.entry(
            "_emscripten_default_pthread_stack_size", new Import(0, (caller, args) -> stackSize())),
        Map.entry(
            "pthread_kill",
            new Import(2, (caller, args) -> threads.signal(caller, (int) args[0], (int) args[1]))),
        Map.entry("emscripten_unwind_to_js_event_loop", unwind),
        Map.entry(
            "_emscripten_notify_thread_queue",
            new Import(1, (caller, args) -> post((int) args[0], Names.CHECK_MAILBOX, 0))),
        Map.entry(
            "_emscripten_notify_mailbox_postmessage",
            new Import(1, (caller, args) -> post((int) args[0], Names.CHECK_MAILBOX, 0))),
        Map.entry(
            "_emscripten_notify_proxying_queue",
            new Import(
                4, (caller, args) -> post((int) args[0], Names.EXECUTE_QUEUE, (int) args[3]))),
        Map.entry("__call_main", ofVoid(2, this::callMain)),
        Map.entry("emscripten_check_blocking_allowed", nothing()),
        Map.entry("_emscripten_thread_mailbox_await", nothing()),
        Map.entry("_emscripten_thread_set_strongref", nothing()),
        Map.entry("emscripten_has_threading_support", new Import(0, (caller, args) -> 1)),
        Map.entry(
            "emscripten_num_logical_cores",
            new Import(0, (caller, args) -> Runtime.getRuntime().availableProcessors())));
  }

  private void initMain(Guest guest, int block) {
    threads.startMain(guest, block);
    ExportCalls.required(guest, Names.THREAD_INIT, block, 1, 1, 1, DEFAULT_IN_THE_LIBRARY, 0);
    ExportCalls.ifExported(guest, Names.TLS_INIT);
  }

  /**
   * The stack of a thread that asks for no size, in bytes: what it gets in a page where the memory
   * has room for many, else a share, so that a good number of threads fit in any memory.
   */
  private long stackSize() {
    long bytes = memory.maximumPages() * (long) MemoryFacts.PAGE_SIZE;
    return bytes >= LARGE_MEMORY
        ? USUAL_STACK
        : Math.max(LEAST_STACK, bytes / STACKS_IN_A_SMALL_MEMORY);
  }

  private int post(int block, Names export, int argument) {
    return threads.post(block, new Message(export, argument)) ? 1 : 0;
  }

  private static void unwind() {
    throw new GuestUnwound();
  }

  /** Ends the program, unless this thread has something left to do; then it ends without it. */
  private void callMain(Guest guest, long[] args) {
    int code = (int) ExportCalls.required(guest, Names.MAIN, args)[0];
    if (!loops.of(guest).keepsAlive()) {
      throw ending.exit(guest, code);
    }
    loops.exitsWith(code);
  }
}
