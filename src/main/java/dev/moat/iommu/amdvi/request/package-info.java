/**
 * Requests to an AMD-Vi unit that runs outside of a search, its caches in objects: {@link
 * dev.moat.iommu.amdvi.request.SpecifiedRequests} with {@link dev.moat.iommu.amdvi.request.RequestCaches}, or {@link
 * dev.moat.iommu.amdvi.request.QemuRequests}.
 *
 * <p>AMD-Vi units in recordings.
 */
@NullMarked
package dev.moat.iommu.amdvi.request;

import org.jspecify.annotations.NullMarked;
