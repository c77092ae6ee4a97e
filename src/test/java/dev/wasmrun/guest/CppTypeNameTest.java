package dev.wasmrun.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CppTypeNameTest {
  @ParameterizedTest
  @CsvSource({
    "St13runtime_error, std::runtime_error",
    "i, int",
    "PKc, char const*",
    "N3app5OtherE, app::Other",
    "NSt3__212system_errorE, std::system_error",
    "N12_GLOBAL__N_15LocalE, (anonymous namespace)::Local",
    "PPi, int**",
    "3Box, Box",
    "3BoxIiE, 3BoxIiE",
    "9Short, 9Short",
    "N3appE5x, N3appE5x",
    "'', ''",
    "NE, NE",
    "99999999999x, 99999999999x",
  })
  void namesAreAsProgrammersWriteThemOrStay(String mangled, String readable) {
    assertEquals(readable, CppTypeName.of(mangled));
  }
}
