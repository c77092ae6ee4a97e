/**
 * Findings as files for other programs and for people, and which findings are known already.
 *
 * <pre>
 *   Finding ──▶ Triage ──▶ CheckReport ──▶ HtmlReport, SarifReport, JUnitReport, Annotations
 *                 ├─ SuppressionList     nobody wants to hear of it
 *                 └─ Baseline            it was there before
 * </pre>
 *
 * <p>Names that a guest chose are data: each form escapes whatever it is given. Used by one thread.
 * May import {@code check}, {@code check.schedule} and what those may import.
 */
package dev.wasmrun.check.report;
