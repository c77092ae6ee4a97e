/**
 * The two ways a module's code is run, our compiler to JVM bytecode and Chicory's interpreter, and
 * the guest functions that were active when one of them failed.
 *
 * <p>May import {@code memory}, whose views are told which instruction is about to access them. An
 * {@link dev.wasmrun.engine.Engine} prepares a module once; what it returns may be shared among
 * threads, the machines made from it may not.
 */
package dev.wasmrun.engine;
