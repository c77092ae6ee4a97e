/*
 * The grid of the Game of Life: the part that life.c, life-simd.c and life-racy.c have in common.
 *
 * A cell is a byte, 1 if it lives. There are two buffers: generation g is in buffer g & 1, and the
 * next one is written to the other, so nobody overwrites what a neighbour still has to read.
 *
 *   address  1024      1036     1040              1048        1052           1056
 *           +---------+--------+-----------------+-----------+--------------+----------+----------+
 *           | barrier | unused | generation: i64 | rows: i32 | columns: i32 | buffer 0 | buffer 1 |
 *           +---------+--------+-----------------+-----------+--------------+----------+----------+
 *             sync.h             atomic
 *
 *   generation  the one that the threads have finished
 *
 * The grid is a torus: it goes on at its other edge. Above the first row is the last: that is settled
 * once per row. For the sides, every row has a copy of its last cell before the first one, and of its
 * first cell behind the last, so that no cell needs a case of its own, nor a division.
 *
 *   row   0                7       8                        8 + columns
 *        +----------------+-------+------+-----+-----------+-------+---------------+ a multiple
 *        | unused         | last  | cell | ... | cell      | first | unused        | of 8 bytes
 *        |                | again | 0    |     | columns-1 | again |               |
 *        +----------------+-------+------+-----+-----------+-------+---------------+
 *
 * The rows of a band are written by one thread only; the neighbours' rows, which it reads, were
 * finished before the generation began.
 */
#ifndef LIFE_GRID_H
#define LIFE_GRID_H

#include <stdatomic.h>
#ifdef __wasm_simd128__
#include <wasm_simd128.h>
#endif

#include "host.h"
#include "random.h"
#include "sync.h"

struct grid {
  struct barrier barrier;
  uint32_t unused;
  _Atomic int64_t generation;
  int32_t rows;
  int32_t columns;
  uint8_t buffers[];
};

_Static_assert(sizeof(struct grid) == 32, "the buffers begin at 1056");

#define FIRST_CELL 8
#define LONGEST_SIDE 32767
#define BUFFERS_SIZE (BLOCK_END - BLOCK - sizeof(struct grid))

#define DEFAULT_SIDE 256
#define DEFAULT_GENERATIONS 100

enum pattern { PATTERN_DEFAULT, PATTERN_RANDOM, PATTERN_GLIDER, PATTERN_GUN, PATTERN_R_PENTOMINO };

static struct grid *const grid = (struct grid *)BLOCK;

static inline int64_t generations_of(int64_t argument) {
  return count_or(DEFAULT_GENERATIONS, argument);
}

static inline uint32_t row_size(void) {
  return FIRST_CELL + (((uint32_t)grid->columns + 1 + 7) & ~7u);
}

static inline uint32_t buffer_size(void) {
  return (uint32_t)grid->rows * row_size();
}

/* The first cell of a row. */
static inline uint8_t *cells(int64_t generation, int32_t row) {
  return grid->buffers + (uint32_t)(generation & 1) * buffer_size() + (uint32_t)row * row_size() +
         FIRST_CELL;
}

/* Lets a cell of generation 0 live. */
static inline void bear(int32_t row, int32_t column) {
  uint8_t *const first = cells(0, row);
  first[column] = 1;
  if (column == 0) {
    first[grid->columns] = 1;
  }
  if (column == grid->columns - 1) {
    first[-1] = 1;
  }
}

/* Three cells of eight live. */
static inline void fill_at_random(uint64_t seed) {
  for (int32_t row = 0; row < grid->rows; row++) {
    for (int32_t column = 0; column < grid->columns; column++) {
      const uint64_t index = (uint64_t)row * (uint32_t)grid->columns + (uint32_t)column;
      if ((random_at(seed, index) & 7) < 3) {
        bear(row, column);
      }
    }
  }
}

/* Draws the cells in the middle of the grid; in a smaller one they wrap around. */
static inline void draw(const char *const pattern[], int32_t height, int32_t width) {
  const int32_t top = grid->rows > height ? (grid->rows - height) / 2 : 0;
  const int32_t left = grid->columns > width ? (grid->columns - width) / 2 : 0;
  for (int32_t row = 0; row < height; row++) {
    for (int32_t column = 0; column < width; column++) {
      if (pattern[row][column] == 'O') {
        bear((top + row) % grid->rows, (left + column) % grid->columns);
      }
    }
  }
}

static inline void draw_pattern(uint64_t pattern, uint64_t seed) {
  static const char *const glider[] = {".O.", "..O", "OOO"};
  static const char *const r_pentomino[] = {".OO", "OO.", ".O."};
  static const char *const gun[] = {
      "........................O...........", "......................O.O...........",
      "............OO......OO............OO", "...........O...O....OO............OO",
      "OO........O.....O...OO..............", "OO........O...O.OO....O.O...........",
      "..........O.....O.......O...........", "...........O...O....................",
      "............OO......................",
  };
  switch (pattern) {
    case PATTERN_DEFAULT:
    case PATTERN_RANDOM:
      fill_at_random(seed);
      break;
    case PATTERN_GLIDER:
      draw(glider, 3, 3);
      break;
    case PATTERN_GUN:
      draw(gun, 9, 36);
      break;
    case PATTERN_R_PENTOMINO:
      draw(r_pentomino, 3, 3);
      break;
    default:
      fail("pattern is 1 random, 2 glider, 3 Gosper gun or 4 R-pentomino");
  }
}

/* Lays out the grid and lets the pattern's cells live, in generation 0. */
static inline void setup_grid(
    int32_t threads, int64_t rows, int64_t columns, uint64_t pattern, uint64_t seed) {
  rows = count_or(DEFAULT_SIDE, rows);
  columns = count_or(DEFAULT_SIDE, columns);
  if (rows > LONGEST_SIDE || columns > LONGEST_SIDE) {
    fail("a side has at most 32767 cells");
  }
  grid->rows = (int32_t)rows;
  grid->columns = (int32_t)columns;
  const uint32_t size = 2 * buffer_size();
  if (size > BUFFERS_SIZE) {
    fail("the grid does not fit into 4 MiB twice, a byte per cell: choose a smaller one");
  }
  __builtin_memset(grid->buffers, 0, size);
  barrier_setup(&grid->barrier, (uint32_t)threads);
  atomic_store(&grid->generation, 0);
  draw_pattern(pattern, seed);
}

/* The first row of this thread's band, which ends where the next thread's begins. */
static inline int32_t band_begin(int32_t thread, int32_t threads) {
  return (int32_t)((int64_t)grid->rows * thread / threads);
}

/* Eight cells, which may begin at any address. */
static inline uint64_t eight(const uint8_t *first) {
  uint64_t cells;
  __builtin_memcpy(&cells, first, sizeof cells);
  return cells;
}

#ifdef __wasm_simd128__
/* Computes as many cells of a row as there are whole vectors of sixteen; how many that were. */
static inline int32_t step_vectors(
    const uint8_t *above, const uint8_t *here, const uint8_t *below, uint8_t *to, int32_t columns) {
  int32_t column = 0;
  for (; column + 16 <= columns; column += 16) {
    v128_t neighbours = wasm_v128_load(above + column - 1);
    neighbours = wasm_i8x16_add(neighbours, wasm_v128_load(above + column));
    neighbours = wasm_i8x16_add(neighbours, wasm_v128_load(above + column + 1));
    neighbours = wasm_i8x16_add(neighbours, wasm_v128_load(here + column - 1));
    neighbours = wasm_i8x16_add(neighbours, wasm_v128_load(here + column + 1));
    neighbours = wasm_i8x16_add(neighbours, wasm_v128_load(below + column - 1));
    neighbours = wasm_i8x16_add(neighbours, wasm_v128_load(below + column));
    neighbours = wasm_i8x16_add(neighbours, wasm_v128_load(below + column + 1));
    /* Three neighbours, or two and alive, as below; a lane is all ones where that is so. */
    const v128_t bits = wasm_v128_or(neighbours, wasm_v128_load(here + column));
    const v128_t next = wasm_i8x16_eq(bits, wasm_i8x16_splat(3));
    wasm_v128_store(to + column, wasm_v128_and(next, wasm_i8x16_splat(1)));
  }
  return column;
}
#else
/* Without vectors all cells are left to the loop that follows. */
static inline int32_t step_vectors(
    const uint8_t *above, const uint8_t *here, const uint8_t *below, uint8_t *to, int32_t columns) {
  (void)above, (void)here, (void)below, (void)to, (void)columns;
  return 0;
}
#endif

/* Computes a row, eight cells at a time: a sum of eight bytes in a 64-bit number is eight sums, as
   long as none exceeds 255, and a cell has only eight neighbours.

   A function of its own, also for the tools after the compiler, which leave exports alone: a virtual
   machine compiles it as soon as it has been called often. Written into work, which is called once,
   it would be compiled in the middle of a turn, and less well. */
EXPORT("stepRow") __attribute__((noinline))
void step_row(
    const uint8_t *above, const uint8_t *here, const uint8_t *below, uint8_t *to) {
  const int32_t columns = grid->columns;
  for (int32_t column = step_vectors(above, here, below, to, columns); column < columns; column += 8) {
    const uint64_t alive = eight(here + column);
    const uint64_t neighbours =
        eight(above + column - 1) + eight(above + column) + eight(above + column + 1) +
        eight(here + column - 1) + eight(here + column + 1) +
        eight(below + column - 1) + eight(below + column) + eight(below + column + 1);
    /* Three neighbours, or two and alive: in both cases, and no other, the bits together make 3. */
    uint64_t differs = (neighbours | alive) ^ 0x0303030303030303u;
    differs |= differs >> 2;
    differs |= differs >> 1;
    const uint64_t next = ~differs & 0x0101010101010101u;
    __builtin_memcpy(to + column, &next, sizeof next);
  }
  to[-1] = to[columns - 1];
  to[columns] = to[0];
}

/* Computes the rows from begin to before end of the generation after this one. */
static inline void step_band(int64_t generation, int32_t begin, int32_t end) {
  const int32_t rows = grid->rows;
  for (int32_t row = begin; row < end; row++) {
    step_row(cells(generation, row == 0 ? rows - 1 : row - 1), cells(generation, row),
             cells(generation, row == rows - 1 ? 0 : row + 1), cells(generation + 1, row));
  }
}

/* Prints how many cells live, and a digest of where they are. */
static inline void finish_grid(void) {
  const int64_t last = atomic_load(&grid->generation);
  uint64_t population = 0;
  uint64_t hash = 0;
  for (int32_t row = 0; row < grid->rows; row++) {
    const uint8_t *const first = cells(last, row);
    for (int32_t column = 0; column < grid->columns; column++) {
      if (first[column] != 0) {
        population++;
        hash = digest_of(hash, (uint64_t)row * (uint32_t)grid->columns + (uint32_t)column);
      }
    }
  }
  print_number("generation", (uint64_t)last);
  print_number("population", population);
  print_number("hash", hash);
}

#endif
