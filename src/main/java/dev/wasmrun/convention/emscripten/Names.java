package dev.wasmrun.convention.emscripten;

import dev.wasmrun.guest.Guest;
import dev.wasmrun.module.GuestModule;
import java.util.List;

/** The names that one export has had in the releases of Emscripten, today's first. */
enum Names {
  CONSTRUCTORS("__wasm_call_ctors"),
  BINDINGS("_embind_initialize_bindings", "__embind_initialize_bindings"),
  STACK_INIT("emscripten_stack_init"),
  STACK_SET_LIMITS("emscripten_stack_set_limits"),
  CHECK_STACK_LIMITS("__set_stack_limits"),
  STACK_BASE("emscripten_stack_get_base"),
  STACK_END("emscripten_stack_get_end"),
  STACK_SAVE("_emscripten_stack_get_current", "emscripten_stack_get_current", "stackSave"),
  STACK_RESTORE("_emscripten_stack_restore", "stackRestore"),
  STACK_ALLOC("_emscripten_stack_alloc", "stackAlloc"),
  THREAD_INIT("_emscripten_thread_init"),
  THREAD_EXIT("_emscripten_thread_exit"),
  THREAD_FREE_DATA("_emscripten_thread_free_data"),
  TLS_INIT("_emscripten_tls_init", "emscripten_tls_init"),
  PTHREAD_SELF("pthread_self"),
  CHECK_MAILBOX("_emscripten_check_mailbox", "emscripten_current_thread_process_queued_calls"),
  EXECUTE_QUEUE("_emscripten_proxy_execute_queue", "emscripten_proxy_execute_queue"),
  PROXIED_MAIN("_emscripten_proxy_main", "emscripten_proxy_main"),
  MAIN("__main_argc_argv", "main"),
  START("_start"),
  RUN_EXIT_HANDLERS("__funcs_on_exit"),
  CLOSE_STDIO("__stdio_exit"),
  FLUSH("fflush"),
  RAISE("raise"),
  TIMEOUT("_emscripten_timeout"),
  MALLOC("malloc"),
  MEMALIGN("emscripten_builtin_memalign", "memalign"),
  FREE("free"),
  SET_THREW("setThrew"),
  SET_SECOND_RESULT("_emscripten_tempret_set", "setTempRet0"),
  CAN_CATCH("__cxa_can_catch"),
  IS_POINTER_TYPE("__cxa_is_pointer_type");

  private final List<String> names;

  Names(String... names) {
    this.names = List.of(names);
  }

  /** The first of the names that the guest exports as a function; null if it has none. */
  String in(Guest guest) {
    return in(guest.module());
  }

  String in(GuestModule module) {
    return names.stream().filter(module.exportedFunctions()::containsKey).findFirst().orElse(null);
  }

  @Override
  public String toString() {
    return String.join(" or ", names);
  }
}
