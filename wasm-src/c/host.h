/*
 * What the host offers to a program: the imports of module "host", and printing on top of them.
 *
 * There is no C library here: a guest of the worker convention has no JavaScript, no WASI and no
 * allocator, only its memory, its stack and these functions.
 */
#ifndef HOST_H
#define HOST_H

#include <stdint.h>

#define HOST_IMPORT(name) __attribute__((import_module("host"), import_name(name)))

/* Makes a function callable by the host under the given name. */
#define EXPORT(name) __attribute__((export_name(name)))

/* The program's shared block begins here: the same address in every language. */
#define BLOCK 1024

/* The first address that is not the block's any more. */
#define BLOCK_END 0x400000

/* Hands one result to the host. */
HOST_IMPORT("emit") void emit(uint64_t value);

/* Nanoseconds since some moment in the past, for measuring how long something takes. */
HOST_IMPORT("now") int64_t now(void);

/* Prints the text as it is. */
void print(const char *text);

/* Prints the label, a space, the number in decimal, and a newline. */
void print_number(const char *label, uint64_t number);

/* Prints the number in decimal, with spaces before it if it has less than so many digits. */
void print_right(uint64_t number, uint32_t width);

/* The count that an argument means: 0 stands for the program's default. Traps if it is negative. */
int64_t count_or(int64_t otherwise, int64_t argument);

/* Prints the text and a newline, and traps: the whole run ends. */
_Noreturn void fail(const char *text);

#endif
