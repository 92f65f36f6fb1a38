/** What hypercalls on I/O spaces do, step by step, and what leads from grants and frames to the tables. */
@NullMarked
package dev.moat.xen.iospace.program;

import org.jspecify.annotations.NullMarked;
