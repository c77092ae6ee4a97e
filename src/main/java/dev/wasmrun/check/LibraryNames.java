package dev.wasmrun.check;

import java.util.regex.Pattern;

/**
 * Which functions belong to a C library by their names: those with a name that C reserves for it,
 * and those of its threads, streams and blocks of memory. What works on the caller's memory only,
 * such as {@code memcpy}, is the caller's.
 */
final class LibraryNames {
  private static final Pattern CALLERS = Pattern.compile("__(st|mem|wcs|wmem|qsort).*");

  /**
   * What compilers make of {@code main}, of initialisers and of names that nobody has demangled.
   */
  private static final Pattern PROGRAMS =
      Pattern.compile(
          "__original_main|__main_(void|argc_argv)|__cxx_global_.*|_GLOBAL__.*"
              + "|_Z(?!N?K?St).*|_R[A-Za-z0-9].*");

  private static final Pattern LIBRARY =
      Pattern.compile(
          String.join(
              "|",
              "__.*",
              "_[A-Z].*",
              "_?emscripten_.*",
              "em_(queued|task).*",
              "env\\.__.*",
              "(pthread|sem|mtx|cnd|thrd|tss)_.*",
              "call_once",
              "dl(malloc|calloc|realloc|free|memalign|posix_memalign).*",
              "(malloc|calloc|realloc|free|memalign|aligned_alloc|posix_memalign)",
              "(init_mparams|sbrk|internal_memalign|dispose_chunk|sys_alloc|tmalloc_.*)",
              "locking_(getc|putc)",
              "v?f?i?(printf|scanf|wprintf|wscanf)(_unlocked)?",
              "(printf_core|do_putc|do_getc)",
              "f(open|close|flush|read|write|puts|putc|gets|getc|seek|seeko|tell|tello|rewind)"
                  + "(_unlocked)?",
              "(putc|putchar|puts|getc|getchar|gets|ungetc|getline|getdelim|perror|rewind)"
                  + "(_unlocked)?",
              "(setvbuf|setbuf|clearerr|feof|ferror|fileno)(_unlocked)?",
              "(flockfile|ftrylockfile|funlockfile|atexit|exit|rand|srand|random|srandom)",
              "saveSetjmp|testSetjmp"));

  /** C++ has its streams used by several threads at a time; other classes are the caller's. */
  private static final Pattern STREAMS =
      Pattern.compile(
          "std::(__\\w+::)?(basic_ostream|basic_streambuf|basic_ios|ios_base|ostreambuf_iterator"
              + "|num_put|__stdoutbuf|__put_character_sequence|__pad_and_output|endl|flush)\\b.*");

  private static final Pattern JOINS =
      Pattern.compile("(__)?(pthread|thrd)_(\\w+_)?(try|timed)?join(_np)?");

  private LibraryNames() {}

  /** Whether a function of that name waits for the end of a thread. */
  static boolean isJoin(String function) {
    return JOINS.matcher(function).matches();
  }

  /** Whether a function of that name belongs to a C library. */
  static boolean isLibrary(String function) {
    return LIBRARY.matcher(function).matches()
            && !CALLERS.matcher(function).matches()
            && !PROGRAMS.matcher(function).matches()
        || function.contains("std::") && STREAMS.matcher(withoutTypes(function)).matches();
  }

  /** The name of a C++ function without its result and, as a rule, its parameters. */
  private static String withoutTypes(String function) {
    int begin = 0;
    int depth = 0;
    for (int i = 0; i < function.length(); i++) {
      char c = function.charAt(i);
      if (c == '<') {
        depth++;
      } else if (c == '>') {
        depth--;
      } else if (c == '(' && depth <= 0) {
        return function.substring(begin, i);
      } else if (c == ' ' && depth <= 0) {
        begin = i + 1;
      }
    }
    return function.substring(begin);
  }
}
