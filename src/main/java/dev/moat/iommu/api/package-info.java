/**
 * The calls of Linux's IOMMU API as actions over an executable VT-d unit, in any order that a kernel may make them in.
 * What {@code moat audit} finds in a recorded trace is replayed here.
 */
@NullMarked
package dev.moat.iommu.api;

import org.jspecify.annotations.NullMarked;
