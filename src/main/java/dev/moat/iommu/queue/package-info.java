/**
 * What drivers of several families do alike, on slots of a search: a command queue with two words for each command, how software
 * waits for it, leaf tables in frames, tags that are numbers of spaces.
 */
@NullMarked
package dev.moat.iommu.queue;

import org.jspecify.annotations.NullMarked;
