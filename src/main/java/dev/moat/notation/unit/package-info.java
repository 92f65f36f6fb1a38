/** What a text may ask of an IOMMU, of whatever family: primitives with a type and with what they read. */
@NullMarked
package dev.moat.notation.unit;

import org.jspecify.annotations.NullMarked;
