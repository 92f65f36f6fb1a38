/** Moat: DMA isolation, explored, explained and replayed. */
@NullMarked
package dev.moat;

import org.jspecify.annotations.NullMarked;
