/** Xen's calls that change a p2m, step by step: reservation, moves, types, grants, status frames. */
@NullMarked
package dev.moat.p2m.program;

import org.jspecify.annotations.NullMarked;
