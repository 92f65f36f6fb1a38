/** What a state means in the vocabulary. */
@NullMarked
package dev.moat.viommu.abstraction;

import org.jspecify.annotations.NullMarked;
