// Numbers that look random and are the same in every language: those of java.util.SplittableRandom,
// but each can be asked for by its index, in any order and by any thread.

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/** Stirs the bits of `z`: one to one, and every bit of the result depends on all of them. */
export function mix64(z: u64): u64 {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/** The number with this index in the sequence that `seed` begins. */
export function randomAt(seed: u64, index: u64): u64 {
  return mix64(seed + (index + 1) * GOLDEN);
}

/** The digest of all that `digest` stands for, followed by `value`. The digest of nothing is 0. */
export function digestOf(digest: u64, value: u64): u64 {
  return mix64((digest ^ value) + GOLDEN);
}
