/**
 * Pictures of a Game of Life while it is played: in the terminal, as PNG files, as an animated GIF.
 *
 * <p>A {@link dev.wasmrun.pictures.FilmedSquad} sets up a game like the squad that it films, and
 * then has a further thread of the crew see every generation, which that puts into albums:
 *
 * <pre>
 *   players ──barrier──▶ camera ── LifeFrame ──▶ TerminalAlbum ──▶ text
 *                                           ├──▶ PngAlbum      ──▶ files
 *                                           └──▶ GifAlbum      ──▶ a file
 * </pre>
 *
 * <p>What is drawn is always read from the memory that the players share; nothing here knows the
 * rules of the game. May import {@code programs}, {@code convention.worker}, {@code crew} and what
 * they may import. Albums are used by one thread, the camera's.
 */
package dev.wasmrun.pictures;
