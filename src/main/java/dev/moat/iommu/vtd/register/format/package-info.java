/** Words of requests and of answers to them, and which bits of entries and descriptors a unit's capabilities reserve: no state. */
@NullMarked
package dev.moat.iommu.vtd.register.format;

import org.jspecify.annotations.NullMarked;
