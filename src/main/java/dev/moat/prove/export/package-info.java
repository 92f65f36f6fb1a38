/** Goals as SMT-LIB files, and other solvers that are asked about them. */
@NullMarked
package dev.moat.prove.export;

import org.jspecify.annotations.NullMarked;
