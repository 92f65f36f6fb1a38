/** Recorded answers of QEMU's SMMUv3, compared with what Moat's unit may answer. */
@NullMarked
package dev.moat.conform.smmuv3;

import org.jspecify.annotations.NullMarked;
