package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import dev.wasmrun.compiler.code.Kind;
import dev.wasmrun.compiler.runtime.Choice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.objectweb.asm.Label;
import org.objectweb.asm.Type;

/**
 * A jump to one of many labels by a number.
 *
 * <p>A table of thousands, most of which lead to the same few labels, is kept as text: it is looked
 * up there which label is meant, and only the labels make a switch.
 */
final class BranchTable {
  private static final int LONG = 200;

  /** A constant takes 65,535 bytes, and a character up to three of them. */
  private static final int MOST_IN_TEXT = 20_000;

  private static final String CHOICE = Type.getInternalName(Choice.class);

  private BranchTable() {}

  /**
   * Emits the jump, by the unsigned number on the stack.
   *
   * @param cases the label for 0 and so on, the last for all other numbers
   * @param number a variable for an int
   */
  static void emit(Asm asm, Label[] cases, int number) {
    int last = cases.length - 1;
    if (cases.length <= LONG) {
      switchOver(asm, List.of(cases).subList(0, last), cases[last]);
      return;
    }
    Map<Label, Integer> choices = new LinkedHashMap<>();
    var text = new StringBuilder();
    for (Label label : cases) {
      Integer choice = choices.computeIfAbsent(label, unseen -> choices.size());
      text.append((char) choice.intValue());
    }
    lookUp(asm, text, number);
    var labels = new ArrayList<>(choices.keySet());
    switchOver(asm, labels.subList(0, labels.size() - 1), labels.get(labels.size() - 1));
  }

  /**
   * Emits the replacement of the unsigned number on the stack by what a table says.
   *
   * @param numbers those for 0 and so on, the last for all others; of 16 bits
   * @param number a variable for an int
   */
  static void lookUp(Asm asm, int[] numbers, int number) {
    var text = new StringBuilder();
    for (int entry : numbers) {
      text.append((char) entry);
    }
    lookUp(asm, text, number);
  }

  private static void lookUp(Asm asm, StringBuilder text, int number) {
    asm.constant(text.length() - 1);
    asm.call(CHOICE, "atMost", "(II)I");
    asm.store(Kind.INT, number);
    List<String> texts = new ArrayList<>();
    for (int from = 0; from < text.length(); from += MOST_IN_TEXT) {
      texts.add(text.substring(from, Math.min(text.length(), from + MOST_IN_TEXT)));
    }
    asm.insn(ICONST_0); // what the texts but one add
    for (int i = 0; i < texts.size(); i++) {
      asm.load(Kind.INT, number);
      asm.constant(i * MOST_IN_TEXT);
      asm.out.visitLdcInsn(texts.get(i));
      asm.call(CHOICE, "plus", "(IIILjava/lang/String;)I");
    }
  }

  /**
   * Emits the jump by the value of a variable.
   *
   * @param labels where to for which value; may be empty
   * @param others where to for all other values
   */
  static void switchOver(Asm asm, SortedMap<Integer, Label> labels, Label others, int variable) {
    if (labels.isEmpty()) {
      asm.jump(GOTO, others);
      return;
    }
    asm.load(Kind.INT, variable);
    int first = labels.firstKey();
    int last = labels.lastKey();
    if (last - first < 2 * labels.size()) {
      Label[] cases = new Label[last - first + 1];
      Arrays.setAll(cases, i -> labels.getOrDefault(first + i, others));
      asm.out.visitTableSwitchInsn(first, last, others, cases);
    } else {
      int[] keys = labels.keySet().stream().mapToInt(Integer::intValue).toArray();
      asm.out.visitLookupSwitchInsn(others, keys, labels.values().toArray(Label[]::new));
    }
  }

  private static void switchOver(Asm asm, List<Label> cases, Label others) {
    if (cases.isEmpty()) {
      asm.insn(POP);
      asm.jump(GOTO, others);
    } else {
      asm.out.visitTableSwitchInsn(0, cases.size() - 1, others, cases.toArray(Label[]::new));
    }
  }
}
