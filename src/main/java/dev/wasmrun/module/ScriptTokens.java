package dev.wasmrun.module;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Set;

/**
 * The tokens of a JavaScript program, and which bracket belongs to which.
 *
 * <p>Of a template literal each piece of text is a token, and so are those of what stands between
 * them, in braces. Comments and white space are none. A text that is no program has tokens, too.
 */
final class ScriptTokens {
  /** What a token is. */
  enum Kind {
    WORD,
    NUMBER,
    TEXT,
    PATTERN,
    SIGN
  }

  /** Behind these words a slash begins a pattern; behind others it divides. */
  private static final Set<String> BEFORE_PATTERN =
      Set.of("return", "typeof", "case", "in", "of", "delete", "void", "throw", "else", "do");

  private static final String[] SIGNS = {
    ">>>=", "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=", "=>", "==", "!=",
    "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=",
    "<<", ">>", "**"
  };

  private final String script;
  private int[] starts = new int[1024];
  private int[] ends = new int[1024];
  private byte[] kinds = new byte[1024];
  private int[] partners = new int[1024];
  private int count;
  private int at;

  /** The brackets that are open; a brace of a template's is marked as negative. */
  private final Deque<Integer> open = new ArrayDeque<>();

  ScriptTokens(String script) {
    this.script = script;
    while (skipBlank()) {
      next();
    }
  }

  int count() {
    return count;
  }

  Kind kind(int token) {
    return Kind.values()[kinds[token]];
  }

  /** A token's text; of a text what is between its quotes, as it is written. */
  String text(int token) {
    return script.substring(starts[token], ends[token]);
  }

  /** Whether a token is this word or sign; false beyond either end. */
  boolean is(int token, String text) {
    return token >= 0
        && token < count
        && ends[token] - starts[token] == text.length()
        && kinds[token] != Kind.TEXT.ordinal()
        && script.startsWith(text, starts[token]);
  }

  boolean isWord(int token) {
    return token >= 0 && token < count && kind(token) == Kind.WORD;
  }

  /** The bracket that closes or opens what this one opens or closes; -1 if none does. */
  int partner(int token) {
    return partners[token];
  }

  /** Whether a line ends before a token. */
  boolean beginsLine(int token) {
    return token > 0 && script.substring(ends[token - 1], starts[token]).indexOf('\n') >= 0;
  }

  private boolean skipBlank() {
    while (at < script.length()) {
      if (Character.isWhitespace(script.charAt(at))) {
        at++;
      } else if (script.startsWith("//", at)) {
        skipTo("\n", at + 2);
      } else if (script.startsWith("/*", at)) {
        skipTo("*/", at + 2);
      } else {
        return true;
      }
    }
    return false;
  }

  private void skipTo(String end, int from) {
    int found = script.indexOf(end, from);
    at = found < 0 ? script.length() : found + end.length();
  }

  private void next() {
    char c = script.charAt(at);
    if (c == '"' || c == '\'') {
      quoted(c);
    } else if (c == '`') {
      at++;
      template();
    } else if (c >= '0' && c <= '9' || c == '.' && digitAt(at + 1)) {
      number();
    } else if (Character.isJavaIdentifierPart(c) || c == '#') {
      word();
    } else if (c == '/' && mayBePattern()) {
      pattern();
    } else {
      sign(c);
    }
  }

  private boolean digitAt(int index) {
    return index < script.length() && Character.isDigit(script.charAt(index));
  }

  private void quoted(char quote) {
    int start = ++at;
    while (at < script.length() && script.charAt(at) != quote && script.charAt(at) != '\n') {
      at += script.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at, script.length());
    add(Kind.TEXT, start, at);
    at++;
  }

  /** A piece of a template's text, up to its end or to a brace of its own. */
  private void template() {
    int start = at;
    while (at < script.length() && script.charAt(at) != '`' && !script.startsWith("${", at)) {
      at += script.charAt(at) == '\\' ? 2 : 1;
    }
    at = Math.min(at, script.length());
    add(Kind.TEXT, start, at);
    if (script.startsWith("${", at)) {
      open.push(-count - 1);
      add(Kind.SIGN, at + 1, at + 2);
      at += 2;
    } else {
      at++;
    }
  }

  private void number() {
    int start = at;
    for (; at < script.length(); at++) {
      char c = script.charAt(at);
      boolean exponent = (c == '+' || c == '-') && "eE".indexOf(script.charAt(at - 1)) >= 0;
      boolean hexadecimal = script.startsWith("0x", start) || script.startsWith("0X", start);
      if (!Character.isLetterOrDigit(c) && c != '.' && !(exponent && !hexadecimal)) {
        break;
      }
    }
    add(Kind.NUMBER, start, at);
  }

  private void word() {
    int start = at++;
    while (at < script.length() && Character.isJavaIdentifierPart(script.charAt(at))) {
      at++;
    }
    add(Kind.WORD, start, at);
  }

  private boolean mayBePattern() {
    if (count == 0) {
      return true;
    }
    int last = count - 1;
    return switch (kind(last)) {
      case WORD -> BEFORE_PATTERN.contains(text(last));
      case SIGN -> !is(last, ")") && !is(last, "]") && !is(last, "}");
      default -> false;
    };
  }

  private void pattern() {
    int start = at++;
    boolean inClass = false;
    while (at < script.length() && script.charAt(at) != '\n') {
      char c = script.charAt(at);
      if (c == '/' && !inClass) {
        break;
      }
      inClass = c == '[' || inClass && c != ']';
      at += c == '\\' ? 2 : 1;
    }
    at = Math.min(at + 1, script.length());
    while (at < script.length() && Character.isLetter(script.charAt(at))) {
      at++;
    }
    add(Kind.PATTERN, start, at);
  }

  private void sign(char c) {
    int start = at;
    int length = 1;
    for (String sign : SIGNS) {
      if (script.startsWith(sign, at)) {
        length = sign.equals("?.") && digitAt(at + 2) ? 1 : sign.length();
        break;
      }
    }
    at += length;
    int token = count;
    add(Kind.SIGN, start, at);
    if (c == '(' || c == '[' || c == '{') {
      open.push(token);
    } else if (c == ')' || c == ']' || c == '}') {
      close(token);
    }
  }

  private void close(int token) {
    if (open.isEmpty()) {
      return;
    }
    int opened = open.pop();
    boolean ofTemplate = opened < 0;
    int begin = ofTemplate ? -opened - 1 : opened;
    partners[begin] = token;
    partners[token] = begin;
    if (ofTemplate) {
      template();
    }
  }

  private void add(Kind kind, int start, int end) {
    if (count == starts.length) {
      int larger = count * 2;
      starts = Arrays.copyOf(starts, larger);
      ends = Arrays.copyOf(ends, larger);
      kinds = Arrays.copyOf(kinds, larger);
      partners = Arrays.copyOf(partners, larger);
    }
    starts[count] = start;
    ends[count] = end;
    kinds[count] = (byte) kind.ordinal();
    partners[count++] = -1;
  }
}
