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

/*
 * Waits for the next message from outside and copies it to the buffer; returns its length in bytes,
 * or -1 at the end. If the length is above the size, nothing was copied and the message is still
 * there.
 */
HOST_IMPORT("receive") int32_t receive(void *buffer, int32_t size);

/* Posts so many bytes; returns 0, or -1 if the other side has closed. */
HOST_IMPORT("post") int32_t post(const void *bytes, int32_t length);

/* Copies what the run was given to begin with, and returns as receive does; -1 if nothing. */
HOST_IMPORT("worker_data") int32_t worker_data(void *buffer, int32_t size);

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
