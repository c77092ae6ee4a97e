package dev.wasmrun.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
}
