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
