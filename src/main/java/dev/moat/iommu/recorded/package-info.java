/**
 * The part of an IOMMU type that a recording needs: the places of tables, the meaning of entries and commands, and the
 * result of a request. Everything else about caches, waits and rules is judged without knowing the family.
 */
@NullMarked
package dev.moat.iommu.recorded;

import org.jspecify.annotations.NullMarked;
