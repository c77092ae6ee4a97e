/**
 * Everything that is done over and over: whether a process that does it for long stays as it is.
 */
package dev.wasmrun.soak;
