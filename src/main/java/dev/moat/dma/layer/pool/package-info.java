/** The pool by which parts of pages are bounced, and what lies in its frames. */
@NullMarked
package dev.moat.dma.layer.pool;

import org.jspecify.annotations.NullMarked;
