/** What happens to frames apart from grants: populate and decrease, exchange and transfer, page types, foreign mappings, the
 * death of their owner. */
@NullMarked
package dev.moat.xen.frame;

import org.jspecify.annotations.NullMarked;
