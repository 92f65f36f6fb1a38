/**
 * What a recording needs of a family: where a unit's tables are, what entries and commands mean, and what a request gets. Everything else
 * about caches, waits and rules is judged without knowing the family.
 */
@NullMarked
package dev.moat.iommu.recorded;

import org.jspecify.annotations.NullMarked;
