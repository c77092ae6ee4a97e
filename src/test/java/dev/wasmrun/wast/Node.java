package dev.wasmrun.wast;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** One item of a script: a word, a string or a parenthesised group. Offsets are in bytes. */
sealed interface Node {
  /** Offset of the first byte. */
  int start();

  /** Offset behind the last byte. */
  int end();

  /** Whether this is a group whose first item is the word {@code keyword}. */
  default boolean isGroup(String keyword) {
    return this instanceof Group group && group.keyword().equals(keyword);
  }

  /** Whether this is a word such as {@code $memory}. */
  default boolean isName() {
    return this instanceof Word word && word.text().startsWith("$");
  }

  /** Whether this is the word {@code text}. */
  default boolean isWord(String text) {
    return this instanceof Word word && word.text().equals(text);
  }

  /** A keyword, name or number. */
  record Word(String text, int start, int end) implements Node {}

  /**
   * A string.
   *
   * @param latin1 its bytes, each as the character of that number
   */
  record Text(String latin1, int start, int end) implements Node {
    byte[] bytes() {
      return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    String utf8() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }
  }

  /** Items between parentheses. */
  record Group(List<Node> items, int start, int end) implements Node {
    public Group {
      items = List.copyOf(items);
    }

    /** The word it begins with, or an empty text. */
    String keyword() {
      return wordAt(0);
    }

    /** The word at {@code index}, or an empty text. */
    String wordAt(int index) {
      return index < items.size() && items.get(index) instanceof Word word ? word.text() : "";
    }

    /** The name at {@code index}, with its dollar, or an empty text. */
    String nameAt(int index) {
      return wordAt(index).startsWith("$") ? wordAt(index) : "";
    }

    /** The text at {@code index}. */
    String textAt(int index) {
      if (index < items.size() && items.get(index) instanceof Text text) {
        return text.utf8();
      }
      throw new Failed("no text where one is expected");
    }

    /** The items from {@code index} on. */
    List<Node> from(int index) {
      return items.subList(Math.min(index, items.size()), items.size());
    }
  }
}
