/** The meaning of VT-d's words, decisions, walks and ranges, for {@code moat prove --code layouts}. */
@NullMarked
package dev.moat.iommu.vtd.layout;

import org.jspecify.annotations.NullMarked;
