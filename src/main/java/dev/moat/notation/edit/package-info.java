/** Edits of programs, in the notation's words: of faults, of the command line and of counterexample files. */
@NullMarked
package dev.moat.notation.edit;

import org.jspecify.annotations.NullMarked;
