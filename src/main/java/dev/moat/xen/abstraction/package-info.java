/** What the machine's state means in the vocabulary of {@code specs/vocabulary.smt2}
 * ({@link dev.moat.xen.abstraction.XenAbstraction}), and what its steps claim to be in the discipline
 * ({@link dev.moat.xen.abstraction.XenClaims}). */
@NullMarked
package dev.moat.xen.abstraction;

import org.jspecify.annotations.NullMarked;
