/**
 * What a unit tells software of by a message of its own, and page requests: their queue in memory, its registers, and descriptors of requests.
 * The same software that owns the memory writes the registers: any head, any tail, a queue that is nowhere.
 *
 * <p>Read {@link dev.moat.iommu.vtd.register.page.PageRequestQueue} first.
 */
@NullMarked
package dev.moat.iommu.vtd.register.page;

import org.jspecify.annotations.NullMarked;
