/**
 * Snapshots of running systems, judged by the properties that Moat has: what Xen prints at a debug key and Linux in its debugfs becomes
 * true tuples of the vocabulary's relations. Nothing here steps a machine.
 */
@NullMarked
package dev.moat.snapshot;

import org.jspecify.annotations.NullMarked;
