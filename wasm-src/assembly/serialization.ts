// Serialization: data with a structure, written by one thread and read by all others.
//
// Threads that share a memory need not copy data to hand it over, but they have to agree on every
// byte of it: where a field lies, how many bytes are left out before it, which end of a number comes
// first, which bit of a byte is the first, and how text becomes bytes. Here each thread writes a part.
// Then all meet at a barrier, and each reads every part, its own included, and checks all values and
// makes a digest of them. Every thread gets the same digest, in whichever language its part was
// written and read.
//
//   address  1024      1036     1040       1056                3088
//           ┌─────────┬────────┬──────────┬──────────┬───┬────┬────────┬────────┬───┬──── 0x400000
//           │ barrier │ unused │ reader 0 │ reader 1 │ … │ 127│ part 0 │ part 1 │ … │
//           └─────────┴────────┴──────────┴──────────┴───┴────┴────────┴────────┴───┴────
//             sync.ts            digest: i64, mismatches: i64: what this thread has found
//
//   part   +0           +4          +8          +16          +24
//         ┌─────────┬──┬───────────┬───────────┬────────┬───┬──────────┬─────────┬───────┬────────┐
//         │ version │::│ items:i32 │ total:f64 │ writer │:::│ booleans │ item …  │ UTF-8 │ UTF-16 │
//         └─────────┴──┴───────────┴───────────┴────────┴───┴──────────┴─────────┴───────┴────────┘
//           i8                                  i16            booleans and both texts are filled up
//                                                              to a multiple of 8 bytes
//   total     of the items' weights
//   booleans  one per item: item i has bit i % 8, counted from the lowest, of byte i / 8
//   UTF-8     the texts of all items one after another, with room for 28 bytes an item; UTF-16 alike
//
//   item   +0      +4      +8          +16        +20    +24          +28     +32
//         ┌────┬──┬───────┬───────────┬─────────┬┬──────┬──────────┬─┬───────┬───────────┐
//         │kind│::│id: i32│weight: f64│ length8 ││ text8│ length16 │:│ text16│ stamp: i64│ 40 bytes
//         └────┴──┴───────┴───────────┴─────────┴┴──────┴──────────┴─┴───────┴───────────┘
//           i8                         i16        i32    i16          i32
//
//   length8, text8    how many bytes the text takes in UTF-8, and where, counted from the part's begin
//   length16, text16  the same in UTF-16
//   ::                padding, so that each number lies at a multiple of its size; its bytes mean nothing

import { BLOCK, countOr, emit, print } from "./host";
import { digestOf, randomAt } from "./random";
import { barrierSetup, barrierWait } from "./sync";

/** The beginning of a part. AssemblyScript aligns the fields of a class as C does those of a struct. */
@unmanaged
class Part {
  version: u8;
  items: u32;
  total: f64;
  writer: u16;
}

@unmanaged
class Item {
  kind: u8;
  id: u32;
  weight: f64;
  length8: u16;
  text8: u32;
  length16: u16;
  text16: u32;
  stamp: u64;
}

const MAX_THREADS: i32 = 128;
const BARRIER: usize = BLOCK;
const READERS: usize = BLOCK + 16;
const PARTS: usize = READERS + <usize>MAX_THREADS * 16;
const PARTS_END: usize = 0x400000;

const DIGEST: usize = 0;
const MISMATCHES: usize = 8;

const PART_SIZE: u32 = 24;
const ITEM_SIZE: u32 = 40;
const TEXT_SIZE: u32 = 28;
const VERSION: u8 = 1;

const DEFAULT_ITEMS: i64 = 200;

export function setup(threads: i32, items: i64, seed: u64): void {
  const count = countOr(DEFAULT_ITEMS, items);
  if (threads > MAX_THREADS) throw new Error("there are 128 parts, not more");
  // In this order: the size of a part that would not fit anyway need not fit into a number.
  if (count > <i64>PARTS_END || threads * <i64>partSize(<u32>count) > <i64>(PARTS_END - PARTS)) {
    throw new Error("the parts do not fit below 4 MiB: choose fewer items or threads");
  }
  memory.fill(READERS, 0, PARTS - READERS);
  barrierSetup(BARRIER, threads);
}

export function work(thread: i32, threads: i32, items: i64, seed: u64): void {
  const count = <u32>countOr(DEFAULT_ITEMS, items);
  write(thread, count, seed);
  barrierWait(BARRIER); // nobody reads a part before it has been written
  let digest: u64 = 0;
  let mismatches: u64 = 0;
  for (let writer = 0; writer < threads; writer++) {
    const part = partOf(writer, count);
    const header = changetype<Part>(part);
    digest = digestOf(digest, header.version);
    digest = digestOf(digest, header.items);
    digest = digestOf(digest, reinterpret<u64>(header.total));
    digest = digestOf(digest, header.writer);
    if (header.version != VERSION || header.items != count || header.writer != writer) mismatches++;
    let total: f64 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const key = keyOf(seed, writer, i);
      total += weightOf(key);
      if (!isAsExpected(part, i, count, key)) mismatches++;
      digest = digestOfItem(digest, part, i, count);
    }
    if (header.total != total) mismatches++;
  }
  const reader = readerOf(thread);
  store<u64>(reader, digest, DIGEST);
  store<u64>(reader, mismatches, MISMATCHES);
}

export function finish(threads: i32, items: i64, seed: u64): void {
  let mismatches: u64 = 0;
  for (let thread = 0; thread < threads; thread++) {
    emit(load<u64>(readerOf(thread), DIGEST));
    mismatches += load<u64>(readerOf(thread), MISMATCHES);
  }
  print(`items ${threads * countOr(DEFAULT_ITEMS, items)}\n`);
  print(`mismatches ${mismatches}\n`);
}

// What an item contains, as a function of its key.

function keyOf(seed: u64, writer: u32, i: u32): u64 {
  return digestOf(digestOf(seed, writer), i);
}

function flagOf(key: u64): bool {
  return (randomAt(key, 0) & 1) != 0;
}

function kindOf(key: u64): u8 {
  return <u8>randomAt(key, 1);
}

function idOf(key: u64): u32 {
  return <u32>randomAt(key, 2);
}

/** A multiple of 1/8 that a double holds exactly, and so it does the sum of any that fit into a part. */
function weightOf(key: u64): f64 {
  return <f64>(<i32>randomAt(key, 3)) / 8;
}

function stampOf(key: u64): u64 {
  return randomAt(key, 4);
}

/** How many code points the text has, from 0 to 7. */
function textLengthOf(key: u64): u32 {
  return <u32>(randomAt(key, 5) & 7);
}

/** A code point that takes 1, 2, 3 or 4 bytes in UTF-8. */
function codePointOf(key: u64, index: u32): u32 {
  const random = randomAt(key, 6 + index);
  const rest = random >> 2;
  switch (<u32>(random & 3)) {
    case 0: return <u32>(0x20 + rest % 0x5f);
    case 1: return <u32>(0xa1 + rest % 0x75f);
    case 2: return <u32>(0x800 + rest % 0xd000);
    default: return <u32>(0x10000 + rest % 0x100000);
  }
}

// Writing.

function write(thread: i32, count: u32, seed: u64): void {
  const part = partOf(thread, count);
  memory.fill(part + PART_SIZE, 0, booleansSize(count));
  let total: f64 = 0;
  let text8 = text8Of(count);
  let text16 = text8 + textsSize(count);
  for (let i: u32 = 0; i < count; i++) {
    const key = keyOf(seed, thread, i);
    if (flagOf(key)) {
      const byte = part + PART_SIZE + i / 8;
      store<u8>(byte, load<u8>(byte) | (<u8>1 << <u8>(i % 8)));
    }
    const item = itemOf(part, i, count);
    item.kind = kindOf(key);
    item.id = idOf(key);
    item.weight = weightOf(key);
    item.stamp = stampOf(key);
    item.text16 = text16;
    item.length16 = <u16>encodeUtf16(part + text16, key);
    item.text8 = text8;
    item.length8 = <u16>String.UTF8.encodeUnsafe(part + text16, item.length16 / 2, part + text8);
    text16 += item.length16;
    text8 += item.length8;
    total += item.weight;
  }
  const header = changetype<Part>(part);
  header.version = VERSION;
  header.items = count;
  header.total = total;
  header.writer = <u16>thread;
}

/** Writes the text of an item, and returns how many bytes it takes. */
function encodeUtf16(to: usize, key: u64): u32 {
  const length = textLengthOf(key);
  let at = to;
  for (let index: u32 = 0; index < length; index++) {
    const codePoint = codePointOf(key, index);
    if (codePoint < 0x10000) {
      store<u16>(at, codePoint);
      at += 2;
    } else {
      store<u16>(at, 0xd800 + ((codePoint - 0x10000) >> 10));
      store<u16>(at, 0xdc00 + (codePoint & 0x3ff), 2);
      at += 4;
    }
  }
  return <u32>(at - to);
}

// Reading.

function isAsExpected(part: usize, i: u32, count: u32, key: u64): bool {
  const item = itemOf(part, i, count);
  return readFlag(part, i) == flagOf(key) && item.kind == kindOf(key) && item.id == idOf(key) &&
    item.weight == weightOf(key) && item.stamp == stampOf(key) &&
    isUtf8OfText(part + item.text8, item.length8, key) &&
    isUtf16OfText(part + item.text16, item.length16, key);
}

function isUtf8OfText(text: usize, length: u32, key: u64): bool {
  const end = text + length;
  let index: u32 = 0;
  while (text < end) {
    if (index == textLengthOf(key) || utf8At(text) != codePointOf(key, index)) return false;
    text += utf8Size(text);
    index++;
  }
  return text == end && index == textLengthOf(key);
}

function isUtf16OfText(text: usize, length: u32, key: u64): bool {
  const end = text + length;
  let index: u32 = 0;
  while (text < end) {
    if (index == textLengthOf(key) || utf16At(text) != codePointOf(key, index)) return false;
    text += utf16Size(text);
    index++;
  }
  return text == end && index == textLengthOf(key);
}

function digestOfItem(digest: u64, part: usize, i: u32, count: u32): u64 {
  const item = itemOf(part, i, count);
  digest = digestOf(digest, readFlag(part, i) ? 1 : 0);
  digest = digestOf(digest, item.kind);
  digest = digestOf(digest, item.id);
  digest = digestOf(digest, reinterpret<u64>(item.weight));
  digest = digestOf(digest, item.stamp);
  const text8 = part + item.text8;
  for (let at = text8; at < text8 + item.length8; at += utf8Size(at)) {
    digest = digestOf(digest, utf8At(at));
  }
  const text16 = part + item.text16;
  for (let at = text16; at < text16 + item.length16; at += utf16Size(at)) {
    digest = digestOf(digest, utf16At(at));
  }
  return digest;
}

function readFlag(part: usize, i: u32): bool {
  return ((load<u8>(part + PART_SIZE + i / 8) >> (i % 8)) & 1) != 0;
}

/** How many bytes the UTF-8 sequence takes that begins here. */
function utf8Size(at: usize): u32 {
  const first = load<u8>(at);
  return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** The code point of the UTF-8 sequence that begins here. */
function utf8At(at: usize): u32 {
  const first = <u32>load<u8>(at);
  switch (utf8Size(at)) {
    case 1: return first;
    case 2: return ((first & 0x1f) << 6) | more(at, 1);
    case 3: return ((first & 0x0f) << 12) | (more(at, 1) << 6) | more(at, 2);
    default: return ((first & 0x07) << 18) | (more(at, 1) << 12) | (more(at, 2) << 6) | more(at, 3);
  }
}

/** The six bits of a further byte of a UTF-8 sequence. */
function more(at: usize, index: usize): u32 {
  return <u32>load<u8>(at + index) & 0x3f;
}

/** How many bytes the UTF-16 sequence takes that begins here. */
function utf16Size(at: usize): u32 {
  return (load<u16>(at) & 0xfc00) == 0xd800 ? 4 : 2;
}

/** The code point of the UTF-16 sequence that begins here. */
function utf16At(at: usize): u32 {
  const first = <u32>load<u16>(at);
  if (utf16Size(at) == 2) return first;
  return 0x10000 + ((first & 0x3ff) << 10) + (<u32>load<u16>(at, 2) & 0x3ff);
}

// Where things are.

function readerOf(thread: i32): usize {
  return READERS + <usize>thread * 16;
}

function partOf(thread: i32, count: u32): usize {
  return PARTS + <usize>thread * partSize(count);
}

function partSize(count: u32): u32 {
  return text8Of(count) + 2 * textsSize(count);
}

function itemOf(part: usize, i: u32, count: u32): Item {
  return changetype<Item>(part + PART_SIZE + booleansSize(count) + i * ITEM_SIZE);
}

/** Where the texts in UTF-8 begin, counted from the part's begin. */
function text8Of(count: u32): u32 {
  return PART_SIZE + booleansSize(count) + count * ITEM_SIZE;
}

function textsSize(count: u32): u32 {
  return (count * TEXT_SIZE + 7) & ~7;
}

function booleansSize(count: u32): u32 {
  return ((count + 7) / 8 + 7) & ~7;
}
