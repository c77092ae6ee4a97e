#include "host.h"

HOST_IMPORT("print") void print_utf8(const char *address, uint32_t length);

void print(const char *text) {
  uint32_t length = 0;
  while (text[length] != '\0') {
    length++;
  }
  print_utf8(text, length);
}

void print_right(uint64_t number, uint32_t width) {
  char text[32]; /* at least the 20 digits of the largest number */
  uint32_t begin = sizeof text;
  do {
    text[--begin] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  while (begin > 0 && sizeof text - begin < width) {
    text[--begin] = ' ';
  }
  print_utf8(text + begin, sizeof text - begin);
}

void print_number(const char *label, uint64_t number) {
  print(label);
  print(" ");
  print_right(number, 0);
  print("\n");
}

_Noreturn void fail(const char *text) {
  print(text);
  print("\n");
  __builtin_trap();
}

int64_t count_or(int64_t otherwise, int64_t argument) {
  if (argument < 0) {
    fail("a count must not be negative");
  }
  return argument == 0 ? otherwise : argument;
}
