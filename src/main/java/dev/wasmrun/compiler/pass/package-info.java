/**
 * Decisions about a function body before it is emitted. In this order:
 *
 * <ol>
 *   <li>{@link dev.wasmrun.compiler.pass.Splitting}: which ranges of it become methods.
 * </ol>
 *
 * <p>Each says what it needs and what it leaves. May import {@code compiler.code} and {@code
 * compiler.analysis}.
 */
package dev.wasmrun.compiler.pass;
