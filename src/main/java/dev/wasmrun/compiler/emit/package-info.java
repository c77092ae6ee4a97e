/**
 * Bytecode of the JVM for function bodies, with exact frames, and the classes around it.
 *
 * <p>May import {@code compiler.code}, {@code compiler.analysis} and {@code compiler.pass}, and
 * names what is in {@code compiler.runtime}. Operands are kept on the JVM's stack between labels
 * and in variables across them.
 */
package dev.wasmrun.compiler.emit;
