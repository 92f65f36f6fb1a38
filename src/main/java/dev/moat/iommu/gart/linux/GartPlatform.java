package dev.moat.iommu.gart.linux;

import dev.moat.iommu.Memory;
import dev.moat.iommu.gart.NodeAccess;
import dev.moat.iommu.linux.KernelLog;

/**
 * The environment of the driver.
 *
 * @param nodes how many northbridges there are
 * @param access their registers
 * @param memory where the table is
 * @param log where it complains
 */
public record GartPlatform(int nodes, NodeAccess access, Memory memory, KernelLog log) {}
