/** Checks a tree: what it gives back has every name bound and every type known. {@link dev.moat.notation.check.TextChecker} is the entrance. */
@NullMarked
package dev.moat.notation.check;

import org.jspecify.annotations.NullMarked;
