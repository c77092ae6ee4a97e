// What the host offers to a program: the imports of module "host".
//
// Strings live on the heap of the `stub` runtime, which hands out memory behind the static data and
// never takes it back. Its bump pointer is a global, and globals belong to an instance, not to the
// memory: two instances that both allocate would hand out the same bytes. Hence the rule of this
// gallery: only the leader (`setup` and `finish`) builds strings, `work` allocates nothing.

/** Hands one result to the host. */
// @ts-ignore: decorator
@external("host", "emit")
export declare function emit(value: u64): void;

/** Nanoseconds since some moment in the past, for measuring how long something takes. */
// @ts-ignore: decorator
@external("host", "now")
export declare function now(): i64;

// @ts-ignore: decorator
@external("host", "print")
declare function printUtf8(address: usize, length: i32): void;

/** Prints `text` as it is, without a newline of its own. */
export function print(text: string): void {
  const bytes = String.UTF8.encode(text);
  printUtf8(changetype<usize>(bytes), bytes.byteLength);
}

/** The count that an argument means: 0 stands for the program's default. */
export function countOr(otherwise: i64, argument: i64): i64 {
  if (argument < 0) {
    throw new Error("a count must not be negative");
  }
  return argument == 0 ? otherwise : argument;
}

/** The program's shared block begins here: the same address in every language. */
export const BLOCK: usize = 1024;

/**
 * Waits for the next message from outside and copies it to `address`; returns its length in bytes,
 * or -1 at the end. If the length is above `size`, nothing was copied and the message is still there.
 */
// @ts-ignore: decorator
@external("host", "receive")
export declare function receive(address: usize, size: i32): i32;

/** Posts the `length` bytes at `address`; returns 0, or -1 if the other side has closed. */
// @ts-ignore: decorator
@external("host", "post")
export declare function post(address: usize, length: i32): i32;

/** Copies what the run was given to begin with, and returns as `receive` does; -1 if nothing. */
// @ts-ignore: decorator
@external("host", "worker_data")
export declare function workerData(address: usize, size: i32): i32;
