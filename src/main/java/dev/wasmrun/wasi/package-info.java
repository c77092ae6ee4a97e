/**
 * WASI preview 1: what a guest sees of the outside, as functions that any convention can link.
 *
 * <pre>
 *   wasi_snapshot_preview1 ── Calls: error numbers ──┬── ProcessFunctions      args, clocks, exit
 *        (linear memory)                             ├── PollFunction
 *                                                    ├── DescriptorFunctions ── Descriptors ─┐
 *                                                    └── PathFunctions ── GrantedFiles ──────┤
 *                                                           (PathWalk, LinkReader,           │
 *                                                            Opening, Staging)               │
 *   DescriptorTable: number ──▶ InputDescriptor │ OutputDescriptor │ OpenFile │ OpenDirectory ◀┘
 *                               PipeReader │ PipeWriter │ DeviceDescriptor: for other conventions
 * </pre>
 *
 * <p>All threads of a run share one {@link dev.wasmrun.wasi.Wasi}. The runtime's own implementation
 * is not used: its list of descriptors is not synchronised, a symbolic link in a granted directory
 * leads out of it, and lengths are not checked.
 *
 * <p>A granted directory is a wall. A path is walked name by name relative to open directories, and
 * the system follows no link on the way; links are followed here, within the grant. Where the JDK
 * knows an operation by path only, the path goes through the open directory's own descriptor, or
 * the thing is made in the root of the grant, checked, and moved into place. Devices, FIFOs and
 * sockets are never opened. A platform without {@code SecureDirectoryStream} grants nothing.
 *
 * <p>Locks, in the order in which they may be taken: the names lock, then the monitor of a
 * descriptor or of the table, then a pipe's lock, then the bell's. None is held while a thread
 * waits for input or time; a stream that makes a writer wait keeps other writers to that stream
 * waiting too, interruptibly. The writer itself is in the host's hands.
 *
 * <p>May import {@code guest}, {@code memory} and {@code module}.
 */
package dev.wasmrun.wasi;
