/**
 * Debug information: from a place in a module's code to functions, files and lines, and from an
 * address in its memory to a variable. From DWARF, versions 2 to 5, in the module or in a file that
 * it names, or from a source map.
 *
 * <pre>
 *   SourceLines ──▶ Dwarf ──▶ UnitIndex ──▶ Unit ──▶ LineTable, Scopes, StaticVariables
 *       │      └──▶ SourceMap
 *       └─────────▶ SourceTexts
 * </pre>
 *
 * <p>May import nothing of the project. All of it is read when somebody asks for the first time,
 * and only what the question needs. The bytes may be anything: what cannot be read is refused with
 * {@link dev.wasmrun.source.BadDebugInformation}, which {@link dev.wasmrun.source.SourceLines}
 * keeps to itself, and no answer takes longer than a {@link dev.wasmrun.source.WorkLimit} allows.
 */
package dev.wasmrun.source;
