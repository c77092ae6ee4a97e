package dev.wasmrun.source;

/** Which line each instruction of a unit comes from. */
final class LineTable {
  private final LineFiles files;

  // A row each: from its address on until that of the next.
  private final IntList addresses = new IntList();
  private final IntList fileNumbers = new IntList();
  private final IntList lineNumbers = new IntList();
  private final IntList columns = new IntList();

  // A sequence each: rows whose addresses ascend without a gap.
  private final IntList firstRows = new IntList();
  private final IntList lowest = new IntList();
  private final IntList ends = new IntList();

  private int begun;
  private boolean ascending = true;

  LineTable(LineFiles files) {
    this.files = files;
  }

  LineFiles files() {
    return files;
  }

  /** Adds a row to the sequence that is being read. */
  void row(long address, long file, long line, long column) {
    int size = addresses.size();
    boolean fits = address > 0 && address <= Integer.MAX_VALUE;
    ascending &= fits && (size == begun || addresses.get(size - 1) <= address);
    if (ascending) {
      addresses.add((int) address);
      fileNumbers.add((int) file);
      lineNumbers.add((int) Math.max(0, Math.min(line, Integer.MAX_VALUE)));
      columns.add((int) Math.max(0, Math.min(column, Integer.MAX_VALUE)));
    }
  }

  /** The sequence ends before an address; one of code that is not there is forgotten. */
  void endSequence(long end) {
    int size = addresses.size();
    boolean sound = ascending && size > begun && end <= Integer.MAX_VALUE;
    if (sound && addresses.get(size - 1) <= end) {
      firstRows.add(begun);
      lowest.add(addresses.get(begun));
      ends.add((int) end);
      begun = size;
    } else {
      addresses.truncate(begun);
      fileNumbers.truncate(begun);
      lineNumbers.truncate(begun);
      columns.truncate(begun);
    }
    ascending = true;
  }

  /** Nothing more is added. */
  void finish() {
    endSequence(-1);
    addresses.trimmed();
    fileNumbers.trimmed();
    lineNumbers.trimmed();
    columns.trimmed();
  }

  /** Tells of the addresses of each sequence. */
  void ranges(Ranges.Receiver receiver) {
    for (int i = 0; i < firstRows.size(); i++) {
      receiver.range(lowest.get(i), ends.get(i));
    }
  }

  /** The row that has an address; -1 if none has. An instruction of no line is like the last. */
  int rowAt(int address) {
    int sequence = sequenceAt(address);
    if (sequence < 0) {
      return -1;
    }
    int from = firstRows.get(sequence);
    int to = sequence + 1 < firstRows.size() ? firstRows.get(sequence + 1) : addresses.size();
    int row = addresses.lastAtMost(address, from, to);
    while (row >= from && lineNumbers.get(row) == 0) {
      row--;
    }
    return row >= from ? row : -1;
  }

  /** The sequence that has an address and begins last, of several; -1 if none has. */
  private int sequenceAt(int address) {
    int found = -1;
    for (int i = 0; i < lowest.size(); i++) {
      boolean inside = lowest.get(i) <= address && address < ends.get(i);
      if (inside && (found < 0 || lowest.get(i) > lowest.get(found))) {
        found = i;
      }
    }
    return found;
  }

  int file(int row) {
    return fileNumbers.get(row);
  }

  int line(int row) {
    return lineNumbers.get(row);
  }

  /** The place that a row stands for. */
  SourcePlace place(int row) {
    return place(fileNumbers.get(row), lineNumbers.get(row), columns.get(row));
  }

  /** A place in a file by number. */
  SourcePlace place(int file, int line, int column) {
    String path = files.path(file);
    return new SourcePlace(path, files.shown(path), line, column);
  }
}
