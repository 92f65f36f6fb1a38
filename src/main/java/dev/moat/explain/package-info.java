/**
 * Faults in logs of kernels and of Xen, as people paste them: which lines report one, what they mean, and which causes they exclude. Entries,
 * commands and reasons are those of the families of {@code iommu}; nothing is decoded twice.
 */
@NullMarked
package dev.moat.explain;

import org.jspecify.annotations.NullMarked;
