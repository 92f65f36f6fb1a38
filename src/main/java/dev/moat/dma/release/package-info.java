/** Which Linux is modelled, where releases differ. */
@NullMarked
package dev.moat.dma.release;

import org.jspecify.annotations.NullMarked;
