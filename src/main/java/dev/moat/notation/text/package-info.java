/**
 * Texts of components: {@link dev.moat.notation.text.Parser} reads one, {@link dev.moat.notation.text.Printer} writes one. The grammar
 * is in {@code docs/reference/notation.md}.
 *
 * <p>Edits of programs, in the notation's words: of faults, of the command line and of counterexample files.
 */
@NullMarked
package dev.moat.notation.text;

import org.jspecify.annotations.NullMarked;
