/**
 * The SMT-LIB subset of {@code specs} and {@code invariants}, read with positions and checked for sorts:
 * {@link dev.moat.logic.read.Vocabulary} first, then {@link dev.moat.logic.read.Invariant} and
 * {@link dev.moat.logic.read.Discipline}.
 */
@NullMarked
package dev.moat.logic.read;

import org.jspecify.annotations.NullMarked;
