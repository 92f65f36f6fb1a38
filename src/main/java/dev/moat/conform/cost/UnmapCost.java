package dev.moat.conform.cost;

/**
 * What one way of unmapping had a family's units do, in all unmaps of a run.
 *
 * @param iommu the family
 * @param policy when what was unmapped is invalidated, and how
 * @param pages requests to forget a page, or a range of them
 * @param domains requests to forget everything of a domain or a space, or all; on Calgary blasts of a bus
 * @param waits how often software waited for a unit
 */
public record UnmapCost(String iommu, String policy, int pages, int domains, int waits) {}
