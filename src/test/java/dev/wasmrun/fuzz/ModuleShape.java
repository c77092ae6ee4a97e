package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the functions of a module may refer to, decided before there is any.
 *
 * @param functions the types of all, imported ones first
 * @param elements segments; the first one is in the first table from the beginning
 */
record ModuleShape(
    Set<Proposal> proposals,
    List<GeneratedType> imports,
    List<GeneratedType> functions,
    List<GeneratedProgram.Table> tables,
    List<GeneratedProgram.Memory> memories,
    List<GeneratedType> tags,
    List<GeneratedProgram.Global> globals,
    List<GeneratedProgram.Elements> elements,
    List<byte[]> data) {
  private static final int TABLE = 8;

  static ModuleShape of(Choices choices, Set<Proposal> proposals, int functions) {
    List<Type> types = Type.allowedBy(proposals);
    boolean many = proposals.contains(Proposal.MULTI_VALUE);
    var imports = new ArrayList<GeneratedType>();
    for (int i = choices.below(3); i > 0; i--) {
      imports.add(signature(choices, Type.NUMBERS, many));
    }
    List<GeneratedType> distinct = imports.stream().distinct().toList();
    var all = new ArrayList<>(distinct);
    for (int i = 0; i < functions; i++) {
      all.add(i > 0 && choices.oneIn(3) ? choices.of(all) : signature(choices, types, many));
    }
    var globals = new ArrayList<GeneratedProgram.Global>();
    globals.add(new GeneratedProgram.Global(Type.I32, 0)); // the fuel
    for (int i = choices.below(5); i > 0; i--) {
      Type type = choices.of(types);
      globals.add(new GeneratedProgram.Global(type, choices.any(type)));
    }
    return new ModuleShape(
        proposals,
        distinct,
        List.copyOf(all),
        tables(proposals),
        memories(choices, proposals),
        tags(choices, proposals, types),
        List.copyOf(globals),
        elements(choices, proposals, distinct.size(), all.size()),
        data(choices, proposals));
  }

  private static GeneratedType signature(Choices choices, List<Type> types, boolean many) {
    var params = new ArrayList<Type>();
    for (int i = choices.below(5); i > 0; i--) {
      params.add(choices.of(types));
    }
    var results = new ArrayList<Type>();
    for (int i = choices.below(many ? 4 : 2); i > 0; i--) {
      results.add(choices.of(types));
    }
    return new GeneratedType(List.copyOf(params), List.copyOf(results));
  }

  private static List<GeneratedProgram.Table> tables(Set<Proposal> proposals) {
    var functions = new GeneratedProgram.Table(Type.FUNCREF, TABLE, 2 * TABLE);
    return proposals.contains(Proposal.REFERENCE_TYPES)
        ? List.of(
            functions,
            new GeneratedProgram.Table(Type.EXTERNREF, TABLE, 2 * TABLE),
            new GeneratedProgram.Table(Type.FUNCREF, TABLE, TABLE))
        : List.of(functions);
  }

  private static List<GeneratedProgram.Memory> memories(Choices choices, Set<Proposal> proposals) {
    boolean shared = proposals.contains(Proposal.THREADS) && choices.oneIn(2);
    int most = choices.between(1, 3);
    boolean wide = proposals.contains(Proposal.MEMORY64) && choices.oneIn(3);
    var first = new GeneratedProgram.Memory(1, most, shared, wide);
    return proposals.contains(Proposal.MULTI_MEMORY)
        ? List.of(first, new GeneratedProgram.Memory(1, 2, false, wide))
        : List.of(first);
  }

  /** Whether memories have 64-bit addresses: all of them have, or none. */
  boolean hasWideMemories() {
    return memories.get(0).wide();
  }

  private static List<GeneratedType> tags(
      Choices choices, Set<Proposal> proposals, List<Type> types) {
    if (!proposals.contains(Proposal.EXCEPTIONS)) {
      return List.of();
    }
    return List.of(
        GeneratedType.NOTHING,
        GeneratedType.of(List.of(choices.of(types), choices.of(types))),
        GeneratedType.of(List.of(Type.I64)));
  }

  private static List<GeneratedProgram.Elements> elements(
      Choices choices, Set<Proposal> proposals, int first, int end) {
    var elements = new ArrayList<GeneratedProgram.Elements>();
    int segments = proposals.contains(Proposal.BULK_MEMORY) ? 3 : 1;
    for (int i = 0; i < segments; i++) {
      var functions = new ArrayList<Integer>();
      for (int j = 0; j < TABLE - 1; j++) {
        functions.add(choices.between(first, end - 1));
      }
      elements.add(
          new GeneratedProgram.Elements(
              i == 0 ? 0 : GeneratedProgram.Elements.PASSIVE, List.copyOf(functions)));
    }
    // That all are exported is enough to refer to them; a declaration may say so once more.
    if (proposals.contains(Proposal.REFERENCE_TYPES) && choices.oneIn(2)) {
      List<Integer> own = IntStream.range(first, end).boxed().toList();
      elements.add(new GeneratedProgram.Elements(GeneratedProgram.Elements.DECLARATIVE, own));
    }
    return List.copyOf(elements);
  }

  private static List<byte[]> data(Choices choices, Set<Proposal> proposals) {
    if (!proposals.contains(Proposal.BULK_MEMORY)) {
      return List.of();
    }
    byte[] bytes = new byte[64];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) choices.below(256);
    }
    return List.of(bytes, new byte[] {1, 2, 3});
  }

  boolean allows(Proposal proposal) {
    return proposals.contains(proposal);
  }

  List<Type> types() {
    return Type.allowedBy(proposals);
  }

  /** The functions that leave these results. */
  List<Integer> functionsLeaving(List<Type> results) {
    var found = new ArrayList<Integer>();
    for (int i = 0; i < functions.size(); i++) {
      if (functions.get(i).results().equals(results)) {
        found.add(i);
      }
    }
    return found;
  }

  /** The globals of a type, without the fuel. */
  List<Integer> globalsOf(Type type) {
    var found = new ArrayList<Integer>();
    for (int i = 1; i < globals.size(); i++) {
      if (globals.get(i).type() == type) {
        found.add(i);
      }
    }
    return found;
  }

  List<Integer> tablesOf(Type type) {
    var found = new ArrayList<Integer>();
    for (int i = 0; i < tables.size(); i++) {
      if (tables.get(i).type() == type) {
        found.add(i);
      }
    }
    return found;
  }
}
