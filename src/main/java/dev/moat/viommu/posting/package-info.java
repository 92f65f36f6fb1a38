/** Posted-interrupt descriptors: what the physical unit does with them, and whom it notifies. */
@NullMarked
package dev.moat.viommu.posting;

import org.jspecify.annotations.NullMarked;
