#include "host.h"

HOST_IMPORT("print") void print_utf8(const char *address, uint32_t length);

void print(const char *text) {
  uint32_t length = 0;
  while (text[length] != '\0') {
    length++;
  }
  print_utf8(text, length);
}

void print_number(const char *label, uint64_t number) {
  char text[22]; /* a space, at most 20 digits, a newline */
  uint32_t begin = sizeof text;
  text[--begin] = '\n';
  do {
    text[--begin] = (char)('0' + number % 10);
    number /= 10;
  } while (number != 0);
  text[--begin] = ' ';
  print(label);
  print_utf8(text + begin, sizeof text - begin);
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
