/**
 * What software must do about AMD-Vi units, apart from who has it done: entries stored, levels chosen, commands encoded,
 * completions awaited. Each class is the driver's side of one interface of {@link dev.moat.iommu}. Xen's way is the default; where
 * Linux goes another, that is a policy with a name.
 */
@NullMarked
package dev.moat.iommu.amdvi.driver;

import org.jspecify.annotations.NullMarked;
