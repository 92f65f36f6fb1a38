/** A driver's own allocator of addresses, as searches have it: the seed's two callbacks, and a bitmap behind them. */
@NullMarked
package dev.moat.dma.layer.range;

import org.jspecify.annotations.NullMarked;
