// The grid of the Game of Life: the part that life.ts, life-simd.ts and life-racy.ts have in common.
//
// A cell is a byte, 1 if it lives. There are two buffers: generation g is in buffer g & 1, and the
// next one is written to the other, so nobody overwrites what a neighbour still has to read.
//
//   address  1024      1036     1040              1048       1052          1056
//           ┌─────────┬────────┬─────────────────┬───────────┬──────────────┬──────────┬──────────┐
//           │ barrier │ unused │ generation: i64 │ rows: i32 │ columns: i32 │ buffer 0 │ buffer 1 │
//           └─────────┴────────┴─────────────────┴───────────┴──────────────┴──────────┴──────────┘
//             sync.ts            atomic
//
//   generation  the one that the threads have finished
//
// The grid is a torus: it goes on at its other edge. Above the first row is the last: that is settled
// once per row. For the sides, every row has a copy of its last cell before the first one, and of its
// first cell behind the last, so that no cell needs a case of its own, nor a division.
//
//   row   0                7       8                        8 + columns
//        ┌────────────────┬───────┬──────┬─────┬───────────┬───────┬───────────────┐ a multiple
//        │ unused         │ last  │ cell │  …  │ cell      │ first │ unused        │ of 8 bytes
//        │                │ again │ 0    │     │ columns-1 │ again │               │
//        └────────────────┴───────┴──────┴─────┴───────────┴───────┴───────────────┘
//
// The rows of a band are written by one thread only; the neighbours' rows, which it reads, were
// finished before the generation began.

import { BLOCK, countOr, print } from "./host";
import { digestOf, randomAt } from "./random";
import { barrierSetup } from "./sync";

export const BARRIER: usize = BLOCK;
const GENERATION: usize = BLOCK + 16;
const ROWS: usize = BLOCK + 24;
const COLUMNS: usize = BLOCK + 28;
const BUFFERS: usize = BLOCK + 32;
const BUFFERS_END: usize = 0x400000;

const FIRST_CELL: usize = 8;
const EDGE: i64 = 32768;

const DEFAULT_SIDE: i64 = 256;
const DEFAULT_GENERATIONS: i64 = 100;

const RANDOM: u64 = 1;
const GLIDER: u64 = 2;
const GUN: u64 = 3;
const R_PENTOMINO: u64 = 4;

const GLIDER_CELLS = ".O.\n..O\nOOO\n";
const R_PENTOMINO_CELLS = ".OO\nOO.\n.O.\n";
const GUN_CELLS =
  "........................O...........\n" +
  "......................O.O...........\n" +
  "............OO......OO............OO\n" +
  "...........O...O....OO............OO\n" +
  "OO........O.....O...OO..............\n" +
  "OO........O...O.OO....O.O...........\n" +
  "..........O.....O.......O...........\n" +
  "...........O...O....................\n" +
  "............OO......................\n";

export function generationsOf(argument: i64): i64 {
  return countOr(DEFAULT_GENERATIONS, argument);
}

/** Lays out the grid and lets the pattern's cells live, in generation 0. */
export function setupGrid(threads: i32, rows: i64, columns: i64, pattern: u64, seed: u64): void {
  rows = countOr(DEFAULT_SIDE, rows);
  columns = countOr(DEFAULT_SIDE, columns);
  if (rows >= EDGE || columns >= EDGE) {
    throw new Error("a side has at most 32767 cells");
  }
  store<u32>(ROWS, <u32>rows);
  store<u32>(COLUMNS, <u32>columns);
  const size = bufferSize() * 2;
  if (BUFFERS + size > BUFFERS_END) {
    throw new Error("the grid does not fit into 4 MiB twice, a byte per cell: choose a smaller one");
  }
  memory.fill(BUFFERS, 0, size);
  barrierSetup(BARRIER, threads);
  setGeneration(0);
  if (pattern == 0 || pattern == RANDOM) fillAtRandom(seed);
  else if (pattern == GLIDER) draw(GLIDER_CELLS);
  else if (pattern == GUN) draw(GUN_CELLS);
  else if (pattern == R_PENTOMINO) draw(R_PENTOMINO_CELLS);
  else throw new Error("pattern is 1 random, 2 glider, 3 Gosper gun or 4 R-pentomino");
}

export function generation(): i64 {
  return atomic.load<i64>(GENERATION);
}

export function setGeneration(generation: i64): void {
  atomic.store<i64>(GENERATION, generation);
}

/** The first row of this thread's band, which ends where the next thread's begins. */
export function bandBegin(thread: i32, threads: i32): i32 {
  return <i32>((<i64>load<u32>(ROWS) * thread) / threads);
}

/** Computes the rows from `begin` to before `end` of the generation after this one. */
export function stepBand(generation: i64, begin: i32, end: i32): void {
  const rows = <i32>load<u32>(ROWS);
  for (let row = begin; row < end; row++) {
    stepRow(
      cells(generation, row == 0 ? rows - 1 : row - 1),
      cells(generation, row),
      cells(generation, row == rows - 1 ? 0 : row + 1),
      cells(generation + 1, row)
    );
  }
}

/** Prints how many cells live, and a digest of where they are. */
export function finishGrid(): void {
  const last = generation();
  const rows = <i32>load<u32>(ROWS);
  const columns = load<u32>(COLUMNS);
  let population: u64 = 0;
  let hash: u64 = 0;
  for (let row = 0; row < rows; row++) {
    const first = cells(last, row);
    for (let column: u32 = 0; column < columns; column++) {
      if (load<u8>(first + column) != 0) {
        population++;
        hash = digestOf(hash, <u64>row * columns + column);
      }
    }
  }
  print(`generation ${last}\n`);
  print(`population ${population}\n`);
  print(`hash ${hash}\n`);
}

/**
 * Computes a row, eight cells at a time: a sum of eight bytes in a 64-bit number is eight sums, as
 * long as none exceeds 255, and a cell has only eight neighbours. The eight may begin at any address,
 * which WebAssembly allows for plain loads.
 *
 * The programs export it, so that it stays a function of its own: a virtual machine compiles it as
 * soon as it has been called often. Written into `work`, which is called once, it would be compiled in
 * the middle of a turn, and less well.
 */
export function stepRow(above: usize, here: usize, below: usize, to: usize): void {
  const columns = <usize>load<u32>(COLUMNS);
  let column: usize = 0;
  if (ASC_FEATURE_SIMD) column = stepVectors(above, here, below, to, columns);
  for (; column < columns; column += 8) {
    const alive = load<u64>(here + column);
    const neighbours =
      load<u64>(above + column - 1) + load<u64>(above + column) + load<u64>(above + column + 1) +
      load<u64>(here + column - 1) + load<u64>(here + column + 1) +
      load<u64>(below + column - 1) + load<u64>(below + column) + load<u64>(below + column + 1);
    // Three neighbours, or two and alive: in both cases, and no other, the bits together make 3.
    let differs = (neighbours | alive) ^ 0x0303030303030303;
    differs |= differs >> 2;
    differs |= differs >> 1;
    store<u64>(to + column, ~differs & 0x0101010101010101);
  }
  store<u8>(to - 1, load<u8>(to + columns - 1));
  store<u8>(to + columns, load<u8>(to));
}

/** Computes as many cells of a row as there are whole vectors of sixteen; how many that were. */
// @ts-ignore: decorator
@inline
function stepVectors(
  above: usize, here: usize, below: usize, to: usize, columns: usize
): usize {
  let column: usize = 0;
  for (; column + 16 <= columns; column += 16) {
    let neighbours = v128.load(above + column - 1);
    neighbours = i8x16.add(neighbours, v128.load(above + column));
    neighbours = i8x16.add(neighbours, v128.load(above + column + 1));
    neighbours = i8x16.add(neighbours, v128.load(here + column - 1));
    neighbours = i8x16.add(neighbours, v128.load(here + column + 1));
    neighbours = i8x16.add(neighbours, v128.load(below + column - 1));
    neighbours = i8x16.add(neighbours, v128.load(below + column));
    neighbours = i8x16.add(neighbours, v128.load(below + column + 1));
    // Three neighbours, or two and alive, as above; a lane is all ones where that is so.
    const bits = v128.or(neighbours, v128.load(here + column));
    v128.store(to + column, v128.and(i8x16.eq(bits, i8x16.splat(3)), i8x16.splat(1)));
  }
  return column;
}

/** The address of the first cell of a row. */
function cells(generation: i64, row: i32): usize {
  return BUFFERS + <usize>(generation & 1) * bufferSize() + <usize>row * rowSize() + FIRST_CELL;
}

function rowSize(): usize {
  return FIRST_CELL + ((<usize>load<u32>(COLUMNS) + 1 + 7) & ~7);
}

function bufferSize(): usize {
  return <usize>load<u32>(ROWS) * rowSize();
}

/** Three cells of eight live. */
function fillAtRandom(seed: u64): void {
  const rows = <i32>load<u32>(ROWS);
  const columns = <i32>load<u32>(COLUMNS);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if ((randomAt(seed, <u64>row * columns + column) & 7) < 3) bear(row, column);
    }
  }
}

/** Draws the cells in the middle of the grid; in a smaller one they wrap around. */
function draw(pattern: string): void {
  const rows = <i32>load<u32>(ROWS);
  const columns = <i32>load<u32>(COLUMNS);
  const width = pattern.indexOf("\n");
  const height = pattern.length / (width + 1);
  const top = max(0, (rows - height) / 2);
  const left = max(0, (columns - width) / 2);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (pattern.charCodeAt(row * (width + 1) + column) == 0x4f /* O */) {
        bear((top + row) % rows, (left + column) % columns);
      }
    }
  }
}

/** Lets a cell of generation 0 live. */
function bear(row: i32, column: i32): void {
  const columns = <i32>load<u32>(COLUMNS);
  const first = cells(0, row);
  store<u8>(first + column, 1);
  if (column == 0) store<u8>(first + columns, 1);
  if (column == columns - 1) store<u8>(first - 1, 1);
}
