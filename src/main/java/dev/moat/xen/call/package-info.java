/**
 * What the operation that runs on each CPU keeps: {@link dev.moat.xen.call.RunningOperation} of every one, and beside it what mappings,
 * devices, hypercalls and copies need of their own, what is owed, and the mappings whose first phase is over.
 */
@NullMarked
package dev.moat.xen.call;

import org.jspecify.annotations.NullMarked;
