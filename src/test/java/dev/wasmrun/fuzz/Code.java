package dev.wasmrun.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A piece of a function that takes nothing from the operand stack and leaves values of stated
 * types: an expression, or a statement if there are none. It consists of instructions and of other
 * pieces, each of which may be replaced by any that leaves values of the same types.
 */
final class Code {
  private static final int BLOCK_END = 0x0B;

  private final List<Type> results;
  private final List<Part> parts;
  private final boolean isZeros;

  private Code(List<Type> results, List<Part> parts, boolean isZeros) {
    this.results = results;
    this.parts = parts;
    this.isZeros = isZeros;
  }

  /** What writes some bytes of a function. */
  private interface Part {
    void writeTo(Emission emission);
  }

  private record Child(Code code) implements Part {
    @Override
    public void writeTo(Emission emission) {
      code.writeTo(emission);
    }
  }

  /** Constants: zeros and nulls. */
  static Code zeros(List<Type> types) {
    Builder builder = leaving(types);
    types.forEach(type -> builder.constant(type, 0));
    return new Code(builder.results, builder.parts, true);
  }

  /** Whether it is {@link #zeros}, than which nothing is smaller. */
  boolean isZeros() {
    return isZeros;
  }

  static Builder leaving(List<Type> results) {
    return new Builder(results);
  }

  static Builder leaving(Type... results) {
    return new Builder(List.of(results));
  }

  List<Type> results() {
    return results;
  }

  /**
   * Writes the instructions.
   *
   * @throws IllegalStateException if it has a branch that leads nowhere
   */
  void writeTo(Emission emission) {
    parts.forEach(part -> part.writeTo(emission));
  }

  List<Code> children() {
    return parts.stream()
        .filter(Child.class::isInstance)
        .map(part -> ((Child) part).code())
        .toList();
  }

  /** Makes its instructions a part of other code that cannot be replaced by itself. */
  void appendTo(Builder other) {
    other.parts.addAll(parts);
  }

  /** How many pieces it consists of, itself among them. */
  int size() {
    return 1 + children().stream().mapToInt(Code::size).sum();
  }

  /** All pieces within it, the large ones first. */
  Stream<Code> pieces() {
    return children().stream().flatMap(child -> Stream.concat(Stream.of(child), child.pieces()));
  }

  /** This with one of its pieces replaced. */
  Code replace(Code piece, Code replacement) {
    if (this == piece) {
      return replacement;
    }
    var replaced = new ArrayList<>(parts);
    boolean changed = false;
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i) instanceof Child child) {
        Code code = child.code().replace(piece, replacement);
        changed |= code != child.code();
        replaced.set(i, new Child(code));
      }
    }
    return changed ? new Code(results, replaced, false) : this;
  }

  /** Code in the making. */
  static final class Builder {
    private final List<Type> results;
    private final List<Part> parts = new ArrayList<>();

    private Builder(List<Type> results) {
      this.results = List.copyOf(results);
    }

    Code build() {
      return new Code(results, List.copyOf(parts), parts.isEmpty());
    }

    /** As {@link Code#appendTo}. */
    void appendTo(Builder other) {
      other.parts.addAll(parts);
    }

    /** An instruction of these bytes. */
    Builder op(int... bytes) {
      parts.add(emission -> emission.out().raw(bytes));
      return this;
    }

    /** An instruction or an operand that is not negative. */
    Builder number(long operand) {
      parts.add(emission -> emission.out().unsigned(operand));
      return this;
    }

    Builder constant(Type type, long bits) {
      parts.add(emission -> type.constant(emission.out(), bits));
      return this;
    }

    Builder i32(int value) {
      return constant(Type.I32, value);
    }

    Builder get(int local) {
      return op(0x20).number(local);
    }

    Builder set(int local) {
      return op(0x21).number(local);
    }

    Builder tee(int local) {
      return op(0x22).number(local);
    }

    Builder getGlobal(int global) {
      return op(0x23).number(global);
    }

    Builder setGlobal(int global) {
      return op(0x24).number(global);
    }

    Builder add(Code child) {
      parts.add(new Child(child));
      return this;
    }

    Builder addAll(List<Code> children) {
      children.forEach(this::add);
      return this;
    }

    /** The index of a type. */
    Builder type(GeneratedType type) {
      parts.add(emission -> emission.typeIndex(type));
      return this;
    }

    Builder block(Label label, GeneratedType type) {
      return enter(0x02, label, type);
    }

    Builder loop(Label label, GeneratedType type) {
      return enter(0x03, label, type);
    }

    Builder ifTrue(Label label, GeneratedType type) {
      return enter(0x04, label, type);
    }

    private Builder enter(int opcode, Label label, GeneratedType type) {
      parts.add(
          emission -> {
            emission.out().raw(opcode);
            emission.blockType(type);
            emission.enter(label);
          });
      return this;
    }

    /** A try_table without its list of handlers. */
    Builder tryTable(Label label, GeneratedType type, Code handlers) {
      parts.add(
          emission -> {
            emission.out().raw(0x1F);
            emission.blockType(type);
            handlers.writeTo(emission);
            emission.enter(label);
          });
      return this;
    }

    Builder otherwise() {
      return op(0x05);
    }

    Builder end() {
      parts.add(
          emission -> {
            emission.leave();
            emission.out().raw(BLOCK_END);
          });
      return this;
    }

    /** The operand of a branch. */
    Builder depth(Label target) {
      parts.add(emission -> emission.depth(target));
      return this;
    }

    Builder br(Label target) {
      return op(0x0C).depth(target);
    }

    Builder brIf(Label target) {
      return op(0x0D).depth(target);
    }

    Builder brTable(List<Label> targets, Label otherwise) {
      op(0x0E).number(targets.size());
      targets.forEach(this::depth);
      return depth(otherwise);
    }
  }
}
