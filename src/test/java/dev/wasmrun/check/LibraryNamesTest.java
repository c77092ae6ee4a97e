package dev.wasmrun.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.wasmrun.Fixtures;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibraryNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "__pthread_mutex_lock",
        "_emscripten_thread_exit",
        "malloc",
        "dlmalloc",
        "printf_core",
        "_Exit",
        "_ZNSt3__212basic_ostreamIcNS_11char_traitsIcEEElsEi",
        "std::__2::basic_ostream<char, std::__2::char_traits<char> >::operator<<(int)",
      })
  void whatCReservesForItsLibraryIsTheLibrarys(String function) {
    assertEquals(true, LibraryNames.isLibrary(function));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main",
        "__original_main",
        "__main_void",
        "__main_argc_argv",
        "_GLOBAL__sub_I_queue.cpp",
        "__cxx_global_var_init.3",
        "_ZN5Queue4pushEi",
        "_RNvCs1234_7mycrate3foo",
        "work",
        "memcpy",
        "__memcpy",
        "std::__2::vector<int, std::__2::allocator<int> >::push_back(int const&)",
      })
  void whatCompilersCallTheProgramIsTheProgramsOwn(String function) {
    assertEquals(false, LibraryNames.isLibrary(function));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pthread_join",
        "__pthread_join",
        "__pthread_timedjoin_np",
        "pthread_tryjoin_np",
        "thrd_join",
        "emscripten_futex_wait, false",
        "join, false",
        "pthread_mutex_lock, false",
      })
  void whatWaitsForTheEndOfAThreadIsKnownByItsName(String line) {
    String[] words = line.split(", ");
    assertEquals(words.length == 1, LibraryNames.isJoin(words[0]));
  }

  /** An optimiser that takes what starts threads into its caller takes what joins them, too. */
  @Test
  void aLibraryIsNoPartOfItsCallersWhereWhatStartsThreadsIsNot() {
    assertTrue(Fixtures.module("pthreads-check-cases").hasSeparateLibrary());
    assertTrue(!Fixtures.module("pthreads-plain").hasSeparateLibrary());
  }
}
