/**
 * From WebAssembly to bytecode of the JVM: what a module's functions become, and what makes
 * machines of the runtime out of that.
 *
 * <pre>
 *   WasmModule ─ code ─▶ FunctionCode ─ pass ─▶ Part ─ emit ─▶ GeneratedUnit ─ UnitLoader ─▶ CompiledCode
 *   parsed by the        typed operations,      what becomes    class files and   loads them, has  makes
 *   runtime, validated   a tree of blocks       a method        their lines       them generated   machines
 * </pre>
 *
 * <p>Classes are generated in units, when code first refers to one of them: functions of up to some
 * thousand instructions are a unit, and so are the context, the imports, the indirect calls.
 *
 * <p>A function becomes a static method of its name: its parameters, then the context, which is the
 * instance it runs for. It returns its result, or an array if there are several. If it is too large
 * for HotSpot, blocks and runs of it become methods of their own, which share its variables through
 * arguments and a frame, an array that belongs to one call. Functions of up to some thousand
 * instructions share a class.
 *
 * <pre>
 *   name_12(params…, context) → result          the function
 *   name_12$3(locals…, operands…[, frame][, tail], context) → value, or where to go on
 *   name_12$body(params…, tail, context)        of a function that makes tail calls
 *   call7(params…, callee, table, context)      indirect calls of a type
 *   call(index, long[], context) → long[]       from Java
 * </pre>
 *
 * <p>{@code code} and {@code analysis} know nothing of the JVM, {@code pass} only its limits;
 * {@code runtime} is what generated code calls. No step recurses over blocks, so their depth does
 * not matter; and time and size grow with the number of operations.
 *
 * <p>May import {@code memory}. The same module becomes the same classes.
 */
package dev.wasmrun.compiler;
