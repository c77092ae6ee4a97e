/*
 * Life, SIMD: the same program as life.c, built with vectors (-msimd128).
 *
 * A vector holds 16 cells, a byte each. The eight neighbours of all of them are added by seven
 * instructions, and one comparison finds where a cell lives. Rows that are no multiple of 16 cells
 * wide end with cells that are computed eight at a time, as all of them are without vectors.
 *
 *   above   |  x-1  x  x+1  ...
 *   here    |  x-1  .  x+1  ...      each load begins one cell further: 16 sums side by side
 *   below   |  x-1  x  x+1  ...
 *
 * The memory diagram is in life-grid.h, and so are both ways of computing a row.
 */
#include "life.c"
