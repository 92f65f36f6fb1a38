/** Proof for bounded sizes and any run of so many steps: the discipline unrolled. */
@NullMarked
package dev.moat.prove.bounded;

import org.jspecify.annotations.NullMarked;
