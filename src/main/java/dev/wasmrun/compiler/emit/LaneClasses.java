package dev.wasmrun.compiler.emit;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/** The classes that the Vector API has for a shape of 16 bytes, which are inside its package. */
record LaneClasses(LaneShape shape) {
  /** The class of vectors. */
  String vector() {
    return shape.owner.replace("Vector", "128Vector");
  }

  /** The class of half a vector. */
  String half() {
    return shape.owner.replace("Vector", "64Vector");
  }

  private String inside(String name) {
    return vector() + "$" + name;
  }

  String mask() {
    return inside(vector().substring(LaneShape.PACKAGE.length()).replace("Vector", "Mask"));
  }

  String order() {
    return inside(vector().substring(LaneShape.PACKAGE.length()).replace("Vector", "Shuffle"));
  }

  /** Pushes the class of vectors and that of lanes. */
  void push(MethodVisitor out) {
    out.visitLdcInsn(Type.getObjectType(vector()));
    pushLane(out);
  }

  void pushWithMask(MethodVisitor out) {
    out.visitLdcInsn(Type.getObjectType(vector()));
    out.visitLdcInsn(Type.getObjectType(mask()));
    pushLane(out);
  }

  void pushLane(MethodVisitor out) {
    String box =
        shape.lane == Type.INT_TYPE
            ? "Integer"
            : shape.owner.substring(LaneShape.PACKAGE.length()).replace("Vector", "");
    out.visitFieldInsn(GETSTATIC, "java/lang/" + box, "TYPE", "Ljava/lang/Class;");
  }

  /** Pushes how many lanes there are. */
  void pushCount(MethodVisitor out) {
    out.visitIntInsn(BIPUSH, 128 / shape.bits);
  }

  /** Pushes the species, as its own class. */
  void pushSpecies(MethodVisitor out) {
    pushSpecies(out, vector());
  }

  private void pushSpecies(MethodVisitor out, String vector) {
    String name = shape.owner.substring(LaneShape.PACKAGE.length()).replace("Vector", "Species");
    out.visitFieldInsn(GETSTATIC, vector, "VSPECIES", "L" + shape.owner + "$" + name + ";");
  }

  /** Pushes the class of half a vector, that of its lanes and how many there are. */
  void pushHalf(MethodVisitor out) {
    out.visitLdcInsn(Type.getObjectType(half()));
    pushLane(out);
    out.visitIntInsn(BIPUSH, 64 / shape.bits);
  }

  void pushHalfSpecies(MethodVisitor out) {
    pushSpecies(out, half());
  }
}
