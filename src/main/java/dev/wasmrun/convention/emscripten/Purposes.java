package dev.wasmrun.convention.emscripten;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the imports that a host without JavaScript does not have are for, and what to do instead.
 */
final class Purposes {
  /** By how the name begins; the first that fits counts. */
  private static final Map<String, String> BY_PREFIX = new LinkedHashMap<>();

  static {
    BY_PREFIX.put("emscripten_asm_const", "EM_ASM runs JavaScript");
    BY_PREFIX.put("emscripten_run_script", "it runs JavaScript");
    BY_PREFIX.put("emscripten_receive_on_main_thread_js", "it runs JavaScript on the main thread");
    BY_PREFIX.put("_emscripten_receive_on_main_thread_js", "it runs JavaScript on the main thread");
    BY_PREFIX.put("emscripten_webgl", "WebGL needs a browser");
    BY_PREFIX.put("emscripten_set_canvas", "a canvas needs a browser");
    BY_PREFIX.put("emscripten_request_animation_frame", "drawing needs a browser");
    BY_PREFIX.put("emscripten_async", "it needs the event loop of JavaScript");
    BY_PREFIX.put("emscripten_wget", "it needs a browser");
    BY_PREFIX.put("emscripten_idb", "it needs the database of a browser");
    BY_PREFIX.put("emscripten_websocket", "it needs a browser");
    BY_PREFIX.put("emscripten_dlopen", "dynamic linking is not supported");
    BY_PREFIX.put("emscripten_fetch", "it needs a browser");
    BY_PREFIX.put("egl", "EGL needs a browser");
    BY_PREFIX.put("gl", "OpenGL needs a browser");
    BY_PREFIX.put("gethostby", "there is no network");
    BY_PREFIX.put("fork", "there are no other processes; start a thread instead");
    BY_PREFIX.put("_emval_", "a value of JavaScript (emscripten::val) needs JavaScript");
    BY_PREFIX.put("_embind_", "a class that extends a bound one needs JavaScript");
    BY_PREFIX.put("SDL_", "SDL needs a browser");
    BY_PREFIX.put("dlopen", "dynamic linking is not supported");
    BY_PREFIX.put("_dlopen", "dynamic linking is not supported");
    BY_PREFIX.put("_dlsym", "dynamic linking is not supported");
    BY_PREFIX.put("_emscripten_dl", "dynamic linking is not supported");
    BY_PREFIX.put("emscripten_lazy_load_code", "dynamic linking is not supported");
    BY_PREFIX.put(
        "_wasmfs_node_", "its files would be those of Node; build without -sWASMFS, and use --dir");
    BY_PREFIX.put("_wasmfs_opfs_", "it needs the private files of a browser; use --dir");
    BY_PREFIX.put("_wasmfs_", "it has files in JavaScript; build without -sWASMFS, and use --dir");
    BY_PREFIX.put("_Unwind_", "it looks at the stack of JavaScript");
    BY_PREFIX.put("emscripten_fiber", "fibers need -sASYNCIFY and JavaScript");
    BY_PREFIX.put("emscripten_scan_registers", "it needs -sASYNCIFY and JavaScript");
    BY_PREFIX.put("emscripten_promise", "promises need the event loop of JavaScript");
    BY_PREFIX.put("emscripten_trace", "tracing sends to a server by JavaScript");
    BY_PREFIX.put("emscripten_get_compiler_setting", "only the JavaScript knows the settings");
    BY_PREFIX.put("emscripten_get_exported_function", "it makes a function of JavaScript");
    BY_PREFIX.put("emscripten_print_double", "it writes numbers as JavaScript does; use snprintf");
    BY_PREFIX.put("emscripten_log", "JavaScript formats it; use fprintf");
    BY_PREFIX.put("_emscripten_log_formatted", "JavaScript adds a stack to it; use fprintf");
    BY_PREFIX.put("emscripten_proxy_to_main_thread_js", "it runs JavaScript on the main thread");
    BY_PREFIX.put("_emscripten_fs_load", "it puts files into JavaScript's file system; use --dir");
    BY_PREFIX.put("_emscripten_lookup_name", "there is no network");
    BY_PREFIX.put("getnameinfo", "there is no network");
    BY_PREFIX.put("ftime", "it is no function of C any more; use clock_gettime");
    BY_PREFIX.put("timespec_get", "this release has it in JavaScript; use clock_gettime");
    BY_PREFIX.put("getproto", "there is no network");
    BY_PREFIX.put("setprotoent", "there is no network");
    BY_PREFIX.put("endprotoent", "there is no network");
    BY_PREFIX.put("_emscripten_system", "there are no other programs");
    BY_PREFIX.put("_emscripten_thread_exit_joinable", "threads of this form are not started");
    BY_PREFIX.put("__do_set_thread_state", "thread states are for the profiler of a page");
    BY_PREFIX.put("_mmap_js", "files cannot be mapped; read them");
    BY_PREFIX.put("_munmap_js", "files cannot be mapped; read them");
    BY_PREFIX.put("_msync_js", "files cannot be mapped; read them");
    BY_PREFIX.put("setjmp", "build with -sSUPPORT_LONGJMP");
    BY_PREFIX.put("longjmp", "build with -sSUPPORT_LONGJMP");
  }

  private Purposes() {}

  /** What an import of this name is for; empty if that is not known. */
  static Optional<String> of(String name) {
    return BY_PREFIX.entrySet().stream()
        .filter(entry -> name.startsWith(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
