package dev.wasmrun.programs;

/**
 * The values of one item, apart from their bytes.
 *
 * @param weight a multiple of 1/8 that a double holds exactly, and so it does the sum of any that
 *     fit into a part
 * @param text at most 7 code points, which take 1 to 4 bytes each in UTF-8
 */
record SerializedItem(boolean flag, byte kind, int id, double weight, long stamp, String text) {
  /** The item that this writer has to write with this number. */
  static SerializedItem of(long seed, int writer, int number) {
    long key = Mix64.digestOf(Mix64.digestOf(seed, writer), number);
    return new SerializedItem(
        (Mix64.randomAt(key, 0) & 1) != 0,
        (byte) Mix64.randomAt(key, 1),
        (int) Mix64.randomAt(key, 2),
        (int) Mix64.randomAt(key, 3) / 8.0,
        Mix64.randomAt(key, 4),
        text(key));
  }

  private static String text(long key) {
    int length = (int) (Mix64.randomAt(key, 5) & 7);
    StringBuilder text = new StringBuilder();
    for (int index = 0; index < length; index++) {
      text.appendCodePoint(codePoint(Mix64.randomAt(key, 6 + index)));
    }
    return text.toString();
  }

  private static int codePoint(long random) {
    long rest = random >>> 2;
    return (int)
        switch ((int) (random & 3)) {
          case 0 -> 0x20 + rest % 0x5f;
          case 1 -> 0xa1 + rest % 0x75f;
          case 2 -> 0x800 + rest % 0xd000;
          default -> 0x1_0000 + rest % 0x10_0000;
        };
  }

  /** The digest of all that {@code digest} stands for and this item's values but the text. */
  long digest(long digest) {
    digest = Mix64.digestOf(digest, flag ? 1 : 0);
    digest = Mix64.digestOf(digest, Byte.toUnsignedLong(kind));
    digest = Mix64.digestOf(digest, Integer.toUnsignedLong(id));
    digest = Mix64.digestOf(digest, Double.doubleToRawLongBits(weight));
    return Mix64.digestOf(digest, stamp);
  }
}
