/** Words of a Calgary or CalIOC2: entries of its tables, registers, and what tells the two chips apart. */
@NullMarked
package dev.moat.iommu.calgary.format;

import org.jspecify.annotations.NullMarked;
