/**
 * What generated code calls: numeric instructions, accesses to memory, tables, exceptions, tail
 * calls, looking for interrupts; and the runtime's way into generated code.
 *
 * <p>Public because generated classes call it; not for anybody else. Nothing here keeps state that
 * belongs to a call, so several threads may call one instance. May import {@code memory} and {@code
 * compiler.code}.
 */
package dev.wasmrun.compiler.runtime;
