package dev.moat.audit.pages;

import java.util.List;

/**
 * What one unmap took from the tables.
 *
 * @param line of the unmap
 * @param mappings in the order of their pages
 */
public record Removal(long line, List<Mapping> mappings) {
    /** The mapping of a page that it removed. */
    public Mapping at(long page) {
        return mappings.stream()
                .filter(m -> m.first <= page && page < m.end)
                .findFirst()
                .orElseThrow();
    }
}
