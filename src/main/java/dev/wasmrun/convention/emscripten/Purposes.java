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
    BY_PREFIX.put("emscripten_set_main_loop", "a main loop needs the event loop of a browser");
    BY_PREFIX.put(
        "emscripten_request_animation_frame", "drawing needs the event loop of a browser");
    BY_PREFIX.put("emscripten_cancel_main_loop", "a main loop needs the event loop of a browser");
    BY_PREFIX.put("emscripten_async", "it needs the event loop of JavaScript");
    BY_PREFIX.put(
        "emscripten_set_timeout",
        "it needs the event loop of JavaScript; sleep in a thread instead");
    BY_PREFIX.put(
        "emscripten_set_interval",
        "it needs the event loop of JavaScript; sleep in a thread instead");
    BY_PREFIX.put("emscripten_sleep", "it needs -sASYNCIFY and JavaScript; usleep does the same");
    BY_PREFIX.put("emscripten_wget", "it needs a browser");
    BY_PREFIX.put("emscripten_idb", "it needs the database of a browser");
    BY_PREFIX.put("emscripten_websocket", "it needs a browser");
    BY_PREFIX.put("emscripten_dlopen", "dynamic linking is not supported");
    BY_PREFIX.put("emscripten_fetch", "it needs a browser");
    BY_PREFIX.put("egl", "EGL needs a browser");
    BY_PREFIX.put("gl", "OpenGL needs a browser");
    BY_PREFIX.put("gethostby", "there is no network");
    BY_PREFIX.put("fork", "there are no other processes; start a thread instead");
    BY_PREFIX.put("_emval_", "embind needs JavaScript");
    BY_PREFIX.put("_embind_", "embind needs JavaScript");
    BY_PREFIX.put("SDL_", "SDL needs a browser");
    BY_PREFIX.put("dlopen", "dynamic linking is not supported");
    BY_PREFIX.put("_dlopen", "dynamic linking is not supported");
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
