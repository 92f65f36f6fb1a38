/** Memory as a unit sees it, whoever has it: a searched state, a recorded case, a guest. */
@NullMarked
package dev.moat.iommu.memory;

import org.jspecify.annotations.NullMarked;
