/**
 * The device model's wrapper of a vIOMMU in Xen (xen-devel 2016): its hypercalls with their errors, what it leaves for the firmware, and the
 * tables that the firmware makes of that. Read {@link dev.moat.viommu.wrapper.ViommuCalls} first.
 */
@NullMarked
package dev.moat.viommu.wrapper;

import org.jspecify.annotations.NullMarked;
