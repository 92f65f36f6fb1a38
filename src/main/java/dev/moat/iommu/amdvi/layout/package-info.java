/** The meaning of AMD-Vi's words, decisions, walks and ranges, for {@code moat prove --code layouts}. */
@NullMarked
package dev.moat.iommu.amdvi.layout;

import org.jspecify.annotations.NullMarked;
