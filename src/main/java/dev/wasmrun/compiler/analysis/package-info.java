/**
 * What can be said of a function body without changing it: each a pure function of the body.
 *
 * <p>May import {@code compiler.code}.
 */
package dev.wasmrun.compiler.analysis;
