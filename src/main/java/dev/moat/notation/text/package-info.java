/**
 * Texts of components: {@link dev.moat.notation.text.Parser} reads one, {@link dev.moat.notation.text.Printer} writes one. The grammar
 * is in {@code docs/reference/notation.md}.
 */
@NullMarked
package dev.moat.notation.text;

import org.jspecify.annotations.NullMarked;
